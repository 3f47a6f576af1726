"""People of one chunk: identity, family, homes, numbers, and how often police met them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import households, identifiers, naming, places, showcase, traits
from ingest.generator.households import YEAR, Households
from ingest.generator.lexicon import lexicon
from ingest.generator.naming import NONE
from ingest.generator.places import Places
from ingest.generator.reference import TRADITION, Bools, Floats, Ints, only, table
from ingest.generator.traits import Traits

OFFENDER, PUBLIC, VULNERABLE = 0, 1, 2
# Records per person: lognormal, median 5, mean 10, at most 600 (as in the matching measurements).
MEDIAN, SIGMA, MOST = 5.0, 1.177, 600
SMALL: Final = 1.2  # deviations of activity that children under ten lie below the others
WITH_PNC: Final = 0.32  # share of people with a PNC ID: arrested at least once
ALIAS: Final = {OFFENDER: 0.12, PUBLIC: 0.015, VULNERABLE: 0.03}  # together about 5 % of people
MARKED: Final = {OFFENDER: 0.35, PUBLIC: 0.02, VULNERABLE: 0.2}  # with a warning marker
MONIKER: Final = 0.07  # of people with a PNC ID


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Lexicon numbers of a second identity and a short form; NONE where there is none."""

    alias_given: Ints
    alias_surname: Ints
    alias_born: Ints  # days since 1970-01-01
    nickname: Ints
    moniker: Ints  # row of monikers()


@dataclass(frozen=True, slots=True)
class PoliceNumbers:
    """PNC ID and CRO number of those who have been arrested."""

    has_pnc: Bools
    pnc_year: Ints
    pnc_serial: Ints
    cro: pl.Series  # null where none
    first_arrest: Ints  # days since 1970-01-01


@dataclass(frozen=True, slots=True)
class Contacts:
    """How to reach people, and what they drive; null where unknown."""

    mobile: pl.Series
    old_mobile: pl.Series
    landline: pl.Series
    email: pl.Series
    vehicle: pl.Series


@dataclass(frozen=True, slots=True)
class People:
    """One chunk of people; every array and series has one entry per person."""

    first: int  # number of the first person
    family: Households
    places: Places
    homes: Ints  # people x 3: addresses one after the other
    moved: Ints  # people x 2: days of moving to the second and third address
    kind: Ints
    records: Ints  # how many records there will be about each
    names: OtherNames
    police: PoliceNumbers
    contacts: Contacts
    traits: Traits
    married_on: Ints  # day from which the maiden name is no longer used
    showcase: Ints  # row of showcase.csv, or NONE

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.kind)

    def truth(self, person: Ints) -> pl.Series:
        """The truth id of each person, `p` and the number."""
        return "p" + pl.Series(person + self.first).cast(pl.String)


def monikers() -> pl.Series:
    """Street names; those of the showcase come last."""
    own = table("showcase")["moniker"]
    return pl.concat([table("monikers")["moniker"], own], rechunk=True)


def make(rng: np.random.Generator, first: int, count: int, today: int, named: str = "") -> People:
    """`count` people, the first of them number `first`; `today` in days since 1970-01-01.

    `named`: as in `households.make`.
    """
    family = households.make(rng, count, today, named)
    roles = showcase.cast(family) if first == 0 else np.full(count, NONE)
    star = roles != NONE
    adult = today - family.born > 14 * YEAR
    activity = rng.standard_normal(count) - SMALL * (today - family.born < 10 * YEAR)
    kind = np.where(star, OFFENDER, _kinds(rng, activity, family.female, adult))
    records = np.round(np.exp(np.log(MEDIAN) + SIGMA * activity)).astype(np.int64)
    marked = np.array([MARKED[k] for k in (OFFENDER, PUBLIC, VULNERABLE)])[kind]
    number = np.arange(first, first + count)
    homes, moved, where = _homes(rng, family, today)
    return People(
        first=first,
        family=family,
        places=where,
        homes=homes,
        moved=moved,
        kind=kind,
        records=np.where(star, showcase.RECORDS, np.clip(records, 1, MOST)),
        names=_other_names(rng, family, kind, roles),
        police=_police_numbers(rng, number, family, kind, today),
        contacts=Contacts(
            mobile=identifiers.mobile(number * 2),
            old_mobile=identifiers.mobile(number * 2 + 1),
            landline=_landlines(first, family, where, homes),
            email=_emails(rng, family, number),
            vehicle=_vehicles(rng, number, adult | star, today),
        ),
        traits=traits.make(rng, family.tradition, marked),
        married_on=_marriages(rng, family, today),
        showcase=roles,
    )


def _kinds(rng: np.random.Generator, activity: Floats, female: Bools, adult: Bools) -> Ints:
    """The busiest third has been arrested, more men than women; few others are vulnerable."""
    score = activity + rng.normal(0, 1.5, len(activity)) - 0.7 * female - 9.0 * ~adult
    busiest = score >= np.quantile(score, 1 - WITH_PNC)
    other = np.where(rng.random(len(activity)) < np.where(adult, 0.05, 0.5), VULNERABLE, PUBLIC)
    return np.where(busiest, OFFENDER, other)


