"""Households: who lives with whom, of which tradition, born when, and what they are called."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ingest.generator import naming
from ingest.generator.identifiers import year_of
from ingest.generator.lexicon import lexicon
from ingest.generator.naming import NONE, is_in
from ingest.generator.reference import TRADITION, TRADITIONS, Bools, Floats, Ints, cumulative, pick

SIZES: Final = (0.50, 0.20, 0.12, 0.10, 0.05, 0.03)  # known members, 1 to 6 (chosen by us)
YEAR: Final = 365.25
HEAD, PARTNER, CHILD = 0, 1, 2
TWINS: Final = 0.03  # of children with an elder sibling; about twice the birth rate of twins
SAME_AS_FATHER: Final = 0.05  # sons of a man of the same household
CLAN_NAMES: Final = 0.65  # Sikh households that use their clan name as surname
FIRST_OF_JANUARY: Final = {"somali": 0.25, "arab": 0.25, "bangladeshi": 0.12, "pakistani": 0.05}


@dataclass(slots=True)
class Households:
    """Members side by side; every array has one entry per person."""

    household: Ints  # number within the chunk
    head: Ints  # position of the head of the household
    partner: Ints  # position of the partner in the same household, or NONE
    place: Ints  # HEAD, PARTNER, CHILD
    tradition: Ints
    female: Bools
    born: Ints  # days since 1970-01-01
    given: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    middle: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    surname: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    second: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # Smith-Jones
    maiden: Ints = field(
        default_factory=lambda: np.zeros(0, dtype=np.int64)
    )  # NONE: never changed
    junior: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def make(rng: np.random.Generator, count: int, today: int, named: str = "") -> Households:
    """`count` people of about `count / 2.1` households; `today` in days since 1970.

    `named`: a tradition in which everybody is named; births and families are drawn as without.
    """
    sizes = pick(rng, cumulative(list(SIZES)), count) + 1
    household = np.repeat(np.arange(count), sizes)[:count]
    starts = np.searchsorted(household, household, side="left")
    position = np.arange(count) - starts
    place = np.where(position == 0, HEAD, CHILD)
    place[(position == 1) & (rng.random(count) < 0.75)] = PARTNER
    groups = pick(rng, cumulative(list(TRADITIONS.values())), int(household[-1]) + 1)
    female = rng.random(count) < np.where(place == HEAD, 0.30, np.where(place == CHILD, 0.42, 0.5))
    couple = place == PARTNER
    female[couple] = ~female[starts[couple]] ^ (rng.random(int(couple.sum())) < 0.03)
    partner = np.full(count, NONE)
    partner[couple] = starts[couple]
    partner[starts[couple]] = np.flatnonzero(couple)
    born = _births(rng, place, starts, today)
    tradition = np.full(count, TRADITION[named]) if named else groups[household]
    people = Households(household, starts, partner, place, tradition, female, born)
    _set_names(rng, people)
    return people


def _births(rng: np.random.Generator, place: Ints, head: Ints, today: int) -> Ints:
    """Days of birth: heads 16 to 90, partners of like age, children 16 to 40 years younger.

    With a head too young to have children they are brothers and sisters.
    """
    count = len(place)
    age: Floats = 16 + 74 * rng.beta(1.35, 2.9, count)
    couple, child = place == PARTNER, place == CHILD
    age[couple] = np.maximum(16, age[head[couple]] + rng.normal(0, 3.5, int(couple.sum())))
    sibling = np.maximum(9, age[head] + rng.normal(-2, 4, count))
    younger = age[head] - 16 - 24 * rng.beta(2, 2, count)
    age[child] = np.where(younger < 2, sibling, younger)[child]
    born = today - (age * YEAR).astype(np.int64)
    twin = child & (np.roll(place, 1) == CHILD) & (np.roll(head, 1) == head)
    twin &= rng.random(count) < TWINS
    twin &= ~np.roll(twin, 1)
    born[twin] = born[np.flatnonzero(twin) - 1]
    return born


def first_of_january(rng: np.random.Generator, people: Households) -> None:
    """Birthdays recorded as 1 January, because the day was never known."""
    share = np.full(len(people.born), 0.004)
    for name, value in FIRST_OF_JANUARY.items():
        share[is_in(people.tradition, name)] = value
    adult = (rng.random(len(share)) < share) & (people.place != CHILD)
    years = people.born[adult].astype("datetime64[D]").astype("datetime64[Y]")
    people.born[adult] = years.astype("datetime64[D]").astype(np.int64)


def _set_names(rng: np.random.Generator, people: Households) -> None:
    first_of_january(rng, people)
    people.given = naming.given(rng, people.tradition, people.female, year_of(people.born))
    _set_middle_names(rng, people)
    _name_sons_after_fathers(rng, people)
    _set_surnames(rng, people)
    _set_somali_names(people)
    _set_sikh_names(rng, people)


def _set_middle_names(rng: np.random.Generator, people: Households) -> None:
    count = len(people.given)
    share = np.array(list(naming.MIDDLE.values()))[people.tradition]
    honorary = np.isin(people.given, naming.honorary())
    share = np.where(honorary & ~is_in(people.tradition, "somali", "arab"), 0.97, share)
    other = naming.given(rng, people.tradition, people.female, year_of(people.born))
    again = np.isin(other, naming.honorary()) | (other == people.given)
    other[again] = naming.given(rng, people.tradition, people.female, year_of(people.born))[again]
    people.middle = np.where((rng.random(count) < share) & (other != people.given), other, NONE)


def _name_sons_after_fathers(rng: np.random.Generator, people: Households) -> None:
    head = people.head
    son = (people.place == CHILD) & ~people.female & ~people.female[head]
    people.junior = son & (rng.random(len(son)) < SAME_AS_FATHER)
    people.given = np.where(people.junior, people.given[head], people.given)
    people.middle = np.where(people.junior, people.middle[head], people.middle)


def _set_surnames(rng: np.random.Generator, people: Households) -> None:
    count, head = len(people.given), people.head
    family = naming.surname(rng, people.tradition)[head]
    own = naming.surname(rng, people.tradition)
    keeps = (people.place == PARTNER) & (rng.random(count) < 0.35)
    surname = np.where(keeps, own, family)
    woman = naming.surname(rng, people.tradition, "female_surname")
    for name, share in naming.OWN_FAMILY_NAME.items():
        group = is_in(people.tradition, name)
        surname = np.where(group & people.female & (rng.random(count) < share), woman, surname)
        son = group & ~people.female & ~people.junior & (people.place == CHILD)
        surname = np.where(son & (rng.random(count) < naming.SOUTH_ASIAN_FATHERS), own, surname)
    took = (people.place == PARTNER) & people.female & (surname == family)
    divorced = (people.place == HEAD) & people.female & (rng.random(count) < 0.25)
    people.maiden = np.where((took | divorced) & (own != surname), own, NONE)
    double = is_in(people.tradition, "british", "caribbean") & (rng.random(count)[head] < 0.025)
    people.second = np.where(double & (people.place == CHILD), own[head], NONE)
    feminine = lexicon().feminine
    people.surname = np.where(people.female, feminine[surname], surname)
    known = np.where(people.maiden == NONE, 0, people.maiden)
    people.maiden = np.where(people.maiden == NONE, NONE, feminine[known])


def _set_somali_names(people: Households) -> None:
    """Given name, father's given name, grandfather's given name; no family surname."""
    child = is_in(people.tradition, "somali") & (people.place == CHILD)
    child &= ~people.female[people.head]
    people.middle = np.where(child, people.given[people.head], people.middle)
    people.surname = np.where(child, people.middle[people.head], people.surname)
    somali = is_in(people.tradition, "somali")
    people.maiden = np.where(somali, NONE, people.maiden)


def _set_sikh_names(rng: np.random.Generator, people: Households) -> None:
    """Singh or Kaur as surname, or before the family's clan name."""
    sikh, words = is_in(people.tradition, "sikh"), lexicon().numbers
    religious = np.where(people.female, words["Kaur"], words["Singh"])
    clan = (rng.random(len(sikh)) < CLAN_NAMES)[people.head]
    people.middle = np.where(sikh, np.where(clan, religious, NONE), people.middle)
    people.surname = np.where(sikh & ~clan, religious, people.surname)
    people.maiden = np.where(sikh & ~clan, NONE, people.maiden)
