"""The audit door: what it writes can be proven later, and without it nothing happens."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import Event
from audit.record import SYSTEM, Actor, AuditUnavailable, Entry, actor_of, event, is_intact

pytestmark = pytest.mark.django_db

text = st.text(max_size=20)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | text
    | st.dates()
    | st.datetimes(timezones=st.timezones())
    | st.uuids(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=12,
)


def stored(entry: Entry) -> Event:
    return Event.objects.get(id=event(entry))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    query=st.dictionaries(text, json_values, max_size=4),
    shown=st.lists(st.dictionaries(text, json_values, max_size=3), max_size=3),
    device=st.text(max_size=300),
    count=st.none() | st.integers(0, 2**31 - 1),
    ip=st.none() | st.ip_addresses(),
)
def test_the_hash_can_be_computed_again_from_any_stored_row(
    query: dict[str, Any],
    shown: list[dict[str, Any]],
    device: str,
    count: int | None,
    ip: Any,
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=str(ip or ""))
    request.user = _Anybody()  # type: ignore[assignment]
    here = actor_of(request)
    actor = Actor(officer_id=7, officer="jones", roles=("officer",), ip=here.ip, device=device)
    entry = Entry(
        action=Action.PERSON_SEARCHED,
        actor=actor,
        query=query,
        shown=shown,
        subject_ids=["1", "2"],
        result_count=count,
    )
    assert is_intact(stored(entry))


class _Anybody:
    is_authenticated = False
    pk = None


def test_a_changed_row_is_not_intact() -> None:
    row = stored(Entry(action=Action.PERSON_VIEWED, actor=SYSTEM, subject_ids=["1"]))
    for field, value in {
        "officer": "somebody else",
        "subject_ids": ["2"],
        "query": {"text": "another"},
        "result_count": 3,
        "purpose_reference": "20/999999/26",
    }.items():
        kept = getattr(row, field)
        setattr(row, field, value)
        assert not is_intact(row), field
        setattr(row, field, kept)
    assert is_intact(row)


def test_every_column_but_the_hash_is_in_the_hash() -> None:
    row = stored(Entry(action=Action.PERSON_VIEWED, actor=SYSTEM))
    for name in [f.attname for f in Event._meta.concrete_fields if f.attname != "content_hash"]:
        kept = getattr(row, name)
        setattr(row, name, "changed")
        assert not is_intact(row), name
        setattr(row, name, kept)


def test_dates_and_ids_in_a_query_become_text() -> None:
    number = uuid.uuid4()
    row = stored(
        Entry(
            action=Action.PERSON_SEARCHED,
            actor=SYSTEM,
            query={"born_on": date(1990, 4, 1), "run": number, "tiers": {1}},
        )
    )
    assert row.query == {"born_on": "1990-04-01", "run": str(number), "tiers": [1]}


def test_overlong_text_from_outside_is_cut_and_not_refused() -> None:
    actor = Actor(officer_id=1, officer="jones", device="x" * 5000)
    assert len(stored(Entry(action=Action.SIGNED_IN, actor=actor)).device) == 200


def test_a_row_that_cannot_be_written_is_an_outage() -> None:
    too_long = Entry(action=Action.PERSON_VIEWED, actor=SYSTEM, subject_kind="x" * 21)
    with pytest.raises(AuditUnavailable):
        event(too_long)


def test_an_unreachable_trail_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connections["audit"], "cursor", refuse)
    with pytest.raises(AuditUnavailable):
        event(Entry(action=Action.PERSON_VIEWED, actor=SYSTEM))
