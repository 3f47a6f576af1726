"""Recent people, feedback, the survey and the figures of use, seen from outside."""

import re

import pytest
from django.utils import timezone

from audit.models import Event
from people.models import NominalRecord, Person
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.desk.models import Feedback, Recent, SurveyAnswer, SurveyTaken, TaskTime

pytestmark = pytest.mark.django_db
SAID = {"kind": "wrong", "text": "The date of birth is out of date"}


def test_who_was_opened_stands_among_the_own_recent_people_and_nobody_elses() -> None:
    someone = person(record("custody", given_names="Robert", surname="Featherstone"))
    mine = with_purpose(signed_in(officer("officer")))
    mine.get(f"/people/{someone.pk}")
    assert "Robert Featherstone" in mine.get("/recent").content.decode()
    other = with_purpose(signed_in(officer("officer")))
    assert "Featherstone" not in other.get("/recent").content.decode()
    rows = Event.objects.filter(action="person.searched").values_list("subject_ids", flat=True)
    assert sorted(rows) == [[], [str(someone.pk)]]


def test_recent_people_honour_the_access_of_now_and_tell_what_changed() -> None:
    seen = person(record("custody", surname="Featherstone"))
    hidden = person(record("domestic_abuse", surname="Quillfeather"))
    who = officer("officer")
    client = with_purpose(signed_in(who))
    client.get(f"/people/{seen.pk}")
    Recent.objects.create(
        officer=who, person_id=hidden.pk, version=3, seen_at=Recent.objects.get().seen_at
    )
    assert "Changed since you looked" not in client.get("/recent").content.decode()
    Person.objects.filter(pk=seen.pk).update(
        version=4
    )  # by evidence that the officer is not shown
    NominalRecord.objects.filter(system="domestic_abuse").update(changed_at=timezone.now())
    assert "Changed since you looked" not in client.get("/recent").content.decode()
    assert "changed since)" not in client.get("/").content.decode()
    NominalRecord.objects.filter(link__person=seen.pk).update(changed_at=timezone.now())
    page = client.get("/recent").content.decode()
    assert "Changed since you looked" in page
    assert "(1 changed since)" in client.get("/").content.decode()
    page = client.get(f"/people/{seen.pk}").content.decode()
    assert re.search(r"Since you last looked on .*: 1 record new or changed", page)
    page = client.get(f"/people/{seen.pk}").content.decode()
    assert re.search(r"Since you last looked on .*: nothing new", page)
    assert "Quillfeather" not in page


def test_recent_people_need_a_purpose_and_are_not_on_the_start_page() -> None:
    someone = person(record("custody", surname="Featherstone"))
    client = with_purpose(signed_in(officer("officer")))
    client.get(f"/people/{someone.pk}")
    assert "Featherstone" not in client.get("/").content.decode()
    assert signed_in(officer("officer")).get("/recent").status_code == 302


def test_feedback_keeps_the_kind_of_page_and_no_id_or_name_without_consent() -> None:
    client = signed_in(officer("officer"), HTTP_REFERER="http://testserver/people/4711")
    page = client.get("/feedback").content.decode()
    came_from = re.search(r'name="page" value="([^"]*)"', page)
    assert came_from is not None
    assert client.post("/feedback", {**SAID, "page": came_from[1]}).status_code == 302
    kept = Feedback.objects.get()
    assert (kept.route, kept.address, kept.officer, kept.device) == (
        *("person", "", None),
        "desktop",
    )


def test_feedback_keeps_address_and_name_where_both_boxes_are_ticked() -> None:
    who = officer("officer")
    ticked = {"page": "/people/4711?all", "with_page": "on", "with_name": "on"}
    signed_in(who).post("/feedback", {**SAID, **ticked})
    kept = Feedback.objects.get()
    assert (kept.address, kept.officer) == ("/people/4711", who)


def test_feedback_without_words_says_what_is_missing() -> None:
    answer = signed_in(officer()).post("/feedback", {"kind": "idea"})
    assert answer.status_code == 400
    assert "Tell us what it is" in answer.content.decode()


def test_what_the_product_team_answers_stands_under_you_said_we_did() -> None:
    signed_in(officer("officer")).post("/feedback", SAID)
    team = signed_in(officer("product"))
    assert "out of date" in team.get("/feedback/all").content.decode()
    kept = Feedback.objects.get()
    decided = {"state": "done", "summary": "Old dates", "answer": "Each value shows its day"}
    assert team.post(f"/feedback/{kept.pk}", decided).status_code == 302
    page = signed_in(officer()).get("/you-said-we-did").content.decode()
    assert "Old dates" in page
    assert "Each value shows its day" in page
    assert "The date of birth is out of date" not in page  # not what was typed


def test_a_survey_is_answered_once_a_quarter_and_by_nobody_in_particular() -> None:
    client = signed_in(officer("officer"))
    for _ in range(2):
        client.post("/survey", {"rely": "4", "integrated": "2"})
    assert list(SurveyAnswer.objects.values_list("rely", "integrated")) == [(4, 2)]
    assert SurveyTaken.objects.count() == 1
    assert {f.name for f in SurveyAnswer._meta.get_fields()} == {"id", "on", "rely", "integrated"}


def test_few_answers_are_not_told() -> None:
    signed_in(officer("officer")).post("/survey", {"rely": "4", "integrated": "2"})
    page = signed_in(officer("product")).get("/feedback/all").content.decode()
    assert "Fewer than 5 answers" in page


def test_the_time_from_search_to_person_is_counted_once_without_the_trail() -> None:
    someone = person(record("custody", given_names="Robert", surname="Featherstone"))
    index()
    client = signed_in(officer("officer"))
    asked = {"text": "featherstone", "code": "CRIME-INV", "reference": "20/123456/26"}
    client.post("/people/search", asked, follow=True)
    for _ in range(2):
        assert client.get(f"/people/{someone.pk}").status_code == 200
    (row,) = TaskTime.objects.all()
    assert (row.within, row.count) == (5, 1)


def test_the_start_page_teaches_a_newcomer_and_tells_how_fresh_it_is() -> None:
    page = signed_in(officer("officer")).get("/").content.decode()
    assert '<details class="wmp-section" open>' in page
    assert "Nothing was delivered yet" in page
