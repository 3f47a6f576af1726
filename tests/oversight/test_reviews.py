"""The reviewers' queue: what is in it, who may decide, the officer's reply, what is overdue."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.actions import Action
from audit.models import Event
from audit.oversight import collect
from audit.oversight.models import Alert, HrHash, Notice, ReviewItem, SeenEvent
from tests.officers import officer, reading, signed_in, unit
from tests.oversight.trail import NOW, collect_at, did, viewed
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def client_of(who: Officer) -> Client:
    """Signed in, and having said why the trail is read."""
    return reading(signed_in(who))


def unmasked(who: Officer, **fields: Any) -> ReviewItem:
    """An item of the kind that any supervisor of the unit may take."""
    event = did(who, Action("person.unmasked"), 41, **fields)
    collect_at()
    return ReviewItem.objects.get(event_id=event)


@pytest.fixture(autouse=True)
def _at_ten() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def test_emergency_access_and_uncovered_details_are_to_be_reviewed_within_a_day() -> None:
    constable = officer("officer")
    item = unmasked(constable)
    assert (item.kind, item.due_at) == ("unmask", NOW + timedelta(hours=24))
    did(constable, Action("break_glass.opened"))
    did(constable, Action("purpose.justified"))
    collect_at()
    due = dict(ReviewItem.objects.values_list("kind", "due_at"))
    assert due["break_glass"] == NOW + timedelta(hours=24)
    assert due["challenge"] == NOW + timedelta(days=7)


def test_an_event_is_read_once_even_if_it_commits_late() -> None:
    constable = officer("officer")
    unmasked(constable)
    assert collect_at() == 0
    did(constable, Action("person.unmasked"), 42, at=NOW - timedelta(minutes=5))
    assert collect_at(NOW + timedelta(seconds=60)) == 1
    assert ReviewItem.objects.count() == 2
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        did(constable, Action("person.unmasked"), 43, at=NOW + timedelta(minutes=59))
        assert collect.run() == 1
    assert not SeenEvent.objects.filter(at__lt=NOW + timedelta(minutes=30)).exists()


def test_a_supervisor_reviews_with_what_was_on_the_screen_and_it_is_recorded() -> None:
    constable, sergeant = officer("officer", username="jones"), officer("supervisor")
    item = unmasked(constable)
    client = client_of(sergeant)
    assert "Hidden details uncovered" in client.get("/reviews").content.decode()
    page = client.get(f"/reviews/{item.pk}").content.decode()
    assert "jones" in page
    assert "20/123456/26" in page
    client.post(f"/reviews/{item.pk}", {"outcome": "justified", "words": ""})
    item.refresh_from_db()
    assert (item.state, item.outcome, item.decided_by) == ("done", "justified", sergeant.pk)
    row = Event.objects.get(action=Action.REVIEW_DECIDED)
    assert row.detail == {**row.detail, "item": item.pk, "before": "open", "outcome": "justified"}
    assert "Nothing waits for you" in client.get("/reviews").content.decode()


@pytest.mark.parametrize("whose", ["own", "household", "other unit"])
def test_nobody_reviews_themselves_their_household_or_another_unit(whose: str) -> None:
    sergeant, other = officer("supervisor"), officer("officer")
    if whose == "household":
        for one in (sergeant, other):
            HrHash.objects.create(
                officer_id=one.pk, relation="self", kind="address", digest=b"the same home"
            )
    if whose == "other unit":
        other = officer("officer", in_unit="Harbour")
    item = unmasked(sergeant if whose == "own" else other)
    client = client_of(sergeant)
    assert f"/reviews/{item.pk}" not in client.get("/reviews").content.decode()
    assert client.get(f"/reviews/{item.pk}").status_code == 404
    answer = client.post(f"/reviews/{item.pk}", {"outcome": "justified"})
    assert answer.status_code == 404


def test_a_question_goes_to_the_officers_own_page_and_the_reply_comes_back() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    item = unmasked(constable)
    reviewer, asked = client_of(sergeant), signed_in(constable)
    reviewer.post(f"/reviews/{item.pk}", {"outcome": "ask", "words": "Which crime was this?"})
    assert "1 question about your searches" in asked.get("/").content.decode()
    assert "Which crime was this?" in asked.get("/for-you").content.decode()
    asked.post("/for-you", {"item": item.pk, "reply": "The burglary in Lime Tree Avenue"})
    assert "Officer replied" in reviewer.get("/reviews").content.decode()
    assert "Lime Tree" in reviewer.get(f"/reviews/{item.pk}").content.decode()
    assert Event.objects.filter(action=Action.REVIEW_ANSWERED, officer_id=constable.pk).exists()


def test_the_start_page_tells_supervisor_owner_and_standards_what_waits() -> None:
    looker, owner, sergeant = officer("officer"), officer("officer"), officer("supervisor")
    told = [{"person": 77, "level": "covert", "officer": owner.pk, "unit": None}]
    unmasked(looker, detail={"owner": told})
    did(looker, Action.BREAK_GLASS_OPENED)
    collect_at(NOW + timedelta(seconds=40))
    canary = {"score": 1, "first_at": NOW, "last_at": NOW, "raised_at": NOW}
    Alert.objects.create(rule="canary", key="1", officer_id=looker.pk, **canary)
    pages = {who: signed_in(who) for who in (looker, owner, sergeant)}
    standards = signed_in(officer("professional-standards"))
    assert "1 new look at records that you limit" in pages[owner].get("/").content.decode()
    assert "2 looks to review" in pages[sergeant].get("/").content.decode()
    shown = standards.get("/").content.decode()
    assert "1 new alert" in shown
    assert "1 use of emergency access not reviewed yet" in shown
    assert not pages[looker].get("/").context["oversight"]
    for who in (looker, owner, sergeant):
        assert "alert" not in pages[who].get("/").content.decode().casefold()
    pages[owner].get("/for-you")
    assert "records that you limit" not in pages[owner].get("/").content.decode()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        late = signed_in(sergeant).get("/").content.decode()
    assert "2 are overdue" in late


def test_nobody_answers_for_somebody_else() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    item = unmasked(constable)
    client_of(sergeant).post(f"/reviews/{item.pk}", {"outcome": "ask", "words": "Which crime?"})
    answer = signed_in(officer("officer")).post("/for-you", {"item": item.pk, "reply": "No"})
    assert answer.status_code == 404


def test_a_question_and_a_referral_need_words() -> None:
    item = unmasked(officer("officer"))
    client = client_of(officer("supervisor"))
    for outcome in ("ask", "refer", ""):
        shown = client.post(f"/reviews/{item.pk}", {"outcome": outcome}).content.decode()
        assert "There is a problem" in shown
    item.refresh_from_db()
    assert item.state == "open"


def test_a_referral_is_known_to_professional_standards_only() -> None:
    constable, sergeant = officer("officer"), officer("supervisor")
    item = unmasked(constable)
    client = client_of(sergeant)
    client.post(f"/reviews/{item.pk}", {"outcome": "refer", "words": "A former partner"})
    assert Alert.objects.get(rule="referred").officer_id == constable.pk
    colleague = client_of(officer("supervisor"))
    assert "efer" not in colleague.get("/audit").content.decode().split("<table")[1]
    assert "possible misuse" not in colleague.get("/audit").content.decode()
    row = Event.objects.get(action=Action.REVIEW_DECIDED)
    assert row.detail["outcome"] == "reviewed"
    assert "former partner" not in signed_in(constable).get("/for-you").content.decode()


def test_what_is_overdue_is_shown_to_the_next_level_with_who_does_not_review() -> None:
    late, sergeant = unmasked(officer("officer", in_unit="Harbour")), officer("supervisor")
    ReviewItem.objects.filter(pk=late.pk).update(reviewer_id=sergeant.pk)
    chief = client_of(officer("supervisor", in_unit="Headquarters"))
    assert f"/reviews/{late.pk}" not in chief.get("/reviews").content.decode()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        chief = client_of(officer("supervisor", in_unit="Headquarters"))
        shown = chief.get("/reviews").content.decode()
        assert f"/reviews/{late.pk}" in shown
        assert "Overdue" in shown
        assert str(sergeant) in chief.get("/reviews/supervisors").content.decode()
        assert client_of(sergeant).get("/reviews/supervisors").status_code == 404


def test_the_owner_of_a_covert_record_is_told_and_the_looker_is_not() -> None:
    owner, looker = officer("officer"), officer("officer")
    told = [{"person": 41, "level": "covert", "officer": owner.pk, "unit": unit("Central").pk}]
    viewed(looker, 41, detail={"owner": told})
    viewed(owner, 41, detail={"owner": told})
    collect_at()
    assert [n.kind for n in Notice.objects.all()] == ["covert"]
    shown = signed_in(owner).get("/for-you").content.decode()
    assert looker.username in shown
    assert "covert" not in signed_in(looker).get("/for-you").content.decode().casefold()
    supervisor = signed_in(officer("supervisor"))
    assert looker.username in supervisor.get("/for-you").content.decode()


def test_reading_asks_for_one_of_the_four_purposes_of_the_law_once_in_half_an_hour() -> None:
    client = signed_in(officer("supervisor"))
    assert client.get("/reviews")["Location"] == "/audit/purpose?next=%2Freviews"
    assert (
        "There is a problem"
        in client.post("/audit/purpose", {"code": "curiosity"}).content.decode()
    )
    answer = client.post("/audit/purpose", {"code": "integrity", "next": "/reviews"})
    assert answer["Location"] == "/reviews"
    assert client.get("/audit").status_code == 200
    row = Event.objects.get(action=Action.AUDIT_VIEWED)
    assert row.detail["reading_purpose"] == "integrity"
    with time_machine.travel(LATER + timedelta(minutes=31), tick=False):
        client.get("/for-you")  # keeps nothing but the session alive
        assert client.get("/audit").status_code == 302


def test_the_queue_costs_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    client = client_of(officer("supervisor"))
    client.get("/reviews")
    for _ in range(5):
        unmasked(officer("officer"))
    with django_assert_num_queries(3, using="audit"):  # household, items, the row of this read
        client.get("/reviews")
