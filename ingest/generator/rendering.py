"""Records of one system written down: one row per record, in columns every feed can use.

Columns (text unless said): truth, given, middle, surname, title, maiden, alias (full, "given
surname"), alias_born (date), nickname, moniker, born (date), age (whole years), sex, pnc, cro,
house, street, town, postcode, district, home_from (date), old_house, old_street, old_town,
old_postcode (the address before, null where unknown), home (row of the chunk's places, as true),
neighbourhood (row of neighbourhoods.csv), star (is in the showcase), mobile, landline, email, vehicle,
ethnicity_self, ethnicity_observed, markers (list), on (date), kind, person (position in the chunk).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import identifiers, mistakes
from ingest.generator.history import Records
from ingest.generator.lexicon import lexicon
from ingest.generator.mistakes import Habits, Spoken, coin
from ingest.generator.naming import NONE
from ingest.generator.population import People, monikers
from ingest.generator.reference import Bools, Ints

WRONG_PNC: Final = 0.001  # another person's PNC ID on the record
FAULTY_CHECK: Final = 0.001  # a digit of the PNC ID mistyped: the check letter fails
SHORT_STREET: Final = {" Road": " Rd", " Street": " St", " Avenue": " Ave", " Close": " Cl"}


@dataclass(frozen=True, slots=True)
class Written:
    """What the parts of a row need: dice, people, and each record's person and day."""

    rng: np.random.Generator
    people: People
    person: Ints
    day: Ints
    habits: Habits

    def toss(self, share: float) -> Bools:
        """True for about `share` of the records."""
        return coin(self.rng, share, len(self.person))


def write(
    rng: np.random.Generator, people: People, records: Records, habits: Habits
) -> pl.DataFrame:
    """The rows of `records`, in their order."""
    row = Written(rng, people, records.person, records.day, habits)
    spoken = mistakes.names(rng, people, row.person, row.day, habits)
    born = mistakes.births(rng, people, row.person, row.day, spoken.alias.copy(), habits)
    family = people.family
    columns = {
        "truth": people.truth(row.person),
        "person": pl.Series(row.person),
        "kind": pl.Series(people.kind[row.person]),
        "star": pl.Series(people.showcase[row.person] != NONE),
        "on": _dates(row.day),
        "born": born,
        "age": pl.Series(((row.day - family.born[row.person]) / 365.25).astype(np.int64)),
        "sex": pl.Series(np.where(family.female[row.person], "F", "M")),
        **_names(row, spoken),
        **_numbers(row),
        **_addresses(row),
        **_contacts(row),
        "ethnicity_self": people.ethnicity_self.gather(row.person),
        "ethnicity_observed": people.ethnicity_observed.gather(row.person),
        "markers": people.markers.gather(row.person),
    }
    return pl.DataFrame(columns)


def _dates(days: Ints) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)


def _only(values: pl.Series, mask: Bools) -> pl.Series:
    return values.zip_with(pl.Series(mask), pl.Series([None], dtype=values.dtype))


def _names(row: Written, spoken: Spoken) -> dict[str, pl.Series]:
    words, people, person = lexicon(), row.people, row.person
    given = words.write(spoken.given)
    given = given.str.slice(0, 1).zip_with(pl.Series(spoken.initial), given)
    surname, second = words.write(spoken.surname), words.write(spoken.second)
    double = (surname + "-" + second).fill_null(surname)
    junior = people.family.junior[person] & row.toss(0.15)
    title = np.where(people.family.female[person], "Ms", "Mr")
    married = people.family.maiden[person] != NONE
    return {
        "given": given,
        "middle": words.write(spoken.middle),
        "surname": (double + " Jnr").zip_with(pl.Series(junior), double),
        "title": pl.Series(np.where(married, "Mrs", title)),
        "maiden": _only(words.write(people.family.maiden[person]), row.toss(row.habits.maiden)),
        **_other_names(row, spoken),
    }


