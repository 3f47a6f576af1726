"""What systems delivered or changed about people since an officer looked at them."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from people import rule
from people.sources import RecordSource
from wmp_search.access.scope import Scope


def since(seen: Mapping[int, datetime], scope: Scope) -> dict[int, list[RecordSource]]:
    """By person the visible records that changed after the look at that person. One query.

    A version of the person would tell of evidence that the scope is not shown, too.
    """
    if not seen:
        return {}
    after = Q()
    for person_id, at in seen.items():
        after |= Q(person=person_id, record__changed_at__gt=at)
    links = rule.visible_links(scope).filter(after).select_related("record")
    found: dict[int, list[RecordSource]] = {}
    for link in links.order_by("-record__changed_at", "record"):
        found.setdefault(link.person_id, []).append(RecordSource.of(link.record))
    return found
