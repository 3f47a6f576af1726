"""When an officer is asked again why they look, and how the page that asks learns the reasons.

A living purpose is not enough where the risk rises (policing.md B2).
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from wmp_search.access.middleware import AccessRequest

NOT_OPENED = "The purpose you gave does not open this page."
ASKED = "purpose_asked"  # in the session: {"for": address, "why": words}


def redirect_to_purpose(request: AccessRequest, why: Sequence[str] = ()) -> HttpResponse:
    """To the purpose page, which says `why` it asks, and then back here.

    A form that was sent comes back to the start page: its content is never put into an address.
    """
    safe = request.method in ("GET", "HEAD")
    back = request.get_full_path() if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
    request.session[ASKED] = {"for": back, "why": list(why)}
    return redirect(f"{resolve_url('purpose')}?{urlencode({'next': back})}")


def why(request: AccessRequest, address: str) -> list[str]:
    """The words for which the address asked again; empty where nothing special is the matter."""
    asked = request.session.get(ASKED) or {}
    return list(asked.get("why", ())) if asked.get("for") == address else []
