"""Records of one system written down: one row per record, in columns every feed can use.

Columns (text unless said):
truth, person (position in the chunk), kind, star (is in the showcase), on (date of the record);
given, middle, surname, title, maiden, nickname, moniker, alias ("given surname"),
alias_born (date), born (date), age (whole years), sex, ethnicity_self, ethnicity_observed,
markers (list of codes);
pnc, cro, mobile, landline, email, vehicle;
house, street, town, postcode, home_from (date), old_house, old_street, old_town, old_postcode (the
address before, null where unknown), home (row of the chunk's places, the true one), neighbourhood
(row of neighbourhoods.csv).
"""

from typing import Final

import numpy as np
import polars as pl

from ingest.generator import identifiers, mistakes
from ingest.generator.history import Records
from ingest.generator.lexicon import lexicon
from ingest.generator.mistakes import Habits, Spoken, Written
from ingest.generator.naming import NONE
from ingest.generator.population import People, monikers
from ingest.generator.reference import Ints, only

WRONG_PNC: Final = 0.001  # another person's PNC ID on the record
FAULTY_CHECK: Final = 0.001  # a digit of the PNC ID mistyped: the check letter fails
SHORT_STREET: Final = {" Road": " Rd", " Street": " St", " Avenue": " Ave", " Close": " Cl"}


def write(
    rng: np.random.Generator, people: People, records: Records, habits: Habits
) -> pl.DataFrame:
    """The rows of `records`, in their order."""
    row = Written(rng, people, records.person, records.day, habits)
    spoken = mistakes.names(row)
    born = mistakes.births(row, spoken.alias)
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
        "ethnicity_self": people.traits.ethnicity_self.gather(row.person),
        "ethnicity_observed": people.traits.ethnicity_observed.gather(row.person),
        "markers": people.traits.markers.gather(row.person),
    }
    return pl.DataFrame(columns)


def _dates(days: Ints) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)


def _names(row: Written, spoken: Spoken) -> dict[str, pl.Series]:
    words, people, person = lexicon(), row.people, row.person
    given = words.write(spoken.given)
    given = given.str.slice(0, 1).zip_with(pl.Series(spoken.initial), given)
    middle = words.write(spoken.middle)
    middle = middle.str.slice(0, 1).zip_with(pl.Series(row.toss(0.12)), middle)
    surname, second = words.write(spoken.surname), words.write(spoken.second)
    double = (surname + "-" + second).fill_null(surname)
    junior = people.family.junior[person] & row.toss(0.15)
    title = np.where(people.family.female[person], "Ms", "Mr")
    maiden = people.family.maiden[person]
    return {
        "given": given,
        "middle": middle,
        "surname": (double + " Jnr").zip_with(pl.Series(junior), double),
        "title": pl.Series(np.where(maiden != NONE, "Mrs", title)),
        "maiden": only(
            words.write(maiden), (spoken.surname != maiden) & row.toss(row.habits.maiden)
        ),
        **_other_names(row, spoken),
    }


def _other_names(row: Written, spoken: Spoken) -> dict[str, pl.Series]:
    """The other identity where there is one: the alias, or the true name of an alias record."""
    words, people, person = lexicon(), row.people, row.person
    family, alias = people.family, spoken.alias
    first = np.where(alias, family.given[person], people.names.alias_given[person])
    last = np.where(alias, family.surname[person], people.names.alias_surname[person])
    star = people.showcase[person] != NONE  # shown with every name, so that a search finds it
    known = (people.names.alias_surname[person] != NONE) & (star | row.toss(0.6))
    born = np.where(alias, family.born[person], people.names.alias_born[person])
    moniker = people.names.moniker[person]
    street_names = monikers().gather(np.where(moniker < 0, 0, moniker))
    return {
        "alias": only(words.write(first) + " " + words.write(last), known),
        "alias_born": only(_dates(born), known & (born != family.born[person]) & (born < row.day)),
        "nickname": only(words.write(people.names.nickname[person]), star | row.toss(0.3)),
        "moniker": only(street_names, (moniker != NONE) & (star | row.toss(0.75))),
    }


def _numbers(row: Written) -> dict[str, pl.Series]:
    """PNC and CRO numbers, a few of them wrong."""
    people, person = row.people, row.person
    holders = np.flatnonzero(people.police.has_pnc)
    other = holders[row.rng.integers(0, max(len(holders), 1), row.count)]
    whose = np.where(row.toss(WRONG_PNC), other, person)
    year, serial = people.police.pnc_year[whose], people.police.pnc_serial[whose]
    short = pl.Series(row.toss(row.habits.pnc_short))
    pnc = identifiers.pnc_short(year, serial).zip_with(short, identifiers.pnc_long(year, serial))
    faulty = pnc.str.slice(0, 2) + "/" + identifiers.digits(serial + 1, 7) + pnc.str.tail(1)
    pnc = faulty.zip_with(pl.Series(row.toss(FAULTY_CHECK)), pnc)
    known = people.police.has_pnc[person] & (row.day >= people.police.first_arrest[person])
    return {
        "pnc": only(pnc, known & row.toss(row.habits.pnc)),
        "cro": only(people.police.cro.gather(person), known & row.toss(row.habits.cro)),
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
        "house": only(current["house"], given & ~row.toss(0.02)),
        "street": only(street, given),
        "town": only(current["town"], given & ~row.toss(0.05)),
        "postcode": only(postcode, given & ~row.toss(0.05)),
        "home": pl.Series(home),
        "neighbourhood": pl.Series(people.places.neighbourhood[home]),
        "home_from": only(_dates(since), given & (stage > 0)),
        **{f"old_{part}": only(old[part], has_old) for part in ("house", "street", "town")},
        "old_postcode": only(old["postcode"], has_old),
    }


def _contacts(row: Written) -> dict[str, pl.Series]:
    """Phones in every notation, e-mail and vehicle as far as the system asks for them."""
    people, person = row.people, row.person
    adult = row.day - people.family.born[person] > 4_000
    number = people.contacts.mobile.gather(person)
    number = people.contacts.old_mobile.gather(person).zip_with(pl.Series(row.toss(0.2)), number)
    mobile = mistakes.phones(row.rng, number)
    landline = mistakes.phones(row.rng, people.contacts.landline.gather(person))
    return {
        "mobile": only(mobile, adult & row.toss(row.habits.phone)),
        "landline": only(landline, row.toss(row.habits.phone * 0.6)),
        "email": only(people.contacts.email.gather(person), adult & row.toss(row.habits.email)),
        "vehicle": only(people.contacts.vehicle.gather(person), row.toss(row.habits.vehicle)),
    }
