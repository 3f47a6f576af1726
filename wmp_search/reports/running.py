"""`run`: a question and a scope give a Result. Nothing else counts for a report."""

import hashlib
import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format

from crime.trends import breaks
from crime.trends.rounding import released
from crime.trends.steps import following
from crime.trends.verdicts import Judged, of_months, sentence
from crime.trends.verdicts import Verdict as Said
from ingest.models import Batch
from wmp_search.access import purposes
from wmp_search.access.scope import Scope, Tier
from wmp_search.datasets import Index
from wmp_search.reports import indexed, tabled
from wmp_search.reports.counting import Ask, Counted, Key, filled
from wmp_search.reports.periods import Days
from wmp_search.reports.result import Result, Verdict, columns, rows
from wmp_search.reports.spec import Compare, ReportSpec

NOT_JUDGED = Judged(Said.NO_BASELINE, 0, None, None, "", None)
HISTORY = 60  # months before the period from which what is usual is learnt


def run(spec: ReportSpec, scope: Scope) -> Result:
    """The answer for the scope. Raises PermissionDenied, SearchUnavailable, SearchError."""
    return run_all([spec], scope)[0]


def run_all(specs: Sequence[ReportSpec], scope: Scope) -> list[Result]:
    """The answers, in order: one request to the index for all that it counts. Raises as `run`."""
    for spec in specs:
        if not spec.of.opens_to(scope):
            raise PermissionDenied(spec.dataset)
    asks = [_asks(spec) for spec in specs]
    counted = _counted([ask for both in asks for ask in both], scope)
    fresh_at = Batch.objects.filter(state=Batch.State.LOADED).aggregate(at=Max("finished_at"))
    now = timezone.now()
    return [_result(both, counted, scope, (now, fresh_at["at"])) for both in asks]


def scope_label(scope: Scope) -> str:
    """Which records a scope counts, in words."""
    if scope.practises:
        return "made-up records for training"
    tiers = {
        Tier.MASKED: "open, restricted and protected records",
        Tier.RESTRICTED: "open and restricted records",
    }
    words = tiers.get(Tier(max(scope.event_tiers)), "open records")
    return f"{words}, {purposes.label(scope.purpose.code)}" if scope.purpose else words


def scope_hash(scope: Scope) -> str:
    """Equal where the same records may be seen."""
    seen = [
        list(scope.event_tiers),
        sorted(scope.tokens),
        sorted(scope.permissions),
        sorted(scope.unmasked),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:12]


def _asks(spec: ReportSpec) -> list[Ask]:
    days = spec.period.resolved()
    if spec.compare is Compare.USUAL:
        return [Ask(spec, days.with_before(HISTORY))]
    if spec.compare is Compare.YEAR:
        return [Ask(spec, days), Ask(spec, days.year_before())]
    return [Ask(spec, days)]


def _counted(asks: Sequence[Ask], scope: Scope) -> dict[Ask, Counted]:
    of_index = [ask for ask in asks if isinstance(ask.spec.of.source, Index)]
    found = dict(zip(of_index, indexed.count(of_index, scope), strict=True)) if of_index else {}
    tables = [ask for ask in dict.fromkeys(asks) if ask not in found]
    return {**found, **{ask: tabled.count(ask, scope) for ask in tables}}


def _result(
    asks: Sequence[Ask],
    counted: Mapping[Ask, Counted],
    scope: Scope,
    at: tuple[datetime, datetime | None],
) -> Result:
    spec, days = asks[0].spec, asks[0].spec.period.resolved()
    now = counted[asks[0]]
    cells, total = filled(asks[0], now.cells), now.total
    if spec.of.rounded_to:
        cells, total = {key: released(n) for key, n in cells.items()}, released(total)
    compares = spec.compare is Compare.USUAL
    verdict = _verdict(spec, asks[0].days, cells, now.newest) if compares else None
    if spec.compare is Compare.USUAL:
        cells = {k: n for k, n in cells.items() if date.fromisoformat(k[0]) >= days.first}
        total = sum(cells.values())
    before = _before(asks[1], counted[asks[1]]) if len(asks) > 1 else None
    total_before = counted[asks[1]].total if len(asks) > 1 else None
    if spec.of.rounded_to and before is not None and total_before is not None:
        before = {key: released(n) for key, n in before.items()}
        total_before = released(total_before)
    return Result(
        spec=spec,
        days=days,
        columns=columns(spec, compared=before is not None),
        rows=rows(spec, cells, before),
        total=total,
        total_before=total_before,
        caveats=_caveats(spec, now),
        as_of=at[0],
        fresh_at=at[1],
        scope_label=scope_label(scope),
        scope_hash=scope_hash(scope),
        spec_hash=spec.hash,
        verdict=verdict,
        unit=spec.counted.unit,
        rounded_to=spec.of.rounded_to,
    )


def _before(ask: Ask, counted: Counted) -> dict[Key, float]:
    """The cells of the year before, by the keys of this year's."""
    later: dict[Key, float] = {}
    for key, number in filled(ask, counted.cells).items():
        moved = tuple(
            _year_later(value) if one.is_time else value
            for one, value in zip(ask.spec.split, key, strict=True)
        )
        later[moved] = later.get(moved, 0) + number
    return later


def _year_later(value: str) -> str:
    """A day of the year before as one of this year; 28 February where there is no 29th."""
    day = date.fromisoformat(value)
    length = monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, length)).isoformat()


def _verdict(
    spec: ReportSpec, days: Days, cells: Mapping[Key, float], newest: date | None
) -> Verdict | None:
    """Of the last month, if it is over and any month before it has a crime. `newest`: the last day
    of which anything is known: months after it are empty for want of deliveries.
    """
    if days.until > timezone.localdate().replace(day=1):
        return None
    series = [(month, int(cells.get((month.isoformat(),), 0))) for month in days.months()]
    begin = next((at for at, (_, number) in enumerate(series) if number), None)
    if begin is None:
        return None
    first, counts = series[begin][0], tuple(number for _, number in series[begin:])
    if newest and newest < series[-1][0]:
        return Verdict(NOT_JUDGED, f"Nothing after {date_format(newest, 'j F Y')} is known yet.")
    wanted = {value for key, values in spec.where if key == "category" for value in values}
    category = wanted.pop() if len(wanted) == 1 else ""
    new = breaks.begin(breaks.within(following(first, len(counts)), category), category)
    judged = of_months(first, counts, new)
    same = len(counts) > 12 and not (new and following(first, len(counts))[-13] < new)
    before = counts[-13] if same else None
    return Verdict(judged, sentence(judged, before, spec.counted.unit))


def _caveats(spec: ReportSpec, counted: Counted) -> tuple[str, ...]:
    found = ["Counted is what you may see: a colleague may rightly read another number."]
    if spec.of.rounded_to:
        found = [f"Every number is rounded to the nearest {spec.of.rounded_to} by itself."]
    elif counted.undated:
        found.append(f"{counted.undated:,} without a day stand in no period and are not counted.")
    if spec.by and not spec.counted.adds_up:
        found.append("The parts do not add up to the whole: one may count in several.")
    found.extend(counted.notes)
    found.extend(dict.fromkeys(one.caveat for one in spec.split if one.caveat))
    return (*found, *spec.of.caveats)
