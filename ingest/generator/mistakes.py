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


@dataclass(frozen=True, slots=True)
class Written:
    """Records being written down: dice, people, and each record's person and day."""

    rng: np.random.Generator
    people: People
    person: Ints
    day: Ints
    habits: Habits

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.person)

    def toss(self, share: float) -> Bools:
        """True for about `share` of the records."""
        tossed: Bools = self.rng.random(self.count) < share
        return tossed


@dataclass(slots=True)
class Spoken:
    """The name of each record as lexicon numbers, NONE where a part is missing."""

    given: Ints
    middle: Ints
    surname: Ints
    second: Ints  # second half of a double-barrelled surname
    alias: Bools  # the record is under the alias
    initial: Bools


def names(row: Written) -> Spoken:
    """The names that a system writes down."""
    family, person = row.people.family, row.person
    alias = (row.people.names.alias_surname[person] != NONE) & row.toss(row.habits.alias)
    surname, unmarried = _surname_of_the_day(row)
    surname = np.where(alias, row.people.names.alias_surname[person], surname)
    given = np.where(alias, row.people.names.alias_given[person], family.given[person])
    middle = np.where(alias, NONE, family.middle[person])
    given, middle = _called_by(row, given, middle)
    surname = _without_clan(row, middle, surname)
    nick = row.people.names.nickname[person]
    short = (nick != NONE) & ~alias & row.toss(row.habits.nickname)
    spoken = Spoken(
        given=np.where(short, nick, given),
        middle=np.where(short | ~row.toss(row.habits.middle), NONE, middle),
        surname=surname,
        second=np.where(alias | unmarried, NONE, family.second[person]),
        alias=alias,
        initial=row.toss(row.habits.initial),
    )
    for field in ("given", "middle", "surname"):
        setattr(spoken, field, _misspelt(row, getattr(spoken, field)))
    _swap(row, spoken)
    _drop_diacritics(row, spoken)
    return spoken


def _surname_of_the_day(row: Written) -> tuple[Ints, Bools]:
    """The surname on the day of the record, and whether it is the maiden name."""
    maiden = row.people.family.maiden[row.person]
    before = (row.day < row.people.married_on[row.person]) | row.toss(0.02)
    unmarried = (maiden != NONE) & before
    return np.where(unmarried, maiden, row.people.family.surname[row.person]), unmarried


def _called_by(row: Written, given: Ints, middle: Ints) -> tuple[Ints, Ints]:
    """Mohammed Imran Khan is often just Imran Khan."""
    second = np.isin(given, honorary()) & (middle != NONE) & row.toss(0.15)
    second &= ~is_in(row.people.family.tradition, "somali", "arab")[row.person]
    return np.where(second, middle, given), np.where(second, NONE, middle)


def _without_clan(row: Written, middle: Ints, surname: Ints) -> Ints:
    """Gurpreet Singh Sandhu is sometimes Gurpreet Singh."""
    religious = is_in(row.people.family.tradition, "sikh")[row.person] & (middle != NONE)
    return np.where(religious & row.toss(0.12), middle, surname)


def _misspelt(row: Written, name: Ints) -> Ints:
    words = lexicon()
    variant = words.spellings.pick(row.rng, np.where(name < 0, 0, name))
    name = np.where((name >= 0) & row.toss(row.habits.variant), variant, name)
    which = row.rng.integers(0, MISSPELLINGS, row.count)
    typed = words.misspelt[np.where(name < 0, 0, name), which]
    wrong: Ints = np.where((name >= 0) & row.toss(row.habits.misspelt), typed, name)
    return wrong


def _swap(row: Written, spoken: Spoken) -> None:
    """Surname first is usual in some traditions and a slip in the others."""
    tradition = row.people.family.tradition[row.person]
    often = np.where(is_in(tradition, "chinese"), 12.0, 1.0)
    often = np.where(is_in(tradition, "romanian"), 4.0, often)
    swapped = row.rng.random(row.count) < row.habits.swapped * often
    given, surname = spoken.given, spoken.surname
    spoken.given = np.where(swapped, surname, given)
    spoken.surname = np.where(swapped, given, surname)


def _drop_diacritics(row: Written, spoken: Spoken) -> None:
    plain, folded = row.toss(row.habits.plain), lexicon().folded
    for field in ("given", "middle", "surname", "second"):
        number = getattr(spoken, field)
        bare = folded[np.where(number < 0, 0, number)]
        setattr(spoken, field, np.where(plain & (number >= 0), bare, number))


def births(row: Written, alias: Bools) -> pl.Series:
    """Dates of birth as written: right, off, with day and month swapped, 1 January, or null."""
    true = row.people.family.born[row.person]
    other = row.people.names.alias_born[row.person]
    born = np.where(alias & (other < row.day), other, true)
    kind, wrong = row.rng.random(row.count), row.habits.birth_wrong
    off = born + DAYS_OFF[row.rng.integers(0, len(DAYS_OFF), row.count)]
    born = np.where((kind < wrong * 0.4) & (off < row.day), off, born)
    swapped = _day_as_month(born)
    swap = (kind >= wrong * 0.4) & (kind < wrong * 0.8) & (swapped < row.day)
    born = np.where(swap, swapped, born)
    new_year = born.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    first = (kind >= wrong * 0.8) & (kind < wrong)
    born = np.where(first, new_year.astype(np.int64), born)
    dates = pl.Series(born).cast(pl.Int32).cast(pl.Date)
    known = pl.Series(row.toss(row.habits.birth))
    return dates.zip_with(known, pl.Series([None], dtype=pl.Date))


def _day_as_month(born: Ints) -> Ints:
    """Day and month exchanged; unchanged where the day is above 12."""
    dates = born.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    day = (dates - months.astype("datetime64[D]")).astype(np.int64)
    january = dates.astype("datetime64[Y]").astype("datetime64[M]")
    other = (january + np.minimum(day, 11)).astype("datetime64[D]") + month
    swapped: Ints = np.where(day < 12, other.astype(np.int64), born)
    return swapped


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
