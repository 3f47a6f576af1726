"""What all feeds share: tables with deliberate flaws, and parts of their layout."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import rendering
from ingest.generator.history import Records
from ingest.generator.mistakes import Habits
from ingest.generator.population import People
from ingest.generator.reference import Bools, Floats, Ints, cumulative, pick
from ingest.generator.sinks import Sink, TextLayout, TextSink

FLAWED: Final = 0.0005  # share of rows with a deliberate flaw that must be rejected
IMPOSSIBLE: Final = "31/02/1990"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Values that make a row unacceptable, and the streams that must reject it."""

    values: dict[str, str | None]
    rejected_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that reads a table: the columns of its key, and the column it asks for, if any.

    `truth` names the column with the person's truth id (person streams only).
    """

    name: str
    key: tuple[str, ...] = ()
    when: str | None = None
    truth: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for one file. Columns that begin with `_` are not written."""

    file: str
    rows: pl.DataFrame  # with `_flaw`: 0 sound, n the n-th of `flaws`
    streams: tuple[Stream, ...]
    flaws: tuple[Flaw, ...] = ()

    def spoilt(self) -> pl.DataFrame:
        """The rows with their flaws."""
        changes: dict[str, pl.Expr] = {}
        for number, flaw in enumerate(self.flaws, 1):
            for column, value in flaw.values.items():
                before = changes.get(column, pl.col(column))
                bad = pl.lit(value, dtype=pl.String)
                changes[column] = pl.when(pl.col("_flaw") == number).then(bad).otherwise(before)
        return self.rows.with_columns(**changes)


@dataclass(slots=True)
class Chunk:
    """One chunk of people and what its feeds need to be written."""

    rng: np.random.Generator
    people: People
    records: dict[str, Records]
    today: int
    counters: dict[str, int] = field(default_factory=dict)  # shared by all chunks

    @property
    def is_first(self) -> bool:
        """Whether this chunk has the first people."""
        return self.people.first == 0

    def write(self, system: str, habits: Habits) -> pl.DataFrame:
        """The records of a system as written down (columns: `rendering`)."""
        return rendering.write(self.rng, self.people, self.records[system], habits)

    def numbers(self, name: str, count: int) -> Ints:
        """The next `count` numbers of a sequence, from 1."""
        start = self.counters.get(name, 1)
        self.counters[name] = start + count
        return np.arange(start, start + count)

    def flaws(self, count: int, kinds: int, allowed: pl.Series | None = None) -> pl.Series:
        """The flaw of each row: 0 for nearly all; some row of the first chunk has one."""
        flaw = np.zeros(count, dtype=np.int64)
        chosen = self.rng.random(count) < FLAWED
        fits = np.ones(count, dtype=np.bool_) if allowed is None else allowed.to_numpy()
        if self.is_first and count >= 20 and not (chosen & fits).any():
            chosen[self.rng.choice(np.flatnonzero(fits), 1)] = True
        chosen &= fits
        flaw[chosen] = np.arange(int(chosen.sum())) % kinds + 1
        return pl.Series("_flaw", flaw)

    def choose(self, options: dict[str, float], count: int) -> pl.Series:
        """`count` of the options by weight."""
        shares: Floats = cumulative(list(options.values()))
        return pl.Series(list(options)).gather(pick(self.rng, shares, count))


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a system's files go, and the day of the extract as YYYYMMDD."""

    path: Path
    day: str

    def csv(self, name: str, columns: Sequence[str]) -> Sink:
        """A comma-separated UTF-8 file `name`.csv with a heading."""
        header = ",".join(columns) + "\n"
        return TextSink(self.path / f"{name}.csv", TextLayout(csv, header))


@dataclass(frozen=True, slots=True)
class Feed:
    """One system: the tables of a chunk, and its files by `Table.file`."""

    system: str
    tables: Callable[[Chunk], Iterable[Table]]
    open: Callable[[Folder], dict[str, Sink]]


def csv(rows: pl.DataFrame, separator: str = ",") -> str:
    """Rows as delimited text without a heading, lines ended by a line feed."""
    return rows.write_csv(include_header=False, separator=separator)


def names(*columns: str) -> pl.Expr:
    """Columns joined by a space, empty ones skipped; null where all are."""
    joined = pl.concat_str(*columns, separator=" ", ignore_nulls=True)
    return pl.when(joined == "").then(None).otherwise(joined)


def joined(separator: str, *columns: str) -> pl.Expr:
    """Columns joined, empty ones skipped; null where all are."""
    text = pl.concat_str(*columns, separator=separator, ignore_nulls=True)
    return pl.when(text == "").then(None).otherwise(text)


def forenames() -> pl.Expr:
    """Given and middle name."""
    return names("given", "middle")


def line(prefix: str = "") -> pl.Expr:
    """House and street, town: one line without the postcode."""
    street = names(f"{prefix}house", f"{prefix}street")
    return pl.when(pl.col(f"{prefix}street").is_not_null()).then(
        pl.concat_str(street, f"{prefix}town", separator=", ", ignore_nulls=True)
    )


def uk_date(column: str) -> pl.Expr:
    """dd/mm/yyyy."""
    return pl.col(column).dt.to_string("%d/%m/%Y")


def iso_date(column: str) -> pl.Expr:
    """yyyy-mm-dd."""
    return pl.col(column).dt.to_string("%Y-%m-%d")


def two_digit_year(column: str = "on") -> pl.Expr:
    """yy of a date."""
    return pl.col(column).dt.to_string("%y")


def series(values: Ints | Bools) -> pl.Series:
    """An array as a series."""
    return pl.Series(values)


def markers(separator: str) -> pl.Expr:
    """Warning markers in one column; null where none."""
    text = pl.col("markers").list.join(separator)
    return pl.when(text == "").then(None).otherwise(text)
