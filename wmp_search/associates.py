"""The page of a person's associates: a look at others, so a page and an event of its own."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import of_people as crime
from people import associates
from people import selectors as people
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_GET
@permission_required(Permission.PERSON_VIEW)
@purpose_required
def associates_page(request: AccessRequest, pk: int) -> HttpResponse:
    """Who shares an event, address, phone or vehicle with the person, how and when."""
    scope = request.scope
    current = people.current_id(pk, scope)
    if current is None:
        raise not_found(request, "person", pk)
    restricted = people.has_restricted(current, scope)
    if asked := asking.again(request, SubjectFacts("person", str(current), restricted)):
        return asked
    found = associates.of_person(current, scope, crime.shared(current, scope))
    known = people.summaries([current], scope)
    shown = [known[current], *(one.summary for one in found.people)]
    ids = [one.person_id for one in shown]
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "people/associates.html",
        {"person": known[current], "found": found},
        subject_kind="person",
        subject_ids=[str(one) for one in ids],
        query={"text": f"the associates of person {current}"},
        shown=[{"id": str(one.person_id), "version": one.version} for one in shown],
        result_count=len(found.people),
        detail=people.reach(ids, scope),
    )
