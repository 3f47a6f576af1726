"""What was on the screen is kept with the event and shown again as it was, whatever came later."""

import hashlib
import json
from datetime import date
from typing import Any

import psycopg
import pytest
from django.test import Client

from audit import record as door
from audit import screens
from audit.actions import Action
from audit.models import Event, Screen
from audit.selectors import Key
from people.models import Name, NominalRecord, Person
from tests.audit.test_append_only import refusal
from tests.officers import officer, reading, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db
LOOK = door.Entry(action=Action.PERSON_VIEWED, actor=door.SYSTEM, screen=b"<main>x</main>")


def robert() -> Person:
    made = person(
        record("custody", given_names="Robert", surname="Featherstone", born_on=date(1989, 6, 8))
    )
    index()
    return made


def at_work(*roles: str, **fields: Any) -> Client:
    return reading(with_purpose(signed_in(officer(*roles, **fields))))


def last(action: Action) -> Event:
    return Event.objects.filter(action=action).order_by("-at")[0]


def screen_of(event: Event) -> str:
    assert event.screen_hash is not None
    return bytes(Screen.objects.get(hash=bytes(event.screen_hash)).body).decode()


def event_page(event: Event, client: Client | None = None) -> str:
    client = client or reading(signed_in(officer("auditor")))
    return client.get(f"/audit/{Key.of(event).microsecond}/{event.id}").content.decode()


def test_a_replay_after_an_edit_shows_what_was_shown_then() -> None:
    someone, client = robert(), at_work("officer")
    assert "Robert Featherstone" in client.get(f"/people/{someone.pk}").content.decode()
    then = last(Action.PERSON_VIEWED)
    Name.objects.filter(person=someone).update(surname="Quillfeather")
    NominalRecord.objects.update(surname="Quillfeather")
    Person.objects.filter(pk=someone.pk).update(surname="Quillfeather", version=4)
    assert "Robert Featherstone" not in client.get(f"/people/{someone.pk}").content.decode()
    replayed = event_page(then)
    assert "Robert Featherstone" in replayed
    assert "Quillfeather" not in replayed
    assert "Quillfeather" in event_page(last(Action.PERSON_VIEWED))


def test_what_is_kept_is_what_the_page_said_without_its_forms() -> None:
    robert()
    client = at_work("officer")
    asked = {"text": "featherstone", "code": "CRIME-INV", "reference": "20/123456/26"}
    page = client.post("/people/search", asked, follow=True).content.decode()
    assert "csrfmiddlewaretoken" in page
    kept = screen_of(last(Action.PERSON_SEARCHED))
    assert kept.startswith("<main")
    assert "Robert Featherstone" in kept
    for unseen in (
        "csrfmiddlewaretoken",
        "<form",
        'type="hidden"',
        'type="text"',
        "<script",
        "Sign out",
    ):
        assert unseen not in kept, unseen


def test_a_form_that_shows_data_is_kept_without_its_hidden_fields() -> None:
    page = (
        '<main id="m"><form method="post" data-shown><input type="hidden" name="csrf" value="x">'
        "<p>Tom Wilson</p><button>Ask</button></form><form><p>typed</p></form></main>"
    )
    assert screens.of_page(page) == b'<main id="m"><p>Tom Wilson</p><button>Ask</button></main>'


def test_the_same_screen_is_kept_once() -> None:
    someone, client = robert(), at_work("officer")
    for _ in range(3):
        client.get(f"/people/{someone.pk}")
    hashes = Event.objects.filter(action=Action.PERSON_VIEWED).values_list(
        "screen_hash", flat=True
    )
    assert len({bytes(found) for found in hashes if found}) == 1
    assert len(hashes) == 3
    assert Screen.objects.count() == 1


def test_an_answer_of_the_api_is_kept_whole() -> None:
    someone, client = robert(), at_work("officer")
    given = client.get(f"/api/v1/people/{someone.pk}").json()
    kept = json.loads(screen_of(last(Action.PERSON_VIEWED)))
    assert {"audit_id": given.pop("audit_id"), **kept} == {
        "audit_id": str(last(Action.PERSON_VIEWED).id),
        **given,
    }
    assert "Featherstone" in event_page(last(Action.PERSON_VIEWED))


