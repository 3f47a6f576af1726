"""Every address of the product, as everybody: sign-in needed, permission declared and enforced.

A new route without a declaration fails here. Exemptions stand below, each with its reason.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.converters import IntConverter, UUIDConverter

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, reading, signed_in, with_purpose
from tests.people_data import index
from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission

OPEN_TO_EVERYBODY = {
    "health": "tells a load balancer that the process answers; shows nothing",
    "ready": "tells a load balancer which servers answer; shows nothing else",
    "metrics": "counts and ages for monitoring, from loopback or with a token",
    "sign-in": "how one gets in",
    "second-factor": "the second step of getting in; leads back without the first",
    "provider": "leads to the identity provider",
    "provider-return": "comes back from there; opens a session only with a verified token",
    "provider-logged-out": "takes signed logout tokens of the provider; shows nothing",
    "sign-out": "ends a session, also one that has just ended; shows nothing",
}
OPEN_TO_EVERY_OFFICER = {
    "home": "the start page shows the parts of the menu that the roles include, no data",
    "for-you": "questions about the officer's own searches and looks at the officer's records",
    "purpose": "asks why the officer looks; shows the officer's own purpose only",
    "notice": "the log-on notice; holds no data",
    "account": "shows the officer's own sessions and second factors only",
    "add-app": "sets up the officer's own second factor",
    "add-passkey": "sets up the officer's own second factor",
    "recovery-codes": "the officer's own recovery codes, shown once",
    "remove-factor": "removes the officer's own second factor",
    "sign-out-everywhere": "ends the officer's own sessions; shows nothing",
    "provider-step-up": "leads to the identity provider",
    "step-up": "asks the officer to confirm who they are; shows nothing else",
    "feedback": "takes what somebody says; shows nothing",
    "you-said": "answers of the product team, written for everybody",
    "survey": "two questions; shows nothing",
    "design": "shows the components with made-up content",
    "help": "what can be typed and which keys there are; holds no data",
    "display": "the colours on this device; holds no data",
    "accessibility": "the accessibility statement; holds no data",
    "schema": "describes the API; holds no data",
    "api-docs": "describes the API; holds no data",
}
ROLES = {
    "officer": {
        *("person.search", "person.view", "crime.view", "gang.view", "break_glass.use"),
        *("person.watch", "report.view"),
    },
    "supervisor": {
        *("report.view", "report.build", "report.share"),
        *("person.watch", "person.search_batch", "search.certify"),
        *("network.view", "network.curate"),
        "person.search",
        "person.view",
        "crime.view",
        "gang.view",
        "audit.view_unit",
        "review.unit",
        "access.review",
        "crime.exact_place",
        "break_glass.use",
        "restriction.manage",
    },
    "analyst": {
        *("report.view", "report.build", "report.share", "report.release"),
        *("person.watch", "person.search_batch"),
        *("network.view", "network.analyse", "network.curate"),
        "person.search_wide",
        *("person.search", "person.view", "person.view_restricted", "record.view_raw"),
        *("crime.view", "gang.view", "quality.view", "match.review"),
        "crime.exact_place",
        *("person.view_masked", "break_glass.use", "restriction.manage", "trend.manage"),
    },
    "administrator": {"role.manage"},
    "auditor": {"audit.view_all", "audit.export", "audit.hold"},
    "professional-standards": {
        *("audit.view_all", "audit.export", "audit.hold", "misuse.view", "restriction.manage"),
        "breach.manage",
    },
    "ethics": {"quality.view", "gang.govern", "report.view", "report.build"},
    "gangs-officer": {
        *("person.search", "person.view", "person.watch", "crime.view", "gang.view"),
        *("break_glass.use", "person.view_restricted", "gang.keep", "gang.view_harmed"),
        "network.view",
    },
    "gangs-supervisor": {
        *("person.search", "person.view", "person.watch", "crime.view", "gang.view"),
        *("break_glass.use", "person.view_restricted", "gang.keep", "gang.view_harmed"),
        *("gang.authorise", "gang.govern", "gang.brief", "network.view", "network.curate"),
    },
    "safeguarding": {
        *("person.search", "person.view", "person.watch", "crime.view", "gang.view"),
        *("break_glass.use", "person.view_restricted", "gang.view_harmed"),
        "safeguarding.keep",
    },
    "data-engineer": {
        *("quality.view", "feed.manage", "source.manage", "report.view", "report.build"),
    },
    "product": {"feedback.answer"},
    "trainee": {"person.search", "person.view", "person.watch", "crime.view", "practice.only"},
    "disclosure": {
        *("person.search_batch", "search.certify"),
        "purpose.subject_access",
        *("person.search", "person.view", "person.view_restricted", "record.view_raw"),
        *("crime.view", "gang.view", "person.view_masked"),
        "crime.exact_place",
        *("gang.history", "gang.view_harmed"),
        *("material.list", "material.list_sensitive", "breach.manage"),
    },
    "records-manager": {
        *("person.search", "person.view", "person.view_restricted", "crime.view", "gang.view"),
        "retention.manage",
        "extract.approve",
    },
    "data-scientist": {"extract.ask"},
    "intelligence-analyst": {
        *("person.search", "person.view", "person.watch", "crime.view", "gang.view"),
        *("intelligence.search", "network.view", "network.analyse"),
    },
    "": set(),
}
# What reading a page writes into the trail; where one is missing here, any event but a denial.
RECORDS: dict[str, tuple[str, ...]] = {
    "report": ("report.viewed",),
    "report-records": ("crime.searched",),
    "dashboard": ("report.viewed",),
    **dict.fromkeys(("reports", "report-inbox", "report-release"), ("report.listed",)),
    "report-differ": ("report.compared",),
    **dict.fromkeys(
        ("crime-trends", "crime-hours", "crime-outcomes", "crime-repeats", "crime-map"),
        ("crime.counted",),
    ),
    **dict.fromkeys(("crime-month", "crime-week", "my-area"), ("crime.searched",)),
    **dict.fromkeys(("api-gangs", "gangs"), ("gang.listed",)),
    "gang-relations": ("gang_relations.viewed",),
    **dict.fromkeys(
        ("alerts", "cases", "limited-looks", "listed-people", "rules"), ("misuse.viewed",)
    ),
    **dict.fromkeys(
        ("audit-events", "officer-story", "who-saw"), ("audit.viewed", "misuse.viewed")
    ),
    **dict.fromkeys(("reviews", "reviewers"), ("audit.viewed",)),
    **dict.fromkeys(
        ("officer", "officers", "role", "role-requests", "unit"), ("officers.viewed",)
    ),
    **dict.fromkeys(
        ("quality", "matching-quality", "panel", "panel-search-use"), ("quality.viewed",)
    ),
    "restrictions": ("restrictions.viewed",),
    **dict.fromkeys(("memberships", "membership-month"), ("memberships.viewed",)),
    "safeguarding": ("safeguarding.viewed",),
    **dict.fromkeys(("gang-figures", "gang-proportions"), ("gangs.governed",)),
    **dict.fromkeys(("retention", "retention-queue", "retention-warnings"), ("retention.viewed",)),
    "subject-requests": ("request.viewed",),
    "corrections": ("rights.viewed",),
    **dict.fromkeys(("extracts", "extract-ask"), ("extract.viewed",)),
    "breaches": ("breach.viewed",),
}
SHOWS_NOTHING_RECORDED = {
    **dict.fromkeys(
        ("report-new", "report-split", "report-where", "report-download"),
        "a step of a question: no number stands on it, and what is asked is recorded",
    ),
    "feedback-triage": "what was said of the product; holds no record",
    "feedback-answer": "what was said of the product; holds no record",
    **dict.fromkeys(
        ("audit-extract", "audit-find", "audit-purpose", "audit-words", "break-glass", "crimes"),
        "an empty form: what is asked with it is recorded",
    ),
    "intelligence": "an empty form: what is asked with it is recorded",
    **dict.fromkeys(
        (
            "batches",
            "officer-preview",
            "search-fields",
            "source-new",
            "role-compare",
            "role-file-new",
            "role-file-template",
            "role-new",
        ),
        "an empty form: what is asked with it is recorded",
    ),
    **dict.fromkeys(
        ("crime-breaks", "crime-break-withdraw"),
        "declared changes of recording, no crime; every change is recorded",
    ),
    **dict.fromkeys(
        ("purposes", "purpose-add", "purpose-change", "purpose-retire", "roles", "role-matrix"),
        "the list of purposes or roles; every change is recorded",
    ),
    **dict.fromkeys(
        ("role-change", "role-retire", "units"), "roles and units; every change is recorded"
    ),
    **dict.fromkeys(
        ("move-officer", "officer-status", "revoke-role", "sign-out-officer"),
        "asks to confirm a change, which is recorded",
    ),
    **dict.fromkeys(
        ("access-review", "access-reviews", "role-file", "role-request", "unit-review"),
        "administration of roles; every decision is recorded",
    ),
}
SAMPLES: dict[type, Any] = {IntConverter: 1, UUIDConverter: uuid.UUID(int=1)}


@dataclass(frozen=True)
class Route:
    name: str
    address: str
    view: Callable[..., HttpResponse]

    @property
    def permissions(self) -> tuple[Permission, ...] | None:
        """What the view declares; an API view declares it on its class."""
        declared = getattr(self.view, "permissions", None)
        if declared is None:
            declared = getattr(getattr(self.view, "cls", None), "permissions", None)
        return declared

    def __str__(self) -> str:
        return self.name


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[Route]:
    """Every route below `patterns`, each with an address that reaches it."""
    for pattern in patterns:
        part = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            sample = str(SAMPLES[type(converter)])
            label = "uuid" if isinstance(converter, UUIDConverter) else "int"
            part = part.replace(f"<{label}:{name}>", sample)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + part)
        else:
            yield Route(pattern.name or part, before + part, pattern.callback)


def undeclared(found: Iterator[Route] | list[Route]) -> list[str]:
    """Names of routes that neither declare a permission nor stand on a list above."""
    exempt = {*OPEN_TO_EVERYBODY, *OPEN_TO_EVERY_OFFICER}
    return [r.name for r in found if not r.permissions and r.name not in exempt]


ALL = list(routes(get_resolver().url_patterns))
GUARDED = [route for route in ALL if route.permissions]


def answers(client: Client, route: Route) -> dict[str, int]:
    """The status of reading and of sending to the route."""
    sent = None
    if route.address.startswith("/api/"):
        sent = client.post(route.address, {}, content_type="application/json")
    if sent is None or sent.status_code == 415:
        sent = client.post(route.address, {})
    return {"GET": client.get(route.address).status_code, "POST": sent.status_code}


def test_every_route_declares_who_may_open_it() -> None:
    assert undeclared(ALL) == []
    assert len(GUARDED) >= 15


def test_a_new_route_without_a_declaration_is_found() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert undeclared(list(routes([path("new", view, name="new")]))) == ["new"]


def test_the_lists_of_exemptions_name_only_routes_that_exist() -> None:
    names = {route.name for route in ALL}
    assert {*OPEN_TO_EVERYBODY, *OPEN_TO_EVERY_OFFICER} <= names
    assert {*SHOWS_NOTHING_RECORDED, *RECORDS} <= names


def test_addresses_are_unique() -> None:
    assert len({route.address for route in ALL}) == len(ALL)


@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in() -> None:
    for route in (r for r in ALL if r.name not in OPEN_TO_EVERYBODY):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(route.address)
            if route.address.startswith("/api/"):
                assert answer.status_code == 401, route
            else:
                assert answer.status_code == 302, route
                assert answer["Location"].startswith("/sign-in?next="), route


@pytest.mark.django_db
def test_the_first_roles_have_exactly_these_permissions() -> None:
    assert {r.slug: set(r.permissions) for r in Role.objects.all()} == {
        slug: permissions for slug, permissions in ROLES.items() if slug
    }


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES, ids=lambda slug: slug or "no role")
def test_a_role_opens_the_routes_that_it_includes_and_no_other(role: str) -> None:
    index()  # trends are counted by it
    client = with_purpose(signed_in(officer(*[role] if role else [])), purpose_of(role))
    wrong = {route.name: mistaken(client, route, role) for route in GUARDED}
    assert {name: text for name, text in wrong.items() if text} == {}


def purpose_of(role: str) -> str:
    return "TRAINING" if role == "trainee" else "CRIME-INV"


def mistaken(client: Client, route: Route, role: str) -> str:
    """What is wrong with the answers to a role; empty: nothing. What they changed is undone."""
    before = refusals()
    with transaction.atomic():
        statuses = answers(client, route)
        transaction.set_rollback(True)
    refused, found = refusals() - before, set(statuses.values())
    if any(p.value in ROLES[role] for p in route.permissions or ()):
        is_right = not {401, 403, 500, 503} & found and refused == 0
    else:
        refusal = 404 if getattr(route.view, "is_hidden", False) else 403
        is_right = refusal in found and found <= {refusal, 405} and refused >= 1
    return "" if is_right else f"{statuses}, {refused} refusals recorded"


def refusals() -> int:
    return Event.objects.filter(action=Action.ACCESS_DENIED).exclude(detail={}).count()


def unrecorded(client: Client, route: Route) -> str:
    """What is wrong with the trail after reading the page; empty: nothing."""
    known = set(Event.objects.values_list("id", flat=True))
    status = client.get(route.address).status_code
    actions = set(Event.objects.exclude(id__in=known).values_list("action", flat=True))
    if status == 404 and "officers.viewed" in RECORDS.get(route.name, ()):
        return ""  # no officer, unit or role of this number: there is nobody to protect
    if status == 404:
        expected: tuple[str, ...] = (Action.ACCESS_DENIED.value,)
    elif status == 200:
        expected = RECORDS.get(route.name, ())
    else:
        return ""  # sent only, or leads elsewhere
    is_right = (
        actions.intersection(expected) if expected else actions - {Action.ACCESS_DENIED.value}
    )
    return "" if is_right else f"{route.name}: {status}, {sorted(actions)}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [slug for slug in ROLES if slug])
def test_every_page_that_opens_is_recorded_or_stands_on_the_list(role: str) -> None:
    client = reading(with_purpose(signed_in(officer(role)), purpose_of(role)))
    mine = [r for r in GUARDED if any(p.value in ROLES[role] for p in r.permissions or ())]
    wrong = [unrecorded(client, r) for r in mine if r.name not in SHOWS_NOTHING_RECORDED]
    assert [text for text in wrong if text] == []


@pytest.mark.django_db
@pytest.mark.urls("tests.access.unrecorded_urls")
def test_a_new_page_that_records_nothing_is_found() -> None:
    client = signed_in(officer("officer"))
    route = next(routes(get_resolver().url_patterns))
    assert unrecorded(client, route) == "new: 200, []"


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN_TO_EVERY_OFFICER)
def test_routes_for_every_officer_open_without_any_role(name: str) -> None:
    route = next(r for r in ALL if r.name == name)
    elsewhere = {
        "sign-out-everywhere": 405,  # is sent only
        "provider-step-up": 404,  # no provider is set up
        "remove-factor": 404,  # there is none
        "recovery-codes": 302,  # there are none: back to the account
    }
    expected = elsewhere.get(name, 200)
    assert signed_in(officer()).get(route.address).status_code == expected
