"""How long a session lives; the purpose kept in it is `living`'s.

A session ends after `settings.SESSION_IDLE` of its class of device without a request, after
`SESSION_COOKIE_AGE` in any case, and when the officer is signed out everywhere (policing.md K2).
For what is sensitive the officer must have proven who they are within `settings.STEP_UP_MAX_AGE`.
"""

import re
import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from wmp_search.access import living

STARTED, SEEN = "started", "seen"
AUTHENTICATED = "authenticated"  # when the officer last proved who they are
SEEN_EVERY_SECONDS = 60  # one session write a minute is enough for limits of minutes


def begin(session: SessionBase) -> None:
    """Start the clocks of a fresh sign-in; nothing of an earlier one stays."""
    session[STARTED], session[SEEN] = time.time(), int(time.time())
    session.pop(living.PURPOSE, None)
    authenticated(session)


def authenticated(session: SessionBase) -> None:
    """Note that the officer has just proven who they are."""
    session[AUTHENTICATED] = int(time.time())


def is_fresh(session: SessionBase) -> bool:
    """Whether the officer proved who they are within `settings.STEP_UP_MAX_AGE`."""
    age: float = time.time() - session.get(AUTHENTICATED, 0)
    return age <= settings.STEP_UP_MAX_AGE.total_seconds()


def device_class(request: HttpRequest) -> str:
    """ "mobile" or "desktop", by what the browser says of itself: `settings.MOBILE_DEVICES`."""
    if request.headers.get("Sec-CH-UA-Mobile") == "?1":
        return "mobile"
    named = re.search(settings.MOBILE_DEVICES, request.headers.get("User-Agent", ""))
    return "mobile" if named else "desktop"


def why_over(request: HttpRequest) -> str:
    """Words for the limit that the request's session has reached; empty while it lives."""
    session, now = request.session, time.time()
    ended_at = getattr(request.user, "signed_out_everywhere_at", None)
    if ended_at and session.get(STARTED, now) < ended_at.timestamp():
        return "You were signed out on all your devices"
    if now - session.get(STARTED, now) > settings.SESSION_COOKIE_AGE:
        return "You were signed out at the end of the longest session allowed"
    idle: float = settings.SESSION_IDLE[device_class(request)].total_seconds()
    if now - session.get(SEEN, now) > idle:
        return f"You were signed out after {int(idle // 60)} minutes without activity"
    return ""


def touch(session: SessionBase) -> None:
    """Note that the officer is active; a session of unknown age starts its clocks now."""
    now = int(time.time())
    if STARTED not in session:
        session[STARTED] = time.time()
    if now - session.get(SEEN, 0) >= SEEN_EVERY_SECONDS:
        session[SEEN] = now
