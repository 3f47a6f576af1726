"""The queue, decisions on pages, doubts and recalls, over HTTP."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from ingest.resolution.run import resolve
from ingest.review.models import Decision, Recall, Task, Verdict
from people.models import Contested, Link, NominalRecord, Restriction
from tests.officers import officer, signed_in, with_purpose
from tests.resolution.loading import load
from tests.resolution.test_matching import ELSEWHERE, crowd, record
from tests.review.deciding import say
from wmp_search.access.models import Officer, Unit

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)
TWIN = {"phones": ["01213334444"]}


@pytest.fixture
def twins() -> tuple[int, int]:
    """Two people whom the model keeps apart although much is alike: a grey pair. Their ids."""
    load(
        [
            record("Daniel", "Cartwright", BORN, **TWIN),
            record("Daniel", "Cartwright", BORN, **TWIN),
            record("Matthew", "Cartwright", BORN, **TWIN),
            record("Matthew", "Cartwright", BORN, **TWIN),
        ]
    )
    load(crowd(people=60), first_id=1000)
    resolve()
    return person_of(1), person_of(3)


def test_a_statement_stands_beside_the_value_and_what_is_restricted_decides_nothing(
    twins: tuple[int, int],
) -> None:
    client = client_of("analyst")
    task = grey(*twins)
    before = client.get(f"/matches/{task.pk}").content.decode()
    Contested.objects.create(
        person_id=twins[0], records=[1, 2], kind="identifiers", value="01213334444",
        nature="fact", statement="That is my brother's phone", stated_by="Daniel Cartwright",
        stated_on=date(2026, 1, 9), basis="Letter", ground="accuracy",
        restricted_at=timezone.now(), recorded_by=officer("disclosure"),
    )  # fmt: skip
    after = client.get(f"/matches/{task.pk}").content.decode()
    assert "That is my brother" in after
    assert 'class="wmp-restricted">01213334444<' in after
    assert after.count("Agree</strong>") == before.count("Agree</strong>") - 1


def person_of(record_id: int) -> int:
    return Link.objects.get(record=record_id).person_id


def client_of(*roles: str, who: Officer | None = None) -> Client:
    return with_purpose(signed_in(who or officer(*roles)))


def grey(left: int, right: int) -> Task:
    """The task that the run left for the two, or one like it."""
    found = Task.objects.filter(kind="pair", left_person=left, right_person=right).first()
    assert found is not None
    return found


def answer(client: Client, task: Task, verdict: str, **more: str) -> Any:
    page = client.get(f"/matches/{task.pk}").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen, page
    return client.post(
        f"/matches/{task.pk}",
        {"verdict": verdict, "ground": "whole", "seen": seen[1], **more},
    )


def test_a_run_leaves_grey_pairs_and_answers_are_not_asked_again(twins: tuple[int, int]) -> None:
    task = grey(*twins)
    assert task.weight is not None
    analyst = client_of("analyst")
    assert answer(analyst, task, "different").status_code == 302
    decision = Decision.objects.get()
    assert (decision.verdict, sorted(decision.records)) == (Verdict.DIFFERENT, [1, 2, 3, 4])
    assert decision.seconds is not None
    assert decision.seconds < 60
    resolve(force=True)
    assert not Task.objects.filter(closed_at=None, left_person=twins[0], kind="pair").exists()
    # new evidence: it is asked again
    decision.refresh_from_db()
    NominalRecord.objects.filter(pk__in=[1, 3]).update(
        changed_at="2100-01-01T00:00:00Z", emails=["d@example.org"]
    )
    resolve()
    assert decision.state == Decision.State.STANDING


def test_both_sides_stand_beside_each_other_with_three_equal_answers(
    twins: tuple[int, int],
) -> None:
    page = client_of("analyst").get(f"/matches/{grey(*twins).pk}").content.decode()
    for words in ("Daniel Cartwright", "Matthew Cartwright", "For and against, by model"):
        assert words in page
    buttons = re.findall(r'<button [^>]*value="(\w+)" class="([^"]+)" data-key', page)
    assert [value for value, _ in buttons] == ["same", "different", "unsure"]
    assert len({css for _, css in buttons}) == 1
    event = Event.objects.filter(action=Action.MATCHES_VIEWED).latest("at")
    assert event.subject_ids == [str(pk) for pk in twins]


def test_same_makes_one_person_and_undoing_on_the_page_makes_two_again(
    twins: tuple[int, int],
) -> None:
    analyst = client_of("analyst")
    answer(analyst, grey(*twins), "same")
    assert person_of(1) == person_of(3)
    pk = Decision.objects.get().pk
    analyst.post(f"/matches/decisions/{pk}", {"what": "undo", "reason": "They are twin brothers"})
    assert (person_of(1), person_of(3)) == twins
    actions = Event.objects.filter(action__startswith="match.").values_list("action", flat=True)
    assert sorted(actions) == ["match.decided", "match.undone"]


def test_high_impact_needs_a_second_person_who_is_somebody_else(twins: tuple[int, int]) -> None:
    unit = Unit.objects.get_or_create(name="Central")[0]
    first = officer("analyst")
    Restriction.objects.create(
        person_id=twins[0], level="covert", reason="A running operation", owner_unit=unit,
        owner=first, records=[1, 2], review_on="2099-01-01", set_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    mine = client_of(who=first)
    answer(mine, grey(*twins), "same")
    decision = Decision.objects.get()
    assert (decision.state, decision.impact) == (Decision.State.WAITING, ["a restriction"])
    address = f"/matches/decisions/{decision.pk}"
    sent = {"what": "confirm", "reason": "I compared the records as well"}
    mine.post(address, sent)
    decision.refresh_from_db()
    assert decision.state == Decision.State.WAITING
    assert person_of(1) != person_of(3)
    client_of("analyst").post(address, sent)
    decision.refresh_from_db()
    assert decision.state == Decision.State.STANDING
    assert person_of(1) == person_of(3)


def test_two_analysts_do_not_get_the_same_task(twins: tuple[int, int]) -> None:
    one, other = client_of("analyst"), client_of("analyst")
    first, second = (c.post("/matches/next")["Location"] for c in (one, other))
    assert first != second or first == "/matches"
    assert one.get(first).status_code == 200
    assert other.get(first).status_code == 404


def test_an_officer_sees_two_people_apart_in_one_tap_and_only_that_officer(
    twins: tuple[int, int],
) -> None:
    say(officer("analyst"), Verdict.SAME, [1], [3])
    pk = person_of(1)
    mine, others = client_of("officer"), client_of("officer")
    assert "Two different people?" in mine.get(f"/people/{pk}").content.decode()
    page = mine.post(f"/people/{pk}/two-people", follow=True).content.decode()
    assert "Person 1 of 2" in page
    assert "Person 2 of 2" in page
    assert "Person 1 of 2" not in others.get(f"/people/{pk}").content.decode()
    task = Task.objects.get(kind=Task.Kind.REPORT)
    assert sorted(map(sorted, task.sides)) == [[1, 2], [3, 4]]
    assert Event.objects.filter(action=Action.MATCH_DOUBTED).count() == 1
    first = client_of("analyst").post("/matches/next")["Location"]
    assert first == f"/matches/{task.pk}"


def test_who_saw_a_person_that_was_two_is_told_and_nobody_else(twins: tuple[int, int]) -> None:
    analyst = officer("analyst")
    joined = say(analyst, Verdict.SAME, [1], [3])
    pk = person_of(1)
    saw = officer("officer")
    mine, others = client_of(who=saw), client_of("officer")
    mine.get(f"/people/{pk}")
    desk = client_of(who=analyst)
    desk.post(
        f"/matches/decisions/{joined.pk}", {"what": "undo", "reason": "They are twin brothers"}
    )
    recall = Recall.objects.get()
    assert (recall.officer, recall.person) == (saw, pk)
    home = mine.get("/").content.decode()
    assert "A person you looked at was wrong" in home
    assert all(f'/people/{now}"' in home for now in recall.now)
    assert "A person you looked at was wrong" not in others.get("/").content.decode()
    assert others.post(f"/recalls/{recall.pk}/read").status_code == 404
    mine.post(f"/recalls/{recall.pk}/read")
    assert "A person you looked at was wrong" not in mine.get("/").content.decode()
    actions = [Action.RECALL_SENT, Action.RECALL_READ]
    assert Event.objects.filter(action__in=actions).count() == 2


def test_a_recall_names_nobody_whom_the_officer_may_not_see(twins: tuple[int, int]) -> None:
    analyst = officer("analyst")
    joined = say(analyst, Verdict.SAME, [1], [3])
    mine = client_of("officer")
    mine.get(f"/people/{person_of(1)}")
    client_of(who=analyst).post(
        f"/matches/decisions/{joined.pk}", {"what": "undo", "reason": "They are twin brothers"}
    )
    hidden = twins[1]
    Restriction.objects.create(
        person_id=hidden, level="restricted", reason="A witness", owner=analyst,
        owner_unit=Unit.objects.get(name="Central"), records=[3, 4], review_on="2099-01-01",
        set_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    home = mine.get("/").content.decode()
    assert f'/people/{twins[0]}"' in home
    assert f'/people/{hidden}"' not in home


def test_tasks_and_reasons_of_hidden_people_do_not_exist(twins: tuple[int, int]) -> None:
    task, owner = grey(*twins), officer("supervisor", in_unit="Sapphire")
    Restriction.objects.create(
        person_id=twins[0], level="restricted", reason="A witness", owner=owner,
        owner_unit=Unit.objects.get(name="Sapphire"), records=[1, 2], review_on="2099-01-01",
        set_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    analyst = client_of("analyst")
    assert analyst.get(f"/matches/{task.pk}").status_code == 404
    assert f"/matches/{task.pk}" not in analyst.get("/matches").content.decode()
    assert analyst.get(f"/people/{twins[0]}/why").status_code == 404
    assert analyst.post(f"/people/{twins[0]}/two-people").status_code == 404


def test_an_officer_may_ask_why_but_decide_nothing(twins: tuple[int, int]) -> None:
    load([record("Dan", "Cartwright", BORN, addresses=[ELSEWHERE], **TWIN)], first_id=6)
    resolve()
    client = client_of("officer")
    page = client.get(f"/people/{person_of(1)}/why").content.decode()
    assert "Why these records are together" in page
    assert client.get("/matches").status_code == 403
    assert Event.objects.filter(action=Action.MATCH_EXPLAINED).count() == 1


def test_an_analyst_parts_a_person_record_by_record(twins: tuple[int, int]) -> None:
    mine = client_of("officer")
    pk = person_of(1)
    mine.post(f"/people/{pk}/two-people")
    task = Task.objects.get(kind=Task.Kind.REPORT)
    answer(client_of("analyst"), task, "different", **{"record-1": "left", "record-2": "right"})
    assert person_of(1) != person_of(2)
    task.refresh_from_db()
    assert task.answer == Verdict.DIFFERENT
    assert Recall.objects.count() == 0  # the officer reported it, and has only seen the page after
