"""Opening a session: only once its audit row is written, and never more than allowed at once."""

import time
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import sessions, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.scope import scope_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
METHOD, LISTED = "method", "listed"  # in the session: how it was opened, when last noted as alive
LISTED_EVERY_SECONDS = 60
NO_ADDRESS = "0.0.0.0"  # noqa: S104  of a request through a Unix socket


def open_session(request: AccessRequest, officer: Officer, method: str, **detail: Any) -> None:
    """Sign the officer in. Raises AuditUnavailable, and then nobody is signed in.

    method: "password", "second factor", "provider" or "emergency"; it stands in the audit row.
    """
    login(request, officer, backend=BACKEND)
    sessions.begin(request.session)
    request.session[METHOD] = method
    request.scope = scope_of(officer)
    try:
        trail.record(request, Action.SIGNED_IN, detail={"method": method, **detail})
    except door.AuditUnavailable:
        logout(request)
        raise
    note_alive(request)
    _end_oldest(officer)


def note_alive(request: AccessRequest) -> None:
    """Keep the list of open sessions: at most one write a minute and session."""
    now = int(time.time())
    if now - request.session.get(LISTED, 0) < LISTED_EVERY_SECONDS:
        return
    request.session[LISTED] = now
    here = door.actor_of(request)
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "ip": here.ip or NO_ADDRESS,
            "user_agent": here.device[:200],
            "last_seen_at": timezone.now(),
        },
        create_defaults={
            "user": request.user,
            "ip": here.ip or NO_ADDRESS,
            "user_agent": here.device[:200],
            "data": {"device": sessions.device_class(request)},
        },
    )


def must_enrol(request: AccessRequest) -> bool:
    """Whether the session rests on a password alone where that is not enough."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and request.session.get(METHOD) == "password"


def remember(request: AccessRequest, **particulars: Any) -> None:
    """Keep what the session must be found by later; empty values are left out."""
    listed = UserSession.objects.get(session_key=request.session.session_key)
    listed.data |= {name: value for name, value in particulars.items() if value}
    listed.save(update_fields=["data"])


def renamed(old_key: str | None, new_key: str | None) -> None:
    """The session has a new key: the list follows."""
    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)


def open_sessions(officer: Officer) -> list[UserSession]:
    """The officer's living sessions, newest first; forgets those that have ended."""
    now, mine = timezone.now(), UserSession.objects.filter(user=officer)
    stored = Session.objects.filter(expire_date__gt=now).values("session_key")
    mine.exclude(session_key__in=stored).delete()
    longest = max(settings.SESSION_IDLE.values()) + timedelta(seconds=LISTED_EVERY_SECONDS)
    living = mine.filter(last_seen_at__gt=now - longest)
    if officer.signed_out_everywhere_at:
        living = living.filter(created_at__gte=officer.signed_out_everywhere_at)
    return list(living.order_by("-created_at"))


def _end_oldest(officer: Officer) -> None:
    for session in open_sessions(officer)[settings.SESSIONS_AT_ONCE :]:
        session.end()
