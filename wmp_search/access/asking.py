"""When an officer is asked again why they look, and how the page that asks learns the reasons.

A living purpose is not enough where the risk rises (policing.md B2). `RULES` is the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from audit.actions import Action
from wmp_search.access import living, purposes, trail
from wmp_search.access.models import Officer
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of

if TYPE_CHECKING:  # the middleware notes through this module what a page showed
    from wmp_search.access.middleware import AccessRequest

NOT_OPENED = "The purpose you gave does not open this page."
ASKED = "purpose_asked"  # in the session: {"for": address, "why": words, "subject": "kind:id"}
SUBJECTS = {"person": "person", "crime": "crime", "gang": "gang", "record": "record"}  # by route
SEARCHES = (
    *("search-results", "search-crimes", "search-gangs"),
    *("search-addresses", "search-vehicles", "search-phones"),
    *("crime-results", "crime-area", "gang-results", "intelligence-results"),
)
_LINK = re.compile(r'href="/(people|crimes|gangs|records)/(\d+)"')
_KINDS = {"people": "person", "crimes": "crime", "gangs": "gang", "records": "record"}


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What is about to be shown: `kind` and `subject_id` name it, the rest raises the risk."""

    kind: str
    subject_id: str
    restricted: bool = False
    victim_only: bool = False
    page: int = 1
    export: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject_id}{':export' if self.export else ''}"

    @property
    def is_search(self) -> bool:
        return self.kind == "search"


@dataclass(frozen=True, slots=True)
class Rule:
    """Words for the officer, and whether they apply: (what lives in the session, the facts)."""

    words: str
    applies: Callable[[dict[str, Any], SubjectFacts], bool]


def _unrelated(state: dict[str, Any], facts: SubjectFacts) -> bool:
    """The first subject under a fresh purpose is what it was given for; later ones were found."""
    begun = state["offered"] or state["opened"]
    return bool(begun) and facts.key not in state["offered"] and facts.key not in state["opened"]


RULES = (
    Rule("Restricted or protected records are on this page.", lambda _, f: f.restricted),
    Rule("This person is only ever recorded as somebody harmed.", lambda _, f: f.victim_only),
    Rule(
        "You did not find this under the purpose you gave.",
        lambda state, f: not f.is_search and not f.export and _unrelated(state, f),
    ),
    Rule("You are going far down a long list.", lambda _, f: f.page > settings.PURPOSE_PAGES),
    Rule(
        "You have opened many pages in a short time.",
        lambda state, f: (
            not f.is_search and len(living.recent(state)) >= settings.PURPOSE_BULK_VIEWS
        ),
    ),
    Rule("You are about to take data out of the system.", lambda _, f: f.export),
    Rule(
        "You gave a reason but no reference, and have opened several pages under it.",
        lambda state, f: (
            not f.is_search
            and not purposes.is_reference(state["reference"])
            and state["pages"] >= settings.PURPOSE_VIEWS_WITHOUT_REFERENCE
        ),
    ),
)


def reasons_to_ask(request: AccessRequest, facts: SubjectFacts) -> list[str]:
    """Why the living purpose is not enough for this, in plain words; empty: it is.

    What the officer confirmed for a subject holds for that subject while the purpose lives. Who
    broke the glass for a threat to life is not kept waiting: every look is reported anyhow (H6).
    """
    state = living.state(request.session)
    if state and request.scope.break_glass and not purposes.is_listed(state["code"]):
        return []
    if not settings.PURPOSE_ASKS_AGAIN or not state or facts.key in state["confirmed"]:
        return []
    return [rule.words for rule in RULES if rule.applies(state, facts)]


def again(request: AccessRequest, facts: SubjectFacts) -> HttpResponse | None:
    """The way to the purpose page if there is a reason to ask, else None."""
    why = reasons_to_ask(request, facts)
    return redirect_to_purpose(request, why, facts.key) if why else None


def facts_of(request: AccessRequest) -> SubjectFacts | None:
    """What the address alone tells; None for pages about nobody in particular."""
    match = request.resolver_match
    if match is None or "pk" not in match.kwargs:
        return None
    if match.url_name in SEARCHES:
        page = request.GET.get("page", "")
        number = int(page) if page.isdecimal() and len(page) < 4 else 1
        return SubjectFacts("search", str(match.kwargs["pk"]), page=number)
    kind = SUBJECTS.get(match.url_name or "")
    return SubjectFacts(kind, str(match.kwargs["pk"])) if kind else None


def note(request: AccessRequest, response: HttpResponse) -> None:
    """Remember what a page opened and what it links to: following a link needs no new purpose."""
    if not settings.PURPOSE_ASKS_AGAIN or request.purpose is None:
        return
    facts = facts_of(request)
    if response.status_code == 302 and facts and not facts.is_search:  # merged into another
        found = _LINK.findall(f'href="{response["Location"]}"')
    elif response.status_code == 200 and "html" in response.get("Content-Type", ""):
        if facts and not facts.is_search:
            living.opened(request.session, facts.key)
        found = _LINK.findall(response.content.decode(errors="replace"))
    else:
        return
    living.offer(request.session, (f"{_KINDS[part]}:{pk}" for part, pk in found))


def redirect_to_purpose(
    request: AccessRequest, why: Sequence[str] = (), subject: str = ""
) -> HttpResponse:
    """To the purpose page, which says `why` it asks, and then back here.

    A form that was sent comes back to the start page: its content is never put into an address.
    """
    safe = request.method in ("GET", "HEAD")
    back = request.get_full_path() if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
    request.session[ASKED] = {"for": back, "why": list(why), "subject": subject}
    return redirect(f"{resolve_url('purpose')}?{urlencode({'next': back})}")


def why(request: AccessRequest, address: str) -> list[str]:
    """The words for which the address asked again; empty where nothing special is the matter."""
    asked = request.session.get(ASKED) or {}
    return list(asked.get("why", ())) if asked.get("for") == address else []


def give(request: AccessRequest, purpose: Purpose, *, address: str = "") -> None:
    """Keep the purpose and record it where it is news or was asked for again (`address`)."""
    asked = request.session.get(ASKED) or {}
    answers = bool(address) and asked.get("for") == address
    is_news = living.keep(request.session, purpose)
    if is_news:
        request.purpose = purpose
        request.scope = scope_of(cast("Officer", request.user), purpose)
    if answers:
        living.confirm(request.session, asked["subject"] or address)
        del request.session[ASKED]
    if is_news or answers:
        kind = "reference" if purposes.is_reference(purpose.reference) else "reason"
        asked_again = {"asked": asked["why"], "for": asked["subject"]} if answers else {}
        trail.record(request, Action.PURPOSE_GIVEN, detail={"given": kind, **asked_again})