def _other_names(row: Written, spoken: Spoken) -> dict[str, pl.Series]:
    """The other identity where there is one: the alias, or the true name of an alias record."""
    words, people, person = lexicon(), row.people, row.person
    family, alias = people.family, spoken.alias
    first = np.where(alias, family.given[person], people.alias_given[person])
    last = np.where(alias, family.surname[person], people.alias_surname[person])
    known = (people.alias_surname[person] != NONE) & row.toss(0.6)
    born = np.where(alias, family.born[person], people.alias_born[person])
    moniker = people.moniker[person]
    street_names = monikers().gather(np.where(moniker < 0, 0, moniker))
    return {
        "alias": _only(words.write(first) + " " + words.write(last), known),
        "alias_born": _only(
            _dates(born), known & (born != family.born[person]) & (born < row.day)
        ),
        "nickname": _only(words.write(people.nickname[person]), row.toss(0.3)),
        "moniker": _only(street_names, (moniker != NONE) & row.toss(0.75)),
    }


def _numbers(row: Written) -> dict[str, pl.Series]:
    """PNC and CRO numbers, a few of them wrong."""
    people, person, count = row.people, row.person, len(row.person)
    holders = np.flatnonzero(people.has_pnc)
    other = holders[row.rng.integers(0, max(len(holders), 1), count) % max(len(holders), 1)]
    whose = np.where(row.toss(WRONG_PNC), other, person)
    year, serial = people.pnc_year[whose], people.pnc_serial[whose]
    short = pl.Series(row.toss(row.habits.pnc_short))
    pnc = identifiers.pnc_short(year, serial).zip_with(short, identifiers.pnc_long(year, serial))
    faulty = pnc.str.slice(0, 2) + "/" + identifiers.digits(serial + 1, 7) + pnc.str.tail(1)
    pnc = faulty.zip_with(pl.Series(row.toss(FAULTY_CHECK)), pnc)
    known = people.has_pnc[person] & (row.day >= people.first_arrest[person])
    return {
        "pnc": _only(pnc, known & row.toss(row.habits.pnc)),
        "cro": _only(people.cro.gather(person), known & row.toss(row.habits.cro)),
    }


def _addresses(row: Written) -> dict[str, pl.Series]:
    """The address of the day, sometimes the one before, abbreviated, or without a part."""
    people, person, count = row.people, row.person, len(row.person)
    moved = people.moved[person]
    stage = (row.day >= moved[:, 0]).astype(np.int64) + (row.day >= moved[:, 1])
    stage = np.where(row.toss(0.05), np.maximum(stage - 1, 0), stage)
    at = np.arange(count)
    home = people.homes[person][at, stage]
    before = people.homes[person][at, np.maximum(stage - 1, 0)]
    since = np.where(stage == 0, 0, moved[at, np.maximum(stage - 1, 0)])
    given = row.toss(row.habits.address)
    current, old = people.places.frame[home], people.places.frame[before]
    has_old = given & (stage > 0)
    street = current["street"].str.replace_many(list(SHORT_STREET), list(SHORT_STREET.values()))
    street = street.zip_with(pl.Series(row.toss(0.18)), current["street"])
    postcode = current["postcode"]
    postcode = postcode.str.replace(" ", "").zip_with(pl.Series(row.toss(0.06)), postcode)
    return {
        "house": _only(current["house"], given & ~row.toss(0.02)),
        "street": _only(street, given),
        "town": _only(current["town"], given & ~row.toss(0.05)),
        "postcode": _only(postcode, given & ~row.toss(0.05)),
        "home": pl.Series(home),
        "neighbourhood": pl.Series(people.places.neighbourhood[home]),
        "home_from": _only(_dates(since), given & (stage > 0)),
        **{f"old_{part}": _only(old[part], has_old) for part in ("house", "street", "town")},
        "old_postcode": _only(old["postcode"], has_old),
    }


def _contacts(row: Written) -> dict[str, pl.Series]:
    """Phones in every notation, e-mail and vehicle as far as the system asks for them."""
    people, person = row.people, row.person
    adult = row.day - people.family.born[person] > 4_000
    number = people.mobile.gather(person)
    number = people.old_mobile.gather(person).zip_with(pl.Series(row.toss(0.2)), number)
    mobile = mistakes.phones(row.rng, number)
    landline = mistakes.phones(row.rng, people.landline.gather(person))
    return {
        "mobile": _only(mobile, adult & row.toss(row.habits.phone)),
        "landline": _only(landline, row.toss(row.habits.phone * 0.6)),
        "email": _only(people.email.gather(person), adult & row.toss(row.habits.email)),
        "vehicle": _only(people.vehicle.gather(person), row.toss(row.habits.vehicle)),
    }
