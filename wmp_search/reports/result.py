"""The answer to a report. Page, chart and files are made from it alone, so they cannot differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from crime.trends.verdicts import Judged
from wmp_search.datasets import NOT_RECORDED, Dimension, Kind
from wmp_search.reports.counting import REST, Key
from wmp_search.reports.periods import Days
from wmp_search.reports.spec import ReportSpec

MOST_COLUMNS = 6  # of a table with two splits; more stand below each other


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; `numeric` ones hold numbers."""

    key: str
    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One number: `key` as stored, `labels` in words; `before`: of the same a year earlier."""

    key: Key
    labels: tuple[str, ...]
    value: float
    before: float | None = None

    @property
    def opens(self) -> bool:
        """Whether records stand behind it that can be asked for."""
        return self.value > 0 and REST not in self.key

    @property
    def change(self) -> float | None:
        return None if self.before is None else self.value - self.before


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the last month. `finding`: the sentence."""

    judged: Judged
    finding: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer, at one moment, of what one scope may see.

    `fresh_at`: when the newest delivery had been loaded. `scope_hash` is equal where the same
    records may be seen; `spec_hash` where the same was asked.
    """

    spec: ReportSpec
    days: Days
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: float
    caveats: tuple[str, ...]
    as_of: datetime
    fresh_at: datetime | None
    scope_label: str
    scope_hash: str
    spec_hash: str
    total_before: float | None = None
    verdict: Verdict | None = None
    unit: str = ""
    rounded_to: int = field(default=0)

    @property
    def facts(self) -> dict[str, str]:
        """What stands above the numbers wherever they go."""
        counted = f"{date_format(timezone.localtime(self.as_of), 'j F Y, H:i')}"
        fresh = self.fresh_at and date_format(timezone.localtime(self.fresh_at), "j F Y, H:i")
        return {
            "What": self.spec.words,
            "Time": f"{self.days.words}, {self.spec.of.dated}",
            "Counted": counted,
            "Newest delivery loaded": fresh or "None",
            "Seen with": self.scope_label,
        }

    @property
    def largest(self) -> float:
        return max((row.value for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two splits as a table: `lines` of (label, cells), a cell None where nothing is."""

    first: str
    second: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Row | None, ...]], ...]


def crossed(result: Result) -> Crossed | None:
    """The rows across, where one of the two splits has few values; None for a list."""
    if len(result.spec.by) != 2 or result.total_before is not None:
        return None
    firsts = list(dict.fromkeys(row.key[0] for row in result.rows))
    seconds = list(dict.fromkeys(row.key[1] for row in result.rows))
    if len(seconds) <= MOST_COLUMNS:
        return _crossed(result, 0, firsts, seconds)
    return _crossed(result, 1, seconds, firsts) if len(firsts) <= MOST_COLUMNS else None


def _crossed(result: Result, down: int, lines: list[str], heads: list[str]) -> Crossed:
    at = {(row.key[down], row.key[1 - down]): row for row in result.rows}
    words = {row.key[place]: row.labels[place] for row in result.rows for place in (0, 1)}
    of = {row.key[down]: row.labels[down] for row in result.rows}
    across = {row.key[1 - down]: row.labels[1 - down] for row in result.rows}
    return Crossed(
        first=result.columns[down].label,
        second=result.columns[1 - down].label,
        heads=tuple(across.get(head, words[head]) for head in heads),
        lines=tuple((of[line], tuple(at.get((line, head)) for head in heads)) for line in lines),
    )


def rows(
    spec: ReportSpec, cells: Mapping[Key, float], before: Mapping[Key, float] | None
) -> tuple[Row, ...]:
    """The cells in reading order: time as it runs, else the largest group first."""
    split = spec.split
    keys = set(cells) | set(before or {})
    sums: list[dict[str, float]] = [{} for _ in split]
    for key in keys:
        for place, value in enumerate(key):
            sums[place][value] = sums[place].get(value, 0) + cells.get(key, 0)

    def order(key: Key) -> tuple[tuple[float, str], ...]:
        return tuple(
            (0, value or "~")
            if one.kind is not Kind.VALUE
            else (1 if value == REST else -sums[place][value], value)
            for place, (one, value) in enumerate(zip(split, key, strict=True))
        )

    words = [
        one.named([value for value in sums[place] if value not in (REST, NOT_RECORDED)])
        if one.named
        else {}
        for place, one in enumerate(split)
    ]
    return tuple(
        Row(
            key,
            tuple(
                known.get(value) or label(one, value)
                for one, known, value in zip(split, words, key, strict=True)
            ),
            cells.get(key, 0),
            None if before is None else before.get(key, 0),
        )
        for key in sorted(keys, key=order)
    )


def label(one: Dimension, value: str) -> str:
    """A stored value in words."""
    if value == REST:
        return "All others"
    if value == NOT_RECORDED:
        return "Not recorded"
    if one.is_time:
        form = "F Y" if one.kind is Kind.MONTH else "j M Y"
        return date_format(date.fromisoformat(value), form)
    return one.words(value) or value


def columns(spec: ReportSpec, *, compared: bool) -> tuple[Column, ...]:
    """Splits, then the number, then what it is compared with."""
    found: Sequence[Column] = [Column(one.key, one.label) for one in spec.split]
    numbers = [Column("value", spec.counted.label, numeric=True)]
    if compared:
        numbers.append(Column("before", "A year before", numeric=True))
        numbers.append(Column("change", "Difference", numeric=True))
    return (*found, *numbers)
