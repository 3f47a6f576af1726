"""What moves beyond a limit is told to the panel until it is answered; how the product is used."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from ingest.models import ResolutionRun
from ingest.review.models import Task, Verdict
from tests.officers import officer, signed_in
from tests.people_data import index, person, record
from wmp_search.access.models import Opening
from wmp_search.desk.models import SearchUse
from wmp_search.panel import drift, use
from wmp_search.panel.models import Notice

pytestmark = pytest.mark.django_db


def run(people: int, weights: dict[str, int], records: int = 1000) -> None:
    ResolutionRun.objects.create(
        state="done", model_version="0002", records=records, people=people,
        report={"weights": weights, "input": {"whole": True}}, finished_at=timezone.now(),
    )  # fmt: skip


def answers(count: int, against: int, days_ago: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Task.objects.bulk_create(
        Task(kind="pair", left_person=1, right_person=2, worth=1, opened_at=at, closed_at=at,
             answer=Verdict.SAME if n < against else Verdict.DIFFERENT)
        for n in range(count)
    )  # fmt: skip


def page(client: Client) -> str:
    return client.get("/panel").content.decode()


def test_injected_drift_is_a_notice_with_a_banner_until_the_force_answers() -> None:
    run(900, {"10": 500, "20": 500})
    run(905, {"10": 510, "20": 490})
    client = signed_in(officer("ethics"))
    assert drift.watch() == 0
    assert "Nothing has moved beyond its limit" in page(client)
    run(800, {"10": 100, "20": 900})
    assert drift.watch() == 2
    assert drift.watch() == 0, "the same change is told once"
    assert set(Notice.objects.values_list("measure", flat=True)) == {"weights", "matched"}
    shown = page(client)
    assert "2 changes are beyond a limit and not answered by the force" in shown
    assert "Records that stand with another, change in points: 10.50" in shown
    with pytest.raises(CommandError, match="what follows"):
        call_command("answer_notice", Notice.objects.first().pk, by="DPO", answer="fine")  # type: ignore[union-attr]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(answered_at=timezone.now())
    for notice in Notice.objects.all():
        call_command("answer_notice", notice.pk, by="Head of data", answer="A feed came anew")
    shown = page(client)
    assert "beyond a limit and not answered" not in shown
    assert "Head of data: A feed came anew" in shown


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [((60, 30), (60, 6), True), ((60, 8), (60, 6), False), ((40, 30), (60, 6), False)],
    ids=["more overrides", "hardly more", "too few to say"],
)
def test_answers_against_the_model_are_watched(
    now: tuple[int, int], before: tuple[int, int], told: bool
) -> None:
    answers(*now, days_ago=10)
    answers(*before, days_ago=100)
    assert (drift.watch() == 1) is told


def searched(name: str, client: Any) -> str:
    asked = {"text": name, "code": "CRIME-INV", "reference": "20/123456/26"}
    return str(client.post("/people/search", asked, follow=True).redirect_chain[-1][0])


def test_a_search_is_counted_once_with_its_reason_and_the_tradition_of_its_name() -> None:
    person(record("custody", given_names="Piotr", surname="Nowak"))
    index()
    client = signed_in(officer("officer"))
    address = searched("Piotr Nowak", client)
    client.get(address)
    client.get(f"{address}?page=1")
    searched("Agnieszka Wisniewska", client)
    rows = SearchUse.objects.values_list("purpose", "tradition", "searches", "nobody")
    assert list(rows) == [("CRIME-INV", "Polish", 2, 1)]
    month = timezone.localdate().replace(day=1)
    assert SearchUse.objects.get().month == month


def kept(purpose: str, tradition: str, searches: int, nobody: int) -> None:
    month = use.last_month()
    SearchUse.objects.create(
        month=month, purpose=purpose, tradition=tradition, searches=searches, nobody=nobody
    )


def test_the_page_of_use_tells_months_that_are_over_and_hides_small_numbers() -> None:
    kept("CRIME-INV", "Polish", 60, 30)
    kept("CRIME-INV", "British, Irish and Caribbean", 600, 60)
    kept("STOP", "Somali", 3, 1)
    kept("STOP", "", 4, 4)
    SearchUse.objects.create(
        month=timezone.localdate().replace(day=1), purpose="MISSING", tradition="", searches=77,
        nobody=0,
    )  # fmt: skip
    at = timezone.now() - timedelta(days=timezone.localdate().day + 3)
    who = officer("officer")
    for n in range(6):
        Opening.objects.create(
            officer=who, kind="break_glass", reason=f"A threat to life {n}", opened_at=at,
            closes_at=at,
        )  # fmt: skip
    client = signed_in(officer("ethics"))
    shown = client.get("/panel/search-use").content.decode()
    assert "50.0 (37.7 to 62.3)" in shown
    assert "13.7 (" in shown  # all: 91 of 663
    assert "660" in shown
    assert "77" not in shown[shown.index("<main") :].replace("&#x27;", ""), "the month still runs"
    assert "nobody can search or filter by ethnicity" in shown
    assert shown.count("Too few") >= 1
    assert drift.watch() == 1
    assert "Polish" in Notice.objects.get().about
    assert signed_in(officer("officer")).get("/panel/search-use").status_code == 403


def test_small_reasons_are_hidden_together_with_what_gives_them_away() -> None:
    kept("STOP", "", 2, 0)
    kept("CRIME-INV", "", 50, 0)
    kept("MISSING", "", 500, 0)
    rows = {label: words for label, words, _ in use.figures()["reasons"]}
    assert sorted(rows.values()) == ["500", "fewer than 5", "not shown"]
    with time_machine.travel(timezone.now() + timedelta(days=62)):
        assert use.figures()["reasons"] == []
