"""A random part of all searches asks the officer to say more about them (policing.md B6).

The search is answered first: nobody waits on the street. The officer answers at once or within a
day; what is overdue is asked before the next search. The answer stands in the audit trail, from
which supervisors review it.
"""

import random
import uuid

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import purposes, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.purpose_models import Challenge
from wmp_search.access.purposes import Purpose

OPEN = "challenges"  # in the session: ids of this session's open ones
chance: random.Random = random.SystemRandom()  # nobody can predict it; tests put a seeded one here


def draw(request: AccessRequest, search: uuid.UUID, kind: str, purpose: Purpose) -> bool:
    """Perhaps ask about this search; returns whether it was drawn. Raises AuditUnavailable."""
    if chance.random() * 100 >= _percent(purpose):
        return False
    now = timezone.now()
    trail.record(request, Action.PURPOSE_CHALLENGED, operation_id=search, detail={"of": kind})
    Challenge.objects.create(
        search=search,
        officer_id=request.scope.officer_id,
        kind=kind,
        purpose_code=purpose.code,
        purpose_reference=purpose.reference,
        asked_at=now,
        due_at=now + settings.PURPOSE_CHALLENGE_TIME,
    )
    request.session[OPEN] = [*request.session.get(OPEN, ()), str(search)]
    return True


def waiting(officer_id: int) -> QuerySet[Challenge]:
    """What the officer has not answered yet, the oldest first."""
    return Challenge.objects.filter(officer=officer_id, answered_at=None)


def overdue(officer_id: int) -> Challenge | None:
    """The oldest one whose time is over: it is answered before the next search."""
    return waiting(officer_id).filter(due_at__lte=timezone.now()).first()


def answer(request: AccessRequest, challenge: Challenge, text: str) -> None:
    """Record the officer's words. Raises AuditUnavailable, and then it stays open."""
    trail.record(
        request,
        Action.PURPOSE_JUSTIFIED,
        purpose=Purpose(challenge.purpose_code, challenge.purpose_reference),
        operation_id=challenge.search,
        detail={
            "of": challenge.kind,
            "justification": text,
            "late": challenge.due_at < timezone.now(),
        },
    )
    Challenge.objects.filter(pk=challenge.pk).update(answered_at=timezone.now())
    left = [pk for pk in request.session.get(OPEN, ()) if pk != str(challenge.pk)]
    request.session[OPEN] = left


def _percent(purpose: Purpose) -> float:
    version = purposes.current(purpose.code)
    if version is None or version.challenge_percent is None:
        return float(settings.PURPOSE_CHALLENGE_PERCENT)
    return version.challenge_percent