def test_a_replay_can_not_be_followed_sent_or_run() -> None:
    body = (
        '<main id="main-content" onclick="x()"><h1 class="govuk-heading-l">Tom &lt;b&gt;</h1>'
        '<a href="/people/1" class="govuk-link">Tom</a><script>x()</script>'
        '<form action="/sign-out"><input name="a" value="typed"><button>Go</button></form>'
        '<iframe src="/"></iframe><img src=x onerror="x()"><p style="color:red">end</p></main>'
    )
    shown = screens.inert(body)
    for dangerous in (
        "href",
        "src",
        "<script",
        "x()",
        "<form",
        "<input",
        "<button",
        "style",
        "id=",
    ):
        assert dangerous not in shown, dangerous
    for kept in ('class="govuk-heading-l"', "Tom &lt;b&gt;", "Tom", "typed", "Go", "end"):
        assert kept in shown, kept


def test_a_screen_that_was_altered_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    someone, client = robert(), at_work("officer")
    client.get(f"/people/{someone.pk}")
    then = last(Action.PERSON_VIEWED)
    false = Screen(hash=then.screen_hash, body=b"<main>Somebody else</main>")
    monkeypatch.setattr(Screen.objects, "filter", lambda **_: _First(false))
    page = event_page(then)
    assert "Altered" in page
    assert "Somebody else" not in page


class _First:
    def __init__(self, found: Screen | None) -> None:
        self.found = found

    def first(self) -> Screen | None:
        return self.found


def test_an_erased_screen_leaves_the_event_and_its_hash() -> None:
    door.event(
        door.Entry(action=Action.PERSON_VIEWED, actor=door.SYSTEM, screen=b"<main>x</main>")
    )
    then = last(Action.PERSON_VIEWED)
    then.screen_hash = hashlib.sha256(b"erased").digest()
    replay = screens.replay(then)
    assert replay is not None
    assert replay.gone


def test_an_action_without_data_has_no_screen() -> None:
    door.event(door.Entry(action=Action.SIGNED_IN, actor=door.SYSTEM))
    then = last(Action.SIGNED_IN)
    assert then.screen_hash is None
    assert screens.replay(then) is None
    assert "What was on the screen" not in event_page(then)


def test_the_hash_of_the_screen_is_part_of_the_hash_of_the_event() -> None:
    door.event(
        door.Entry(action=Action.PERSON_VIEWED, actor=door.SYSTEM, screen=b"<main>x</main>")
    )
    then = last(Action.PERSON_VIEWED)
    assert door.is_intact(then)
    then.screen_hash = hashlib.sha256(b"another").digest()
    assert not door.is_intact(then)
    then.screen_hash = None
    assert not door.is_intact(then)


def test_a_screen_under_a_false_hash_is_refused_by_the_database() -> None:
    wrong = "INSERT INTO audit_screen (hash, body) VALUES ('\\x00', 'x')"
    assert "audit_screen_is_what_it_says" in refusal("audit", wrong)


@pytest.mark.parametrize("word", ["UPDATE", "DELETE", "TRUNCATE"])
def test_screens_only_grow(word: str, owner_connection: psycopg.Connection) -> None:
    statement = {
        "UPDATE": "UPDATE audit_screen SET body = ''",
        "DELETE": "DELETE FROM audit_screen",
        "TRUNCATE": "TRUNCATE audit_screen",
    }[word]
    assert "permission denied" in refusal("audit", statement)
    assert "permission denied" in refusal("default", statement)
    assert "permission denied" in refusal("default", "SELECT * FROM audit_screen")
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "INSERT INTO audit_screen (hash, body) VALUES (sha256('x'::bytea), 'x'::bytea)"
        )
        with (
            pytest.raises(psycopg.Error, match="append-only"),
            owner_connection.transaction(),
        ):
            owner_connection.execute(statement.encode())


def test_one_look_is_one_statement_on_the_trail(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1, using="audit"):
        door.event(LOOK)
