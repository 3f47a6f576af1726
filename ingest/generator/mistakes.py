"""How a name, a birthday or a number goes wrong when somebody writes it down.

The rates are ours (chosen near the matching measurements); they forecast nothing about real data.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.lexicon import MISSPELLINGS, lexicon
from ingest.generator.naming import NONE, honorary, is_in
from ingest.generator.population import People
from ingest.generator.reference import Bools, Ints

DAYS_OFF: Final = np.array([1, -1, 10, -10, 365, -365, 3652, -3652, 31, -30])


@dataclass(frozen=True, slots=True)
class Habits:
    """How a system writes people down: shares of its records, 0 to 1."""

    middle: float = 0.6
    birth: float = 0.97  # a date of birth is given
    address: float = 0.85
    phone: float = 0.45
    email: float = 0.1
    vehicle: float = 0.08
    pnc: float = 0.5  # of people who have one
    cro: float = 0.0
    alias: float = 0.12  # an alias holder is recorded under the alias
    nickname: float = 0.03
    initial: float = 0.004
    misspelt: float = 0.02  # per name
    variant: float = 0.05  # another spelling of a name that has several
    swapped: float = 0.004
    placeholder: float = 0.0
    plain: float = 0.6  # diacritics left out
    birth_wrong: float = 0.02
    pnc_short: float = 0.0
    maiden: float = 0.3  # the maiden name is noted


def coin(rng: np.random.Generator, share: float, count: int) -> Bools:
    """True for about `share` of `count`."""
    tossed: Bools = rng.random(count) < share
    return tossed


@dataclass(slots=True)
class Spoken:
    """The name of each record as lexicon numbers."""

    given: Ints
    middle: Ints
    surname: Ints
    second: Ints
    alias: Bools  # the record is under the alias
    initial: Bools


def names(
    rng: np.random.Generator, people: People, person: Ints, day: Ints, habits: Habits
) -> Spoken:
    """The names that a system writes down for `person` on `day`."""
    family, words, count = people.family, lexicon(), len(person)
    alias = (people.alias_surname[person] != NONE) & coin(rng, habits.alias, count)
    maiden = family.maiden[person]
    unmarried = (maiden != NONE) & (day < people.married_on[person])
    unmarried |= (maiden != NONE) & coin(rng, 0.02, count)
    surname = np.where(unmarried, maiden, family.surname[person])
    surname = np.where(alias, people.alias_surname[person], surname)
    given = np.where(alias, people.alias_given[person], family.given[person])
    middle = np.where(alias, NONE, family.middle[person])
    given, middle = _called_by(rng, people, person, given, middle)
    surname = _without_clan(rng, people, person, middle, surname)
    nick = people.nickname[person]
    short = (nick != NONE) & ~alias & coin(rng, habits.nickname, count)
    given = np.where(short, nick, given)
    middle = np.where(short | ~coin(rng, habits.middle, count), NONE, middle)
    spoken = Spoken(
        given=given,
        middle=middle,
        surname=surname,
        second=np.where(alias | unmarried, NONE, family.second[person]),
        alias=alias,
        initial=coin(rng, habits.initial, count),
    )
    for field in ("given", "surname"):
        setattr(spoken, field, _misspelt(rng, getattr(spoken, field), habits))
    _swap(rng, spoken, people.family.tradition[person], habits)
    plain = coin(rng, habits.plain, count)
    for field in ("given", "middle", "surname", "second"):
        number = getattr(spoken, field)
        folded = words.folded[np.where(number < 0, 0, number)]
        setattr(spoken, field, np.where(plain & (number >= 0), folded, number))
    return spoken


def _called_by(
    rng: np.random.Generator, people: People, person: Ints, given: Ints, middle: Ints
) -> tuple[Ints, Ints]:
    """Mohammed Imran Khan is often just Imran Khan."""
    second = np.isin(given, honorary()) & (middle != NONE) & coin(rng, 0.15, len(person))
    second &= ~is_in(people.family.tradition, "somali", "arab")[person]
    return np.where(second, middle, given), np.where(second, NONE, middle)


def _without_clan(
    rng: np.random.Generator, people: People, person: Ints, middle: Ints, surname: Ints
) -> Ints:
    """Gurpreet Singh Sandhu is sometimes Gurpreet Singh."""
    religious = is_in(people.family.tradition, "sikh")[person] & (middle != NONE)
    return np.where(religious & coin(rng, 0.12, len(person)), middle, surname)


def _misspelt(rng: np.random.Generator, name: Ints, habits: Habits) -> Ints:
    words, count = lexicon(), len(name)
    known = np.where(name < 0, 0, name)
    variant = words.spellings.pick(rng, known)
    name = np.where((name >= 0) & coin(rng, habits.variant, count), variant, name)
    typed = words.misspelt[np.where(name < 0, 0, name), rng.integers(0, MISSPELLINGS, count)]
    wrong: Ints = np.where((name >= 0) & coin(rng, habits.misspelt, count), typed, name)
    return wrong


def _swap(rng: np.random.Generator, spoken: Spoken, tradition: Ints, habits: Habits) -> None:
    """Surname first is usual in some traditions and a slip in the others."""
    often = np.where(
        is_in(tradition, "chinese"), 12.0, np.where(is_in(tradition, "romanian"), 4, 1)
    )
    swapped = rng.random(len(tradition)) < habits.swapped * often
    given, surname = spoken.given, spoken.surname
    spoken.given = np.where(swapped, surname, given)
    spoken.surname = np.where(swapped, given, surname)


def births(
    rng: np.random.Generator, people: People, person: Ints, day: Ints, alias: Bools, habits: Habits
) -> pl.Series:
    """Dates of birth as written: right, off, with day and month swapped, 1 January, or null."""
    true = people.family.born[person]
    alias &= people.alias_born[person] < day
    born = np.where(alias, people.alias_born[person], true)
    count, wrong = len(born), habits.birth_wrong
    kind = rng.random(count)
    off = born + DAYS_OFF[rng.integers(0, len(DAYS_OFF), count)]
    born = np.where((kind < wrong * 0.4) & (off < day), off, born)
    dates = born.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    of_month = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    years = dates.astype("datetime64[Y]")
    other = (years.astype("datetime64[M]") + (np.minimum(of_month, 12) - 1)).astype(
        "datetime64[D]"
    )
    other = (other + (month - 1)).astype(np.int64)
    swap = (kind >= wrong * 0.4) & (kind < wrong * 0.8) & (of_month <= 12) & (other < day)
    born = np.where(swap, other, born)
    new_year = (kind >= wrong * 0.8) & (kind < wrong)
    born = np.where(new_year, years.astype("datetime64[D]").astype(np.int64), born)
    given = pl.Series(coin(rng, habits.birth, count))
    text = pl.Series(born).cast(pl.Int32).cast(pl.Date)
    return text.zip_with(given, pl.Series([None], dtype=pl.Date))


def phones(rng: np.random.Generator, number: pl.Series) -> pl.Series:
    """Phone numbers in every notation people use."""
    local = pl.col("n").str.slice(1)
    first, second, last = (
        pl.col("n").str.slice(at, size) for at, size in ((0, 5), (5, 3), (8, 3))
    )
    notations = (
        (0.40, pl.col("n")),
        (0.20, first + " " + second + last),
        (0.08, first + " " + second + " " + last),
        (0.10, "+44" + local),
        (0.05, "0044 " + local),
        (0.06, "+44 (0)" + pl.col("n").str.slice(1, 4) + " " + second + last),
        (0.05, first + "-" + second + "-" + last),
        (0.04, "(" + first + ") " + second + last),
        (0.02, local),
    )
    written, upto = pl.col("n"), 1.0
    for share, notation in reversed(notations):
        upto -= share
        written = pl.when(pl.col("r") < upto + share).then(notation).otherwise(written)
    frame = pl.DataFrame({"n": number, "r": rng.random(len(number))})
    return frame.select(written).to_series()
