"""People of one chunk: identity, family, homes, numbers, markers, and how often police met them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import households, identifiers, naming, places, showcase
from ingest.generator.households import YEAR, Households
from ingest.generator.lexicon import lexicon
from ingest.generator.naming import NONE, is_in
from ingest.generator.places import Places
from ingest.generator.reference import TRADITION, Bools, Floats, Ints, cumulative, pick, table

OFFENDER, PUBLIC, VULNERABLE = 0, 1, 2
# Records per person: lognormal, median 5, mean 10, at most 600 (as in the matching measurements).
MEDIAN, SIGMA, MOST = 5.0, 1.177, 600
WITH_PNC: Final = 0.32  # share of people with a PNC ID: arrested at least once
ALIAS: Final = {OFFENDER: 0.12, PUBLIC: 0.015, VULNERABLE: 0.03}  # together about 5 % of people
MONIKER: Final = 0.07  # of people with a PNC ID
MARKERS: Final = {  # PNC warning signals and their frequency (ours)
    "VI": 30, "WE": 14, "DR": 22, "MN": 16, "SU": 14, "ES": 6, "FI": 3, "AT": 14, "CO": 3, "AG": 6,
    "XP": 1, "IM": 1, "IF": 1,
}  # fmt: skip
# Self-defined ethnicity (18+1) by name tradition; the remainder is "not stated".
SELF_DEFINED: Final[dict[str, dict[str, float]]] = {
    "british": {"W1": 0.90, "W2": 0.01, "M1": 0.03, "W9": 0.01},
    "irish": {"W2": 0.55, "W1": 0.28, "W3": 0.12},
    "pakistani": {"A2": 0.88, "A9": 0.05, "M3": 0.02},
    "bangladeshi": {"A3": 0.90, "A9": 0.04},
    "sikh": {"A1": 0.88, "A9": 0.07},
    "gujarati": {"A1": 0.89, "A9": 0.06},
    "somali": {"B2": 0.83, "B9": 0.10},
    "polish": {"W9": 0.95},
    "romanian": {"W9": 0.88, "W4": 0.07},
    "caribbean": {"B1": 0.72, "M1": 0.18, "B9": 0.05},
    "yoruba": {"B2": 0.90, "B9": 0.05},
    "igbo": {"B2": 0.90, "B9": 0.05},
    "chinese": {"A4": 0.88, "A9": 0.07},
    "arab": {"O2": 0.45, "O9": 0.25, "A9": 0.25},
}
# As an officer perceives it: IC code by tradition, one in ten perceived otherwise.
OBSERVED: Final = dict(
    zip(
        TRADITION,
        ("1", "1", "4", "4", "4", "4", "3", "1", "2", "3", "3", "3", "5", "6"),
        strict=True,
    )
)


@dataclass(slots=True)
class People:
    """One chunk of people; every array and series has one entry per person."""

    first: int  # number of the first person
    family: Households
    places: Places
    homes: Ints  # people x 3: addresses one after the other
    moved: Ints  # people x 2: days of moving to the second and third address
    kind: Ints
    records: Ints  # how many records there will be about each
    pnc_year: Ints
    pnc_serial: Ints
    has_pnc: Bools
    cro: pl.Series  # null where none
    first_arrest: Ints
    alias_given: Ints  # NONE where no alias
    alias_surname: Ints
    alias_born: Ints
    nickname: Ints  # NONE where the forename has no short form
    moniker: Ints  # row of monikers(), or NONE
    mobile: pl.Series
    old_mobile: pl.Series
    landline: pl.Series
    email: pl.Series
    vehicle: pl.Series
    ethnicity_self: pl.Series
    ethnicity_observed: pl.Series
    markers: pl.Series  # list of codes
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


def make(rng: np.random.Generator, first: int, count: int, today: int) -> People:
    """`count` people, the first of them number `first`; `today` in days since 1970-01-01."""
    family = households.make(rng, count, today)
    roles = showcase.cast(family) if first == 0 else np.full(count, NONE)
    star = roles != NONE
    adult = today - family.born > 14 * YEAR
    activity = rng.standard_normal(count)
    kind = np.where(star, OFFENDER, _kinds(rng, activity, family.female, adult))
    records = np.round(np.exp(np.log(MEDIAN) + SIGMA * activity)).astype(np.int64)
    number = np.arange(first, first + count)
    arrested = _first_arrest(rng, family.born, today)
    pnc_year, pnc_serial = identifiers.pnc_parts(number, arrested)
    has_cro = (kind == OFFENDER) & (rng.random(count) < 0.7)
    homes, moved, where = _homes(rng, family, today)
    alias_given, alias_surname, alias_born = _aliases(rng, family, kind)
    nickname = lexicon().nicknames.pick(rng, family.given)
    nickname = np.where(nickname == family.given, NONE, nickname)
    moniker = np.where(star, len(table("monikers")) + roles, _monikers(rng, kind))
    return People(
        first=first,
        family=family,
        places=where,
        homes=homes,
        moved=moved,
        kind=kind,
        records=np.where(star, showcase.RECORDS, np.clip(records, 1, MOST)),
        pnc_year=pnc_year,
        pnc_serial=pnc_serial,
        has_pnc=kind == OFFENDER,
        cro=_where(has_cro, identifiers.cro(number, arrested)),
        first_arrest=arrested,
        alias_given=showcase.names("alias_given", roles, alias_given),
        alias_surname=showcase.names("alias_surname", roles, alias_surname),
        alias_born=np.where(star, family.born, alias_born),
        nickname=showcase.names("nickname", roles, nickname),
        moniker=moniker,
        mobile=identifiers.mobile(number * 2),
        old_mobile=identifiers.mobile(number * 2 + 1),
        landline=_landlines(first, family, where, homes),
        email=_emails(rng, family, number),
        vehicle=_vehicles(rng, number, adult | star, today),
        ethnicity_self=_ethnicity_self(rng, family.tradition),
        ethnicity_observed=_ethnicity_observed(rng, family.tradition),
        markers=_markers(rng, kind),
        married_on=_marriages(rng, family, today),
        showcase=roles,
    )


def _where(mask: Bools, values: pl.Series) -> pl.Series:
    return values.zip_with(pl.Series(mask), pl.Series([None], dtype=values.dtype))


def _kinds(rng: np.random.Generator, activity: Floats, female: Bools, adult: Bools) -> Ints:
    """The busiest third has been arrested, men rather than women; then the public, the vulnerable."""
    score = activity + rng.normal(0, 1.5, len(activity)) - 0.7 * female - 9.0 * ~adult
    busiest = score >= np.quantile(score, 1 - WITH_PNC)
    other = np.where(rng.random(len(activity)) < np.where(adult, 0.05, 0.5), VULNERABLE, PUBLIC)
    return np.where(busiest, OFFENDER, other)


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
    return _where(number * 2_654_435_761 % 4_294_967_296 < 1_417_339_207, line)


def _emails(rng: np.random.Generator, family: Households, number: Ints) -> pl.Series:
    """An address under a reserved domain (RFC 2606) for two thirds."""
    words = lexicon()
    given, surname = words.folded[family.given], words.folded[family.surname]
    local = words.write(given) + "." + words.write(surname) + pl.Series(number).cast(pl.String)
    local = local.str.to_lowercase().str.replace_all(r"[^a-z0-9.]", "")
    host = pl.Series(["@example.com", "@example.org", "@example.net", "@mail.example"])
    email = local + host.gather(rng.integers(0, 4, len(number)))
    return _where(rng.random(len(number)) < 0.66, email)


def _vehicles(rng: np.random.Generator, number: Ints, adult: Bools, today: int) -> pl.Series:
    year = identifiers.year_of(np.array([today]))[0]
    has = adult & (rng.random(len(number)) < 0.45)
    return _where(has, identifiers.vehicle(number, int(year)))


def _ethnicity_self(rng: np.random.Generator, tradition: Ints) -> pl.Series:
    codes = np.full(len(tradition), "NS", dtype="<U2")
    for name, shares in SELF_DEFINED.items():
        group = is_in(tradition, name)
        names = np.array([*shares, "NS"])
        weights = [*shares.values(), 1 - sum(shares.values())]
        codes[group] = names[pick(rng, cumulative(weights), int(group.sum()))]
    return pl.Series(codes)


def _ethnicity_observed(rng: np.random.Generator, tradition: Ints) -> pl.Series:
    codes = np.array(list(OBSERVED.values()))[tradition]
    otherwise = np.array(list("1234569"))[rng.integers(0, 7, len(tradition))]
    return "IC" + pl.Series(np.where(rng.random(len(tradition)) < 0.1, otherwise, codes))


def _markers(rng: np.random.Generator, kind: Ints) -> pl.Series:
    """Up to three warning signals for a third of the arrested and a few others."""
    count = len(kind)
    share = np.where(kind == OFFENDER, 0.35, np.where(kind == VULNERABLE, 0.2, 0.02))
    codes, shares = pl.Series(list(MARKERS)), cumulative([float(n) for n in MARKERS.values()])
    columns = {}
    for place, more in enumerate((1.0, 0.4, 0.15)):
        has = rng.random(count) < share * more
        columns[f"m{place}"] = _where(has, codes.gather(pick(rng, shares, count)))
    found = pl.DataFrame(columns).select(
        pl.concat_list("m0", "m1", "m2").list.drop_nulls().list.unique(maintain_order=True)
    )
    return found.to_series()


def _marriages(rng: np.random.Generator, family: Households, today: int) -> Ints:
    """When people with a maiden name took another: between 19 and 45, before today."""
    day = family.born + ((19 + 26 * rng.beta(1.5, 2.5, len(family.born))) * YEAR).astype(np.int64)
    married: Ints = np.where(family.maiden == NONE, 0, np.minimum(day, today - 200))
    return married
