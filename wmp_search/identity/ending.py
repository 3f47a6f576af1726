"""Ending sessions from outside: the identity provider's word, or the command line."""

from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction

from audit import record as door
from audit.actions import Action
from wmp_search.access import services
from wmp_search.access.models import Officer
from wmp_search.identity import arrival


def end_all(officer: Officer, by: str) -> None:
    """End the officer's sessions at their next request and API tokens now; recorded."""
    with transaction.atomic():
        services.end_sessions(officer)
        door.event(
            door.Entry(
                action=Action.ENDED_EVERYWHERE,
                actor=door.Actor(officer_id=None, officer=by),
                subject_kind="officer",
                subject_ids=[str(officer.pk)],
                detail={"username": officer.get_username(), "by": by},
            )
        )


def ended_at_provider(claims: Mapping[str, Any]) -> None:
    """End one session (`sid`), or all of the subject's; an unknown one is no error."""
    if claims.get("sid"):
        for session in UserSession.objects.filter(data__sid=str(claims["sid"])):
            _end(session)
        return
    officer = arrival.of_subject(str(claims["sub"]))
    if officer:
        end_all(officer, "identity provider")


def _end(session: UserSession) -> None:
    door.event(
        door.Entry(
            action=Action.SIGNED_OUT,
            actor=door.Actor(officer_id=session.user_id, officer=session.user.get_username()),
            detail={"why": "Signed out at the identity provider"},
        )
    )
    session.end()
