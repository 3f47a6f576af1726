"""The pictures of a report, by the recipes of the trends and of the map: made of its Result alone.

A map adds the outlines of areas, which are public.
"""

from dataclasses import dataclass

import h3
import numpy as np

from crime.map import picture as shapes
from crime.map.counts import Cell
from crime.models import Boundary
from crime.trends import heat as week_heat
from crime.trends.chart import Chart as Line
from crime.trends.chart import drawn
from crime.trends.hours import DAYS, HOURS, Week
from wmp_search.datasets import NOT_RECORDED, Kind
from wmp_search.reports.counting import REST
from wmp_search.reports.result import Result
from wmp_search.reports.spec import Chart


@dataclass(frozen=True, slots=True)
class Map:
    """`picture`: None where there is nothing to draw, or too much. `named`: the places whose rank
    stands on it, in order; `not_drawn`: crimes of no place or of one without an outline.
    """

    picture: shapes.Picture | None
    named: tuple[str, ...]
    not_drawn: int
    source: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a result is drawn as; at most one is not None. `text`: what it shows, in a sentence."""

    line: Line | None = None
    map: Map | None = None
    heat: week_heat.Heat | None = None
    text: str = ""

    @property
    def is_there(self) -> bool:
        return bool(self.view)

    @property
    def view(self) -> str:
        """The viewBox; "" where nothing is drawn."""
        shown = self.line or self.heat or (self.map and self.map.picture)
        return shown.view if shown else ""


def of(result: Result) -> Drawn:
    """As its question wants to be shown; nothing for a table and for bars."""
    if not result.rows:
        return Drawn()
    chart = result.spec.chart
    if chart is Chart.LINE:
        finding = result.verdict.finding if result.verdict else result.spec.words
        return Drawn(line=_line(result), text=finding)
    if chart is Chart.MAP:
        found = _map(result)
        first = f" The most are in {found.named[0]}." if found.named else ""
        return Drawn(map=found, text=f"The darker, the more {result.unit}.{first}")
    if chart is Chart.HEAT:
        week = _week(result)
        busiest = week_heat.busiest(week) if result.total >= week_heat.FEWEST else ""
        text = f"Most on {busiest}" if busiest else "Too few to name an hour"
        return Drawn(heat=week_heat.drawn(week), text=text)
    return Drawn()


def _line(result: Result) -> Line:
    judged = result.verdict.judged if result.verdict else None
    usual = None
    if judged and judged.range and judged.low is not None and judged.high is not None:
        usual = (judged.low, judged.high)
    return drawn(
        result.days.months(),
        [int(row.value) for row in result.rows],
        usual,
        unusual=judged is not None and judged.verdict.is_unusual,
    )


def _map(result: Result) -> Map:
    kind = result.spec.split[0].mapped
    told = [row for row in result.rows if row.value > 0 and not {NOT_RECORDED, REST} & {*row.key}]
    if kind == "hexagon":
        areas: dict[int, Boundary] = {}
        cells = [Cell(h3.str_to_int(r.key[0]), r.labels[0], int(r.value)) for r in told]
    else:
        outlines = Boundary.objects.filter(kind=kind, code__in=[row.key[0] for row in told])
        by_code = {area.code: area for area in outlines}
        areas = {area.pk: area for area in by_code.values()}
        cells = [
            Cell(by_code[row.key[0]].pk, row.labels[0], int(row.value))
            for row in told
            if row.key[0] in by_code
        ]
    shown = shapes.drawn(cells, areas, movable=False)
    inside = sum(cell.count for cell in cells) if shown else 0
    sources = sorted({f"{area.edition}. {area.source}" for area in areas.values()})
    named = tuple(cell.name for cell in cells[: shapes.NAMED]) if shown else ()
    return Map(shown, named, int(sum(r.value for r in result.rows)) - inside, " ".join(sources))


def _week(result: Result) -> Week:
    weights = np.zeros((DAYS, HOURS))
    first = result.spec.split[0].kind is Kind.WEEKDAY
    for row in result.rows:
        day, hour = row.key if first else row.key[::-1]
        weights[int(day), int(hour)] = row.value
    return Week(weights, 0)
