"""The question of a report. `reading` makes it of JSON or of an address, and refuses the rest.

The same question is always the same text, so that it can be kept, compared and put into an
address. No SQL, no script.
"""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from wmp_search.datasets import Dataset, Dimension, Kind, Measure
from wmp_search.reports.periods import Period
from wmp_search.reports.registry import DATASETS

UNKNOWN = "~"  # in an address: the filter wants what is not recorded


class SpecError(ValueError):
    """The question cannot be asked; the text says what to change."""


class Compare(StrEnum):
    NONE = "none"
    YEAR = "year"
    USUAL = "usual"


class Chart(StrEnum):
    TABLE = "table"
    LINE = "line"
    BARS = "bars"
    MAP = "map"
    HEAT = "heat"


COMPARE_WORDS = {
    Compare.NONE: "Nothing",
    Compare.YEAR: "The same time a year before",
    Compare.USUAL: "What is usual for the last month",
}
CHART_WORDS = {
    Chart.TABLE: "Table only",
    Chart.LINE: "Line",
    Chart.BARS: "Bars",
    Chart.MAP: "Map",
    Chart.HEAT: "Heat map of the week",
}
DRAWN = (Chart.LINE, Chart.MAP, Chart.HEAT)  # a picture, which is a file of its own, too


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """`where`: dimension → values, any of which; in order of the dimension's key."""

    dataset: str
    measure: str
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    period: Period = field(default_factory=lambda: Period(last=12))
    compare: Compare = Compare.NONE
    chart: Chart = Chart.TABLE

    @property
    def of(self) -> Dataset:
        return DATASETS[self.dataset]

    @property
    def counted(self) -> Measure:
        return self.of.measure(self.measure)

    @property
    def split(self) -> tuple[Dimension, ...]:
        return tuple(self.of.dimension(key) for key in self.by)

    def as_json(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "measure": self.measure,
            "by": list(self.by),
            "where": {key: list(values) for key, values in self.where},
            "period": period_json(self.period),
            "compare": self.compare.value,
            "chart": self.chart.value,
        }

    @property
    def charts(self) -> list[Chart]:
        """As what its answer may be shown."""
        found, kinds = [Chart.TABLE], {one.kind for one in self.split}
        if self.by == ("month",):
            found.append(Chart.LINE)
        if len(self.by) == 1:
            found.append(Chart.BARS)
        if len(self.by) == 1 and self.split[0].mapped:
            found.append(Chart.MAP)
        if kinds == {Kind.WEEKDAY, Kind.HOUR}:
            found.append(Chart.HEAT)
        return found

    @property
    def hash(self) -> str:
        """Of what is counted: the chart does not change it."""
        counted = {k: v for k, v in self.as_json().items() if k != "chart"}
        text = json.dumps(counted, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def query(self) -> str:
        """The question as an address holds it."""
        found = QueryDict(mutable=True)
        found["of"] = f"{self.dataset}.{self.measure}"
        found.setlist("by", list(self.by))
        for key, values in self.where:
            found.setlist(f"w.{key}", [value or UNKNOWN for value in values])
        found.update({k: str(v) for k, v in period_json(self.period).items()})
        found["compare"], found["chart"] = self.compare.value, self.chart.value
        return found.urlencode()

    @property
    def words(self) -> str:
        """One line: what, by what, where, when."""
        split = " and ".join(d.label.lower() for d in self.split)
        parts = [self.of.label, f"by {split}" if split else "", *self.filters]
        return f"{' '.join(p for p in parts[:2] if p)}{''.join(f', {p}' for p in parts[2:])}"

    @property
    def filters(self) -> list[str]:
        """Each filter and the time, in words."""
        found = []
        for key, values in self.where:
            one = self.of.dimension(key)
            names = " or ".join(one.words(v) or "not recorded" for v in values)
            found.append(f"{one.label.lower()}: {names}")
        return [*found, self.period.words]


def period_json(period: Period) -> dict[str, Any]:
    """As the JSON and the address have it."""
    if period.first and period.final:
        return {"from": f"{period.first:%Y-%m}", "to": f"{period.final:%Y-%m}"}
    return {"days": period.days} if period.days else {"last": period.last}
