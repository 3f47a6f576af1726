"""People over HTTP: the same rule and the same audit as the pages; JSON instead of HTML."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from audit.actions import Action
from people import facets, minimum, restrictions, selectors
from people.narrowing import Narrowing, Sort
from people.profile import profile
from people.search import CriteriaError, PersonCriteria
from people.serializers import PersonOut, PersonSearchIn, PersonSearchOut
from wmp_search.access import trail
from wmp_search.access.api_views import PURPOSE_HEADERS, ScopedView, header_purpose
from wmp_search.access.decorators import not_found
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope


class PersonSearch(ScopedView):
    """Search for people; the row in the audit trail is written before the answer leaves."""

    permissions = (Permission.PERSON_SEARCH,)

    @extend_schema(operation_id="search_people", request=PersonSearchIn, responses=PersonSearchOut)
    def post(self, request: Request) -> Response:
        started = time.perf_counter()
        asked = PersonSearchIn(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        purpose, limit, counts = (given.pop(name) for name in ("purpose", "limit", "counts"))
        narrowing = _narrowing(given)
        criteria = _criteria(given)
        scope = self.under(purpose)
        wide = _is_wide(criteria, scope)
        found = selectors.search(criteria, scope, size=limit, narrowing=narrowing)
        detail = {"wide": wide, "sort": narrowing.sort.value}
        query = {
            "text": _words(criteria),
            "understood": asdict(criteria),
            "exact": narrowing.exact,
            "filters": narrowing.filters,
        }
        answer = self._answer(purpose, found, query, detail, counts=counts)
        answer.data["took_ms"] = round((time.perf_counter() - started) * 1000, 1)
        return answer

    def _answer(
        self,
        purpose: Purpose,
        found: selectors.ResultPage,
        query: dict[str, Any],
        detail: dict[str, Any],
        *,
        counts: bool,
    ) -> Response:
        shown = selectors.audited(found)
        return trail.answer(
            self.inner,
            Action.PERSON_SEARCHED,
            PersonSearchOut(
                {
                    "results": found.results,
                    "degraded": found.degraded,
                    "contacts": found.contacts,
                    "filters": found.groups if counts else (),
                }
            ).data,
            purpose=purpose,
            subject_kind="person",
            subject_ids=[row["id"] for row in shown],
            query=query,
            shown=shown,
            result_count=found.total,
            detail={
                "index_build": found.index_build,
                "ranking": found.ranking,
                "api": "v1",
                "contacts": found.contacts,
                **detail,
                **selectors.reported(found, self.inner.scope),
            },
        )


class PersonDetail(ScopedView):
    """One person, with the records that attest each value; a merged one leads to the survivor."""

    permissions = (Permission.PERSON_VIEW,)

    @extend_schema(operation_id="get_person", parameters=PURPOSE_HEADERS, responses=PersonOut)
    def get(self, request: Request, pk: int) -> Response:
        purpose = header_purpose(self.inner)
        scope = self.under(purpose)
        current = selectors.current_id(pk, scope)
        shown = profile(current, scope) if current is not None else None
        if shown is None:
            raise not_found(self.inner, "person", pk)
        if current != pk:
            address = reverse("api-person", kwargs={"pk": current}, request=request)
            return Response(status=308, headers={"Location": address})
        return trail.answer(
            self.inner,
            Action.PERSON_VIEWED,
            PersonOut(shown.for_copy()).data,
            purpose=purpose,
            subject_kind="person",
            subject_ids=[str(pk)],
            shown=[shown.audited()],
            result_count=1,
            detail={"api": "v1", **restrictions.reported([current], scope)},
        )


def _words(criteria: PersonCriteria) -> str:
    """What was asked in one line, as the box of the page has it: the trail is searched by it."""
    return " ".join(w for w in (criteria.name, criteria.identifier, criteria.postcode) if w)


def _narrowing(given: dict[str, Any]) -> Narrowing:
    """Takes what narrows the search out of `given`."""
    filters = facets.cleaned(given.pop("filters"))
    return Narrowing(given.pop("exact"), filters, Sort(given.pop("sort")))


def _criteria(given: Mapping[str, Any]) -> PersonCriteria:
    try:
        return PersonCriteria(**given)
    except CriteriaError as error:
        raise ValidationError({"detail": str(error)}) from error


def _is_wide(criteria: PersonCriteria, scope: Scope) -> bool:
    """Whether it is a wide search, counted; 400 for too little, 429 for too many (B9)."""
    try:
        wide = minimum.check(criteria, scope)
        if wide:
            minimum.count(criteria, scope)
    except CriteriaError as error:
        raise ValidationError({"detail": str(error)}) from error
    except minimum.TooManyError as error:
        raise Throttled(detail=str(error)) from error
    return wide