def _police_numbers(
    rng: np.random.Generator, number: Ints, family: Households, kind: Ints, today: int
) -> PoliceNumbers:
    arrested = _first_arrest(rng, family.born, today)
    year, serial = identifiers.pnc_parts(number, arrested)
    has_cro = (kind == OFFENDER) & (rng.random(len(number)) < 0.7)
    cro = only(identifiers.cro(number, arrested), has_cro)
    return PoliceNumbers(kind == OFFENDER, year, serial, cro, arrested)


def _first_arrest(rng: np.random.Generator, born: Ints, today: int) -> Ints:
    """A day after the twelfth birthday, mostly in youth, not later than today."""
    of_age = born + int(12.2 * YEAR)
    span = np.maximum(today - of_age, 1)
    return of_age + (span * rng.beta(1.2, 2.5, len(born))).astype(np.int64)


def _homes(rng: np.random.Generator, family: Households, today: int) -> tuple[Ints, Ints, Places]:
    """Former home of the household, its home, and a later home of one's own for a third."""
    count, houses = len(family.born), int(family.household[-1]) + 1
    where = places.make(rng, 2 * houses + count)
    own = 2 * houses + np.arange(count)
    homes = np.stack([houses + family.household, family.household, own], axis=1)
    never = today + 9_999
    moved_in = today - (rng.random(houses) * 22 * YEAR).astype(np.int64)
    moved_out = today - (rng.random(count) * 8 * YEAR).astype(np.int64)
    moves = (rng.random(count) < 0.35) & (today - family.born > 18 * YEAR)
    second = moved_in[family.household]
    third = np.where(moves, np.maximum(moved_out, second + 60), never)
    return homes, np.stack([second, third], axis=1), where


def _other_names(
    rng: np.random.Generator, family: Households, kind: Ints, roles: Ints
) -> OtherNames:
    star = roles != NONE
    alias_given, alias_surname, alias_born = _aliases(rng, family, kind)
    nickname = lexicon().nicknames.pick(rng, family.given)
    nickname = np.where(nickname == family.given, NONE, nickname)
    return OtherNames(
        alias_given=showcase.names("alias_given", roles, alias_given),
        alias_surname=showcase.names("alias_surname", roles, alias_surname),
        alias_born=np.where(star, family.born, alias_born),
        nickname=showcase.names("nickname", roles, nickname),
        moniker=np.where(star, len(table("monikers")) + roles, _monikers(rng, kind)),
    )


def _aliases(rng: np.random.Generator, family: Households, kind: Ints) -> tuple[Ints, Ints, Ints]:
    """A second identity for some: another surname, often another forename, half a birthday."""
    count = len(kind)
    has = rng.random(count) < np.array([ALIAS[k] for k in (OFFENDER, PUBLIC, VULNERABLE)])[kind]
    year = identifiers.year_of(family.born)
    other = naming.given(rng, family.tradition, family.female, year)
    given = np.where(rng.random(count) < 0.45, family.given, other)
    british = rng.random(count) < 0.2  # an English-sounding name
    tradition = np.where(british, TRADITION["british"], family.tradition)
    surname = naming.surname(rng, tradition)
    has &= surname != family.surname
    shift = rng.choice(np.array([0, 0, 0, 365, -365, 31, -1, 10, 730]), count)
    return np.where(has, given, NONE), np.where(has, surname, NONE), family.born + shift


def _monikers(rng: np.random.Generator, kind: Ints) -> Ints:
    words = len(table("monikers"))
    has = (kind == OFFENDER) & (rng.random(len(kind)) < MONIKER)
    return np.where(has, rng.integers(0, words, len(kind)), NONE)


def _landlines(first: int, family: Households, where: Places, homes: Ints) -> pl.Series:
    """One number per household; two thirds of households have none."""
    district = where.frame["district"].gather(homes[:, 1])
    number = family.household + first
    line = identifiers.landline(number, district)
    return only(line, number * 2_654_435_761 % 4_294_967_296 < 1_417_339_207)


def _emails(rng: np.random.Generator, family: Households, number: Ints) -> pl.Series:
    """An address under a reserved domain (RFC 2606) for two thirds."""
    words = lexicon()
    given, surname = words.folded[family.given], words.folded[family.surname]
    local = words.write(given) + "." + words.write(surname) + pl.Series(number).cast(pl.String)
    local = local.str.to_lowercase().str.replace_all(r"[^a-z0-9.]", "")
    host = pl.Series(["@example.com", "@example.org", "@example.net", "@mail.example"])
    email = local + host.gather(rng.integers(0, 4, len(number)))
    return only(email, rng.random(len(number)) < 0.66)


def _vehicles(rng: np.random.Generator, number: Ints, adult: Bools, today: int) -> pl.Series:
    year = identifiers.year_of(np.array([today]))[0]
    has = adult & (rng.random(len(number)) < 0.45)
    return only(identifiers.vehicle(number, int(year)), has)


def _marriages(rng: np.random.Generator, family: Households, today: int) -> Ints:
    """When people with a maiden name took another: between 19 and 45, before today."""
    day = family.born + ((19 + 26 * rng.beta(1.5, 2.5, len(family.born))) * YEAR).astype(np.int64)
    married: Ints = np.where(family.maiden == NONE, 0, np.minimum(day, today - 200))
    return married
