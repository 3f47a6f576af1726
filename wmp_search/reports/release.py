"""Figures that leave the force: whole force, open records, declared areas, whole months, rounded.

No filter is free and no time slides: months, quarters and years lie within each other. The same
cut is always the figures that were first issued. Nothing here depends on who asks, so that no
difference to an officer's own count tells of hidden records (crime.md 1.10).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from crime.datasets import CRIMES
from crime.trends.rounding import BASE, released
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import NOBODY, Scope
from wmp_search.datasets import NOT_RECORDED
from wmp_search.reports import indexed, saved
from wmp_search.reports.counting import REST, Key
from wmp_search.reports.ledger import Cut, gives_away
from wmp_search.reports.models import IssuedCut
from wmp_search.reports.periods import Days
from wmp_search.reports.reading import read
from wmp_search.reports.result import Result, Row, label
from wmp_search.reports.running import run
from wmp_search.reports.spec import Compare, ReportSpec, SpecError

WHOLE_FORCE: Scope = replace(NOBODY, permissions=frozenset({Permission.CRIME_VIEW.value}))
LABEL = "whole force, open records, rounded"
CAVEAT = (
    f"Every number is rounded to the nearest {BASE} by itself; a total may differ from the sum of "
    "its parts."
)
LENGTHS = (1, 3, 12)  # months: a month, a quarter, a calendar year
LEDGER = 7_020_027  # of the advisory lock
FILTERS = ("category", "authority")


def question(by: list[str], where: Mapping[str, str], days: Days) -> ReportSpec:
    """The spec of a cut. Raises SpecError."""
    last = date.fromordinal(days.until.toordinal() - 1)
    spec = read(
        {
            "dataset": CRIMES.key,
            "by": by,
            "where": {key: [value] for key, value in where.items() if value},
            "period": {"from": f"{days.first:%Y-%m}", "to": f"{last:%Y-%m}"},
        }
    )
    check(spec)
    return spec


def check(spec: ReportSpec) -> None:
    """Raise SpecError unless the cut may leave the force."""
    days = spec.period.resolved()
    months = len(days.months())
    if spec.dataset != CRIMES.key or any(not one.release for one in spec.split):
        raise SpecError("Released figures are of crimes by month, offence and authority")
    if any(key not in FILTERS or len(values) != 1 for key, values in spec.where):
        raise SpecError("Released figures are of one offence, one authority, or all of them")
    if not spec.period.first or months not in LENGTHS or (days.first.month - 1) % months:
        raise SpecError("Released figures are of a calendar month, quarter or year")
    if days.until > timezone.localdate().replace(day=1):
        raise SpecError("Released figures are of months that are over")
    if spec.compare is not Compare.NONE:
        raise SpecError("Released figures are compared with nothing")


@transaction.atomic
def issue(spec: ReportSpec, officer_id: int, given: Mapping[str, str]) -> Result:
    """The rounded figures, once they stand in the ledger. Raises SpecError where the cut, with
    all that was issued, would give a small number away.
    """
    check(spec)
    _one_at_a_time()
    # a month, quarter or year lies within one calendar year: only its cuts bear on each other
    year = spec.period.resolved().first.year
    issued = list(IssuedCut.objects.filter(first__year=year).order_by("pk"))
    exact = run(spec, WHOLE_FORCE)
    earlier = next((one for one in issued if one.spec_hash == spec.hash), None)
    figures = _figures_of(earlier) if earlier else _rounded(spec, exact)
    total = earlier.total if earlier else released(int(exact.total))
    if not earlier:
        cuts = [_cut(read(one.spec), _figures_of(one), one.total) for one in issued]
        if gives_away([*cuts, _cut(spec, figures, total)]):
            raise SpecError(
                "With what was released before, this table would give a small number away. Take "
                "a longer time or fewer splits"
            )
    result = _result(spec, exact, figures, total)
    IssuedCut.objects.create(
        officer_id=officer_id,
        spec=spec.as_json(),
        spec_hash=spec.hash,
        first=result.days.first,
        until=result.days.until,
        given=dict(given),
        figures=[[list(key), figure] for key, figure in figures.items()],
        total=total,
        sha256=saved.digest(result),
    )
    return result


def _one_at_a_time() -> None:
    """Two cuts at once might together say what neither does: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER])


def _rounded(spec: ReportSpec, exact: Result) -> dict[Key, int]:
    """Every cell of the table, those without a crime too: no gap tells zero from one."""
    if not spec.by:
        return {}
    counts = {row.key: row.value for row in exact.rows}
    known = [key for key in spec.by if key != "month"]
    values: dict[str, list[str]] = {
        **indexed.values(CRIMES, known, WHOLE_FORCE),
        "month": [month.isoformat() for month in exact.days.months()],
    }
    across: list[Key] = [()]
    for key in spec.by:
        names = [*values[key], *(() if key == "month" else (NOT_RECORDED,))]
        across = [(*before, name) for before in across for name in names]
    cells = dict.fromkeys(across, 0.0) | counts
    return {key: released(int(count)) for key, count in cells.items() if REST not in key}


def _result(spec: ReportSpec, exact: Result, figures: Mapping[Key, int], total: int) -> Result:
    rows = tuple(
        Row(key, tuple(label(one, v) for one, v in zip(spec.split, key, strict=True)), figure)
        for key, figure in figures.items()
    )
    return replace(
        exact,
        rows=rows,
        total=total,
        caveats=(CAVEAT, *CRIMES.caveats),
        scope_label=LABEL,
        rounded_to=BASE,
    )


def _figures_of(one: IssuedCut) -> dict[Key, int]:
    return {tuple(key): figure for key, figure in one.figures}


def _cut(spec: ReportSpec, figures: Mapping[Key, int], total: int) -> Cut:
    where = {key: values[0] for key, values in spec.where}
    days = spec.period.resolved()
    return Cut(
        days=days,
        category=where.get("category"),
        authority=where.get("authority"),
        by=spec.by,
        figures=figures,
        total=total,
        months={one.isoformat(): Days(one, _next(one)) for one in days.months()},
    )


def _next(month: date) -> date:
    return Days(month, month).with_before(-1).first
