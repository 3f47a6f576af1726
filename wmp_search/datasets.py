"""What may be counted: data sets as the apps declare them (docs/adr/0027).

An app declares in its own `datasets.py` what one count is, by what it may be split and filtered,
and who may see it. `wmp_search.reports` collects them and knows nothing else of a domain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Aggregate, QuerySet

from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search.query import Clause

NOT_RECORDED = ""  # the value of what a record does not say; it is shown, never dropped


class Kind(Enum):
    """How the values of a field become groups."""

    VALUE = "value"
    MONTH = "month"
    DAY = "day"
    WEEKDAY = "weekday"  # of a field that holds the hour of the week, 0 (Monday 00:00) to 167
    HOUR = "hour"  # 00 to 23, as `Table.spread` gives it


def as_stored(value: str) -> str:
    """The words for a value that needs none of its own."""
    return value


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something to split by and to filter by.

    `field`: of the index, or a lookup of the query set. `size`: at least as many groups as there
    are, so that none is left out. `words`: of a stored value. `typed`: a filter whose value is
    typed comes through it. `release`: may stand in figures that leave the force.
    `stored`: the values that typed words mean, asked when it is counted. `named`: the words of
    many stored values at once, in place of `words`. `mapped`: what its values are on a map,
    "hexagon" or a kind of boundary; "" for no places. `caveat`: said where it is a split.
    """

    key: str
    label: str
    field: str
    kind: Kind = Kind.VALUE
    size: int = 100
    words: Callable[[str], str] = as_stored
    typed: Callable[[str], str] | None = None
    hint: str = ""
    splits: bool = True
    filters: bool = True
    release: bool = False
    stored: Callable[[Sequence[str]], Sequence[str]] | None = None
    named: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    mapped: str = ""
    caveat: str = ""

    @property
    def is_time(self) -> bool:
        return self.kind in (Kind.MONTH, Kind.DAY)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted. `of`: an aggregate of the query set; None counts the records. `adds_up`:
    the parts of a split sum to the whole.
    """

    key: str
    label: str
    unit: str
    of: Aggregate | None = None
    adds_up: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """Counted by OpenSearch. `access`: the access rule of the index, a filter of every count.

    `id_field`: of the document's source, the record's id.
    """

    alias: str
    access: Callable[[Scope], Clause]
    id_field: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Records spread over the hours of a week. `cells`: (weekday from 0, hour as "08") → weight;
    `counted`: how many are in it; `notes`: which are not, in words. Too many to spread: no cells.
    """

    cells: Mapping[tuple[str, str], float]
    counted: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counted by SQL: the rows that a scope sees. `timed`: the day is a moment. `spread`: counts
    rows by weekday and hour, where each counts in several.
    """

    rows: Callable[[Scope], QuerySet[Any]]
    timed: bool = False
    spread: Callable[[QuerySet[Any]], Spread] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How the records behind a number are listed: `of` ids, as far as the scope sees them; each
    as `template` shows `record`; `ids` are those of what is listed.
    """

    kind: str
    of: Callable[[Sequence[int], Scope], Sequence[Any]]
    template: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set. `permissions`: any of them opens it. `day`: the field that places a record in
    time, `dated` says in words which day that is. `listing`: None where numbers open nothing.
    `judged`: whether monthly counts may be given a verdict. `rounded_to`: every number is rounded
    to it by itself, a total too, where the reader may not see whose it is; 0: exact. `choices`:
    the key of the data set whose values are offered for filters of the same name; "": its own.
    """

    key: str
    label: str
    sentence: str
    permissions: tuple[Permission, ...]
    source: Index | Table
    day: str
    dated: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    caveats: tuple[str, ...] = ()
    listing: Listing | None = None
    judged: bool = False
    rounded_to: int = 0
    choices: str = ""

    def dimension(self, key: str) -> Dimension:
        """Raises KeyError for one that is not declared."""
        return {one.key: one for one in self.dimensions}[key]

    def measure(self, key: str) -> Measure:
        """Raises KeyError for one that is not declared."""
        return {one.key: one for one in self.measures}[key]

    def opens_to(self, scope: Scope) -> bool:
        return any(scope.may(one) for one in self.permissions)


def month(field: str) -> Dimension:
    """By month of the data set's day."""
    return Dimension("month", "Month", field, Kind.MONTH, size=120, filters=False, release=True)


def day(field: str) -> Dimension:
    """By day of the data set's day."""
    return Dimension("day", "Day", field, Kind.DAY, size=100, filters=False)
