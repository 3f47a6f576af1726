"""A search has an address without personal data in it: POST, then 303 to the request's id.

The request lives for one shift and opens for its own officer only.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponseRedirect
from django.utils import timezone

from people.models import SearchRequest
from wmp_search.access import asking, challenges, limits
from wmp_search.access.decorators import not_found
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.purposes import Purpose
from wmp_search.desk import figures

LIFETIME = timedelta(hours=12)
MAX_PAGES = 10  # policing.md B9: who needs the 201st person has to say more about them


class SeeOther(HttpResponseRedirect):
    """After a POST the browser gets the page by GET, so that "back" and "refresh" work."""

    status_code = 303


def keep(request: AccessRequest, criteria: Mapping[str, Any], purpose: Purpose) -> SearchRequest:
    """Keep what was asked and why; the purpose lives on in the session.

    Perhaps the officer is asked to say more about this search, after it (B6).
    """
    asking.give(request, purpose)
    figures.began(request)
    asked = _create(request, criteria, purpose)
    challenges.draw(request, asked.pk, criteria["kind"], purpose)
    return asked


def narrow(request: AccessRequest, criteria: Mapping[str, Any]) -> SearchRequest:
    """Keep a narrower view of what was asked already; it is no search to be asked about again.

    For requests with a living purpose.
    """
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    return _create(request, criteria, request.purpose)


def _create(
    request: AccessRequest, criteria: Mapping[str, Any], purpose: Purpose
) -> SearchRequest:
    return SearchRequest.objects.create(
        id=uuid.uuid4(),
        officer_id=request.scope.officer_id,
        criteria=dict(criteria),
        purpose_code=purpose.code,
        purpose_reference=purpose.reference,
        expires_at=timezone.now() + LIFETIME,
    )


def own(request: AccessRequest, pk: uuid.UUID, kind: str) -> SearchRequest:
    """The officer's own living request of that kind; else 404, audited."""
    mine = SearchRequest.objects.filter(
        pk=pk,
        officer=request.scope.officer_id,
        expires_at__gt=timezone.now(),
        criteria__kind=kind,
    ).first()
    if mine is None:
        raise not_found(request, "search", pk)
    return mine


def forget_expired() -> int:
    """Delete the requests whose time is over; returns how many."""
    deleted, _ = SearchRequest.objects.filter(expires_at__lte=timezone.now()).delete()
    limits.forget()
    return deleted


def page_number(request: AccessRequest) -> int:
    """The page asked for, from 1 to MAX_PAGES; nonsense is page 1."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MAX_PAGES) if asked.isdecimal() and len(asked) < 4 else 1


def paging(total: int, number: int, size: int) -> Page[int]:
    """Page links for `total` results, of which at most MAX_PAGES pages can be opened."""
    return Paginator(range(min(total, MAX_PAGES * size)), size).get_page(number)
