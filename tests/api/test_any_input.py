"""Whatever is sent to the API, by its schema or against it: no error, no slow query, all recorded.

Schemathesis makes the requests from the OpenAPI schema, the same ones every time, and checks the
answers against it; they go through the WSGI application with an officer's token.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from knox.models import AuthToken
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from audit.actions import Action
from audit.models import Event
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
HEADERS = {"X-Purpose-Code": PURPOSE["code"], "X-Purpose-Reference": PURPOSE["reference"]}
# what an answer of each operation writes into the trail; the schema describes, and shows nobody
RECORDS = {
    "POST /api/v1/people/search": Action.PERSON_SEARCHED,
    "GET /api/v1/people/{id}": Action.PERSON_VIEWED,
    "POST /api/v1/crimes/search": Action.CRIME_SEARCHED,
    "GET /api/v1/crimes/{id}": Action.CRIME_VIEWED,
    "GET /api/v1/gangs": Action.GANG_LISTED,
    "GET /api/v1/gangs/{id}": Action.GANG_VIEWED,
    "POST /api/v1/intelligence/search": Action.INTELLIGENCE_SEARCHED,
    "GET /api/v1/schema": None,
}
REFUSED = {400, 405, 406, 415}
EXAMPLES = 15  # of an operation, each of what the schema allows and of what it does not
FEW = 3  # of the schema, which is made anew each time
SLOW_MS = 1_000


def operations() -> dict[str, Any]:
    """The operations of the API's own description, by name."""
    generator: Any = SchemaGenerator
    found = schemathesis.openapi.from_dict(generator().get_schema(public=True))
    made: list[Any] = [one.ok() for one in found.get_all_operations()]  # type: ignore[union-attr]
    return {one.label: one for one in made}


ALL = operations()


def test_every_operation_is_asked() -> None:
    assert set(ALL) == set(RECORDS)


@pytest.fixture
def ids() -> dict[str, int]:
    """Ids that there are, by the part of the address before them."""
    suspect = record("custody", given_names="Robert", surname="Smith", born_on=date(1989, 6, 8))
    someone, one, crew = person(suspect), crime(), gang()
    involve(suspect, one, "suspect")
    affiliate(suspect, crew)
    index()
    return {"people": someone.pk, "crimes": one.pk, "gangs": crew.pk}


@pytest.fixture(autouse=True)
def _one_transaction() -> Iterator[None]:
    """A request leaves the test's connections open, as Django's own client has it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def headers(settings: Any) -> dict[str, str]:
    """An officer's token, who may ask as often as they like; queries end after a second."""
    settings.WIDE_SEARCHES_PER_HOUR = settings.SCANT_SEARCHES_PER_HOUR = 10_000
    settings.OPENSEARCH_QUERY_TIMEOUT = f"{SLOW_MS}ms"
    for alias in ("default", "audit"):
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {SLOW_MS}")
    who = officer("officer", "intelligence-analyst")
    _, token = AuthToken.objects.create(who, expiry=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_every_operation_answers_or_refuses_and_records(
    mode: GenerationMode, ids: dict[str, int], headers: dict[str, str]
) -> None:
    for name in RECORDS:
        seen = _asked(name, mode, ids, headers)
        assert seen <= {200, 404, *REFUSED}, name
        assert mode is GenerationMode.NEGATIVE or 200 in seen, f"{name}: none reached the data"


def _asked(
    name: str, mode: GenerationMode, ids: dict[str, int], headers: dict[str, str]
) -> set[int]:
    """Ask the examples of one operation; returns the statuses of the answers."""
    seen: set[int] = set()

    def ask(case: Any, plant: bool) -> None:
        if plant:
            _plant(case, ids)
        before = set(Event.objects.values_list("id", flat=True))
        answer = case.call(app=WSGIHandler(), headers=headers)
        case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
        written = Event.objects.exclude(id__in=before).values_list("action", flat=True)
        status = answer.status_code
        told = (name, status, answer.content[:300])
        assert list(written) == _expected(name, case, status), told
        seen.add(status)

    most = EXAMPLES if RECORDS[name] else FEW
    _with_examples(ALL[name].as_strategy(generation_mode=mode), ask, most)
    return seen


def _with_examples(cases: Any, ask: Callable[[Any, bool], None], most: int) -> None:
    """Ask each example: the same ones in every run."""
    chosen = examples(
        max_examples=most, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    chosen(given(cases, st.booleans())(ask))()


def _plant(case: Any, ids: dict[str, int]) -> None:
    """A good purpose and an id that there is, so that the data behind is reached, too."""
    if isinstance(case.body, dict):
        case.body["purpose"] = PURPOSE
        case.body.setdefault("name", "Robert Smith")
        case.body.setdefault("text", "towpath")
    case.headers.update(HEADERS)
    kind = case.path.split("/")[3]
    if "id" in case.path_parameters:
        case.path_parameters["id"] = ids[kind]


def _expected(name: str, case: Any, status: int) -> list[str]:
    """The events that an answer of this status must have written, and no others."""
    if status == 200:
        action = RECORDS[name]
        return [action.value] if action else []
    given = str(case.path_parameters.get("id", ""))
    is_somebodys = re.fullmatch("[0-9]+", given)  # else there is no such address
    return [Action.ACCESS_DENIED.value] if status == 404 and is_somebodys else []
