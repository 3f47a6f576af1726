"""The map of crimes, and the crimes behind each of its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import h3
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import selectors
from crime.map import picture
from crime.map.asked import NEAR, Asked, MapForm
from crime.map.counts import Cell, Counted, count, inside
from crime.map.forms import AroundForm
from crime.models import Boundary
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.search.query import Clause

ROWS = 100  # of the table, until all are asked for


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a hexagon or an area, and where its crimes are listed."""

    rank: int
    cell: Cell
    address: str


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def crime_map(request: AccessRequest) -> HttpResponse:
    """Crimes by hexagon or area: a picture, a table, and what stands out."""
    context, asked, counted = shown(request)
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/map.html",
        context,
        subject_kind="crime",
        query=asdict(asked),
        result_count=counted.total,
    )


def shown(
    request: AccessRequest, around: AroundForm | None = None
) -> tuple[dict[str, object], Asked, Counted]:
    """What the page of the map needs, what was asked for, and what was counted."""
    kinds, exact = _kinds(), request.scope.may(Permission.CRIME_EXACT_PLACE)
    asked = Asked.of(request.POST if around else request.GET, kinds)
    refused = asked.needs_exact and not exact
    if refused:
        asked = replace(asked, by=NEAR)
    counted = count(asked, request.scope)
    rows = list(_rows(counted.cells, asked))
    context = {
        "form": MapForm(asked, categories=counted.categories, kinds=kinds, exact=exact),
        "around": around or AroundForm(initial=asdict(asked), scope=request.scope),
        "asked": asked,
        "counted": counted,
        "picture": picture.drawn(counted.cells, counted.areas),
        "rows": rows if "all" in request.GET else rows[:ROWS],
        "number": len(rows),
        "refused": refused,
        "exact": exact,
        "boundary": next(iter(counted.areas.values()), None),
        "places": [[row.address, row.cell.name] for row in rows],
        "tiles": settings.MAP_TILE_URL,
        "tiles_credit": settings.MAP_TILE_CREDIT,
    }
    return context, asked, counted


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def hexagon(request: AccessRequest, cell: int) -> HttpResponse:
    """The crimes in one hexagon: exactly as many as the map says."""
    asked = Asked.of(request.GET)
    name = h3.int_to_str(cell) if cell < 1 << 63 else ""
    fits = h3.is_valid_cell(name) and h3.get_resolution(name) == asked.resolution
    if not fits or (asked.needs_exact and not request.scope.may(Permission.CRIME_EXACT_PLACE)):
        raise not_found(request, "hexagon", cell)
    return _listed(request, asked, inside(asked, None, cell), name)


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def area(request: AccessRequest, pk: int) -> HttpResponse:
    """The crimes in one area that has a boundary: exactly as many as the map says."""
    within = Boundary.objects.filter(pk=pk).first()
    if within is None:
        raise not_found(request, "boundary", pk)
    asked = replace(Asked.of(request.GET), by=within.kind)
    return _listed(request, asked, inside(asked, within, 0), within.name)


def _listed(
    request: AccessRequest, asked: Asked, within: Sequence[Clause], name: str
) -> HttpResponse:
    at = requests.page_number(request)
    asked_for = {**asdict(asked), "within": name}
    filters = [*within, *asked.where(), *asked.which()]
    found = selectors.listed(filters, request.scope, page=at)
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "crime/behind.html",
        {
            "asked": asked,
            "name": "" if asked.resolution else name,
            "found": found,
            "page": requests.paging(found.total, at, selectors.PAGE_SIZE),
        },
        **behind(found, asked_for),
    )


def behind(found: selectors.CrimePage, query: Mapping[str, Any]) -> trail.Particulars:
    """The event of a page of crimes in a place."""
    listed = trail.ranked(crime.crime_id for crime in found.crimes)
    return {**listed, "subject_kind": "crime", "query": query, "result_count": found.total}


def _rows(cells: Sequence[Cell], asked: Asked) -> list[Row]:
    route = "crime-map-hexagon" if asked.resolution else "crime-map-area"
    return [
        Row(rank, cell, f"{reverse(route, args=[cell.number])}?{asked.query}")
        for rank, cell in enumerate(cells, start=1)
    ]


def _kinds() -> list[str]:
    """The kinds of boundaries that are loaded."""
    there = set(Boundary.objects.values_list("kind", flat=True).distinct())
    return [kind for kind in Boundary.Kind.values if kind in there]
