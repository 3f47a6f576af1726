"""The log-on notice: what the system is for and that it watches; once a session (B11)."""

import time

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.shortcuts import redirect, render

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import before_notice, safe_address
from wmp_search.access.middleware import AccessRequest

ACCEPTED = "notice"
VERSION = 1  # of the text; it stands in the audit row: raise it with every change of the words


def is_accepted(session: SessionBase) -> bool:
    return ACCEPTED in session


def accept(session: SessionBase) -> None:
    session[ACCEPTED] = int(time.time())


@before_notice
def notice(request: AccessRequest) -> HttpResponse:
    """Show the notice; accepting it is recorded, then the page that was wanted follows."""
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        trail.record(request, Action.NOTICE_ACCEPTED, detail={"version": VERSION})
        accept(request.session)
        return redirect(going_to)
    return render(request, "identity/notice.html", {"next": going_to})
