"""Why two answers differ: what was asked, of which days, with which access, when.

The number of another officer's run is not told: with the own one it would tell how many records
the reader may not see. Nor is who that is, or for which purpose they looked.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from wmp_search.access.scope import Scope
from wmp_search.reports import saved
from wmp_search.reports.models import ReportRun
from wmp_search.reports.periods import Days
from wmp_search.reports.reading import read
from wmp_search.reports.result import label
from wmp_search.reports.spec import ReportSpec, SpecError


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about both; `differs`: whether that is a reason."""

    what: str
    one: str
    other: str
    differs: bool


def run_of(scope: Scope, pk: int) -> ReportRun | None:
    """A run of the officer, or of a report that the officer may ask."""
    asked = Q(officer=scope.officer_id) | Q(report__in=saved.visible(scope))
    return ReportRun.objects.filter(asked, pk=pk).first()


def differences(scope: Scope, one: ReportRun, other: ReportRun) -> list[Difference]:
    """What was the same and what was not, the reasons first."""
    parts = [_parts(scope, run) for run in (one, other)]
    found = [
        Difference(what, parts[0][what], parts[1][what], parts[0][what] != parts[1][what])
        for what in parts[0]
    ]
    labels = [_access(scope, run) for run in (one, other)]
    is_other = one.scope_hash != other.scope_hash
    if is_other and labels[0] == labels[1]:
        labels[1] = f"{labels[1]}, by another role, unit or purpose"
    found.append(Difference("Access", labels[0], labels[1], is_other))
    return sorted(found, key=lambda row: not row.differs)


def _access(scope: Scope, run: ReportRun) -> str:
    """Which records; the purpose is the officer's own affair."""
    if run.officer_id == scope.officer_id:
        return run.scope_label
    words, _, _ = run.scope_label.partition(" records")
    return f"{words} records"


def _parts(scope: Scope, run: ReportRun) -> dict[str, str]:
    spec, days = _spec(run), Days(run.first, run.until)
    fresh = run.fresh_at and date_format(timezone.localtime(run.fresh_at), "j F Y, H:i")
    own = run.officer_id == scope.officer_id
    return {
        "Who": "You" if own else "A colleague",
        "Total": f"{run.total:,.0f}" if own else "Not told: it is of a colleague's access",
        "What is counted": f"{spec.of.label}: {spec.counted.label}" if spec else "Not known now",
        "Split by": ", ".join(one.label for one in spec.split) or "Nothing" if spec else "",
        "Filters": ", ".join(_filters(spec)) or "None" if spec else "",
        "Days": days.words,
        "Date used": spec.of.dated if spec else "",
        "Counted": date_format(timezone.localtime(run.as_of), "j F Y, H:i"),
        "Newest delivery loaded": fresh or "None",
    }


def _spec(run: ReportRun) -> ReportSpec | None:
    try:
        return read(run.spec)
    except SpecError:
        return None


def _filters(spec: ReportSpec) -> list[str]:
    return [
        f"{spec.of.dimension(key).label}: "
        f"{' or '.join(label(spec.of.dimension(key), value) for value in values)}"
        for key, values in spec.where
    ]
