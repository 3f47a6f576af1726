"""People whom a page of crimes names, recorded as a search for people is."""

from collections.abc import Sequence

from audit.actions import Action
from people import restrictions
from people.summary import Summary
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest


def record(request: AccessRequest, people: Sequence[Summary], what: str) -> None:
    """Who is named on the page, before it leaves; nothing of nobody."""
    if not people:
        return
    ids = [one.person_id for one in people]
    trail.record(
        request,
        Action.PERSON_SEARCHED,
        subject_kind="person",
        subject_ids=[str(pk) for pk in ids],
        query={"text": what},
        shown=[
            {"id": str(one.person_id), "version": one.version, "rank": rank}
            for rank, one in enumerate(people, start=1)
        ],
        result_count=len(ids),
        detail=restrictions.reported(ids, request.scope),
    )
