"""Recall: who saw a person that was two is told what was wrong (policing.md I8; DPA 2018 s.38).

The lookup in the trail is done inside `audit` (ADR 21): it verifies the lawfulness of processing
and the integrity of data, s.62(4), and gives officers' ids and nothing else.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import looks, record
from audit.actions import Action
from ingest.review.models import Decision, Recall
from people import restrictions, rule
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.scope import Scope

MOST = 20  # notices on the start page


def send(decision: Decision, before: dict[int, int], after: dict[int, int]) -> int:
    """Notices about every person of `before` whose records are now of several; count them."""
    made = []
    for person in sorted(set(before.values())):
        now = sorted({after[r] for r, p in before.items() if p == person and r in after})
        if len(now) > 1:
            made += _of(decision, person, now)
    Recall.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        record.event(
            record.Entry(
                action=Action.RECALL_SENT,
                actor=record.SYSTEM,
                subject_kind="person",
                subject_ids=sorted({str(recall.person) for recall in made}),
                result_count=len(made),
                detail={"decision": decision.pk, "officers": [r.officer_id for r in made]},
            )
        )
    return len(made)


def _of(decision: Decision, person: int, now: Collection[int]) -> list[Recall]:
    ids = [str(pk) for pk in restrictions.ids_of(person)]
    seen = looks.officers_who_saw("person", ids)
    active = set(Officer.objects.filter(pk__in=seen, is_active=True).values_list("pk", flat=True))
    return [
        Recall(
            officer_id=officer,
            decision=decision,
            person=person,
            now=list(now),
            seen_at=at,
            sent_at=timezone.now(),
        )
        for officer, at in sorted(seen.items())
        if officer in active and officer != decision.author_id
    ]


def unread(scope: Scope) -> QuerySet[Recall]:
    """The officer's own, newest first."""
    mine = Recall.objects.filter(officer=scope.officer_id, read_at__isnull=True)
    return mine.order_by("-sent_at", "pk")


def read(request: AccessRequest, recall: Recall) -> None:
    """Keep that the officer has read it."""
    with transaction.atomic():
        recall.read_at = timezone.now()
        recall.save(update_fields=["read_at"])
        trail.record(
            request,
            Action.RECALL_READ,
            subject_kind="person",
            subject_ids=[str(recall.person)],
            detail={"recall": recall.pk},
        )


def shown(scope: Scope) -> list[dict[str, Any]]:
    """The unread notices: what was wrong, and who it is now as far as the scope may see them."""
    found = list(unread(scope)[:MOST])
    everybody = {pk for recall in found for pk in recall.now}
    seen = set(rule.visible(scope).filter(pk__in=everybody).values_list("pk", flat=True))
    return [{"recall": recall, "now": [pk for pk in recall.now if pk in seen]} for recall in found]
