"""The records behind a number: the number is the list."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from audit.actions import Action
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.reports import answering, indexed
from wmp_search.reports.counting import Ask, Key, fits
from wmp_search.reports.periods import Days
from wmp_search.reports.result import label
from wmp_search.reports.spec import ReportSpec
from wmp_search.reports.views import READ


@require_GET
@permission_required(*READ)
@purpose_required
def records(request: AccessRequest) -> HttpResponse:
    """The records behind one number: exactly so many, the newest first."""
    spec = answering.asked(request)
    if isinstance(spec, HttpResponse):
        return spec
    listing, cell = spec.of.listing, tuple(request.GET.getlist("k"))
    days = _days(request)
    if listing is None or days is None or not fits(spec, cell):
        raise not_found(request, "report", spec.hash)
    at, size = requests.page_number(request), 20
    ask = Ask(spec, days)
    ids, total = indexed.behind(ask, cell, request.scope, limit=size, offset=(at - 1) * size)
    found = listing.of(ids, request.scope)
    labels = [label(one, value) for one, value in zip(spec.split, cell, strict=bool(cell))]
    shown = total - (len(ids) - len(found))
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "reports/records.html",
        {
            "spec": spec,
            "days": days,
            "labels": labels,
            "records": found,
            "listing": listing,
            "total": shown,
            "page": requests.paging(total, at, size),
            "query": _without_page(request),
            "back": _back(request, spec),
        },
        **_listed(ids, spec, cell, total),
    )


def _listed(ids: list[int], spec: ReportSpec, cell: Key, total: int) -> trail.Particulars:
    listing = spec.of.listing
    return {
        **trail.ranked(ids),
        "subject_kind": listing.kind if listing else "",
        "query": {**spec.as_json(), "cell": list(cell)},
        "result_count": total,
    }


def _days(request: AccessRequest) -> Days | None:
    """The days for which the number was counted: a link of yesterday still opens its records."""
    try:
        first, until = (date.fromisoformat(request.GET.get(k, "")) for k in ("first", "until"))
    except ValueError:
        return None
    return Days(first, until) if first < until else None


def _back(request: AccessRequest, spec: ReportSpec) -> str:
    """The report that the number stands on."""
    pk = request.GET.get("report", "")
    if pk.isdecimal() and len(pk) < 13:
        return resolve_url("report", int(pk))
    return f"{resolve_url('report-preview')}?{spec.query}"


def _without_page(request: AccessRequest) -> str:
    given = [(k, v) for k, values in request.GET.lists() for v in values if k != "page"]
    return urlencode(given)
