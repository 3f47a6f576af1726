"""The panel's pages: numbers only, and each look is recorded like every other."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.actions import Action
from ingest.models import LinkingSwitch, ModelRelease
from ingest.resolution import release
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.governance import dpia, law
from wmp_search.governance.declared import load
from wmp_search.panel import advice, drift, use
from wmp_search.panel.models import KINDS, Notice, Snapshot

looking = permission_required(Permission.QUALITY_VIEW)


@looking
@require_safe
def panel(request: AccessRequest) -> HttpResponse:
    """What is done and never done, the model and its switch, advice, snapshots, honest limits."""
    given = advice.read()
    rows = law.read() if law.is_there() else []
    current = release.current()
    trail.record(request, Action.QUALITY_VIEWED, shown=[{"panel": current}])
    context = {
        "about": load()["transparency"],
        "model": current,
        "unadvised": advice.unadvised([current], given),
        "releases": ModelRelease.objects.order_by("-id")[:10],
        "is_on": release.linking_is_on(),
        "switches": LinkingSwitch.objects.order_by("-id")[:10],
        "advice": given,
        "snapshots": Snapshot.objects.filter(sample=None)[:20],
        "clerical": Snapshot.objects.exclude(sample=None)[:20],
        "notices": Notice.objects.all()[:20],
        "open_notices": drift.banner(),
        "limits": drift.limits(),
        "open_points": len(dpia.open_points()),
        "gaps": [row for row in rows if row.law and row.gap],
    }
    return render(request, "panel/panel.html", context)


@looking
@require_safe
def snapshot(request: AccessRequest, pk: int) -> HttpResponse:
    """The figures of one measurement, the same for ever."""
    held = Snapshot.objects.filter(pk=pk).first()
    if held is None:
        raise not_found(request, "snapshot", pk)
    trail.record(request, Action.QUALITY_VIEWED, shown=[{"snapshot": pk, "digest": held.digest}])
    if held.sample is not None:
        return render(request, "panel/clerical.html", {"held": held, "parts": _parts(held)})
    context = {
        "held": held,
        "everybody": held.figures["everybody"],
        "parts": _parts(held),
        "names": held.figures.get("names"),
    }
    return render(request, "panel/snapshot.html", context)


def _parts(held: Snapshot) -> list[tuple[str, list[dict[str, Any]]]]:
    every = held.figures["groups"]
    return [
        (title, [group for group in every if group["kind"] == kind])
        for kind, title in KINDS.items()
    ]


@looking
@require_safe
def search_use(request: AccessRequest) -> HttpResponse:
    """How the product is searched, by whole months, and what became of it; names nobody."""
    trail.record(request, Action.QUALITY_VIEWED, shown=[{"panel": "search use"}])
    return render(request, "panel/search_use.html", use.figures())
