"""Officers for tests: with roles, in a unit, signed in."""

import itertools
import time
from typing import Any, TypeVar

from django.test import Client
from django.utils import timezone

from wmp_search.access import sessions
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit
from wmp_search.identity import notice, opening

AnyClient = TypeVar("AnyClient", bound=Client)

PASSWORD = "a long password for tests"
_numbers = itertools.count(1)


def unit(name: str) -> Unit:
    """The unit of this name, made when it is missing."""
    return Unit.objects.get_or_create(name=name)[0]


def officer(*roles: str, username: str = "", in_unit: str = "Central", **fields: Any) -> Officer:
    """An officer holding `roles` (slugs) from today, with PASSWORD."""
    made = Officer.objects.create_user(
        username or f"officer{next(_numbers)}", password=PASSWORD, unit=unit(in_unit), **fields
    )
    for slug in roles:
        RoleAssignment.objects.create(
            officer=made, role=Role.objects.get(slug=slug), starts_on=timezone.localdate()
        )
    return made


def signed_in(who: Officer, **client: Any) -> Client:
    """A client with a session of this officer: signed in a moment ago, the notice accepted."""
    made = Client(**client)
    just_signed_in(made, who)
    return made


def just_signed_in(client: Client, who: Officer) -> None:
    """Give the client such a session, without a request."""
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    sessions.authenticated(session)
    notice.accept(session)
    session[opening.LISTED] = int(time.time())
    session.save()


def with_purpose(
    client: Client, code: str = "CRIME-INV", reference: str = "20/123456/26"
) -> Client:
    """The client after saying why it looks."""
    client.post("/purpose", {"code": code, "reference": reference})
    return client


def accept_notice(client: Client) -> Client:
    """The client after accepting the log-on notice of its session."""
    client.post("/notice")
    return client


def reading(client: AnyClient, code: str = "lawfulness") -> AnyClient:
    """The client after saying why it reads the audit trail (DPA 2018 s.62(4))."""
    client.post("/audit/purpose", {"code": code})
    return client
