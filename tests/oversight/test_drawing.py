"""The daily sample: by lot, by risk, by waiting; nobody can choose it and anybody can check it."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.actions import Action
from audit.models import Event
from audit.oversight import drawing, lottery
from audit.oversight.lottery import Candidate, Reviewers
from audit.oversight.models import Draw, ReviewItem
from tests.officers import officer
from tests.oversight.trail import NOW, viewed

DAY = date(2026, 10, 6)
NIGHT = NOW + timedelta(hours=19)
TWO = Reviewers(units={1: [901, 902]})


def box(count: int, **fields: Any) -> list[Candidate]:
    return [Candidate(event_id=f"e{n}", officer_id=n, unit_id=1, **fields) for n in range(count)]


def drawn(*args: Any, **kwargs: Any) -> list[tuple[str, int | None]]:
    return [(p.candidate.event_id, p.reviewer_id) for p in lottery.draw(*args, **kwargs)]


def test_the_seed_alone_decides_and_the_order_of_the_box_does_not() -> None:
    mixed = box(40)
    random.Random(3).shuffle(mixed)  # noqa: S311
    first = drawn("seed", box(40), TWO, each=3)
    assert first == drawn("seed", mixed, TWO, each=3)
    assert first != drawn("another seed", box(40), TWO, each=3)


def test_every_supervisor_gets_as_many_and_no_officer_is_drawn_twice_a_day() -> None:
    twice = [*box(40), *(Candidate(f"f{n}", n, 1) for n in range(40))]
    picks = lottery.draw("seed", twice, TWO, each=3)
    assert Counter(p.reviewer_id for p in picks) == {901: 3, 902: 3}
    assert len({p.candidate.officer_id for p in picks}) == 6


def test_risk_makes_a_draw_more_likely_and_never_sure() -> None:
    risky = [*box(9), Candidate("risky", 9, 1, weight=5.0)]
    one = Reviewers(units={1: [901]})
    hits = sum(drawn(f"seed {n}", risky, one, each=1)[0][0] == "risky" for n in range(600))
    assert 150 < hits < 280  # 5 of 14: 214 of 600, three standard deviations each way


def test_nobody_reviews_themselves_their_household_or_their_own_reviewer() -> None:
    given = Reviewers(
        units={1: [1, 2, 3]},
        barred=frozenset([frozenset((1, 2))]),
        reviewed_by=frozenset([(3, 1)]),
    )
    picks = lottery.draw("seed", box(4), given, each=9)
    pairs = {(p.reviewer_id, p.candidate.officer_id) for p in picks}
    assert not pairs & {(1, 1), (2, 2), (3, 3), (1, 2), (2, 1), (1, 3)}
    assert not {(b, a) for a, b in pairs} & pairs


def test_who_waits_comes_first_and_after_ten_days_whatever_the_number() -> None:
    waiting = [*box(20), *(Candidate(f"due{n}", 50 + n, 1, due=11) for n in range(8))]
    picks = lottery.draw("seed", waiting, Reviewers(units={1: [901]}), each=3)
    assert {p.candidate.event_id for p in picks} == {f"due{n}" for n in range(8)}
    assert all(p.reviewer_id == 901 for p in picks)


@pytest.fixture
def _a_day_of_work(db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        officer("supervisor")
    for n in range(5):
        viewed(officer("officer"), 40 + n)


def draw(day: date = DAY) -> int:
    with time_machine.travel(NIGHT + (day - DAY), tick=False):
        return drawing.draw(day)


@pytest.mark.usefixtures("_a_day_of_work")
def test_a_day_is_drawn_once_and_can_be_drawn_again_by_anybody() -> None:
    assert (draw(), draw()) == (3, 0)
    assert ReviewItem.objects.filter(kind="sample").count() == 3
    assert all(one.is_right for one in drawing.check(DAY))
    call_command("review_verify_draw", DAY.isoformat(), verbosity=0)


@pytest.mark.usefixtures("_a_day_of_work")
@pytest.mark.parametrize("what", ["picks", "seed", "late event"])
def test_a_draw_that_was_touched_is_not_confirmed(what: str) -> None:
    draw()
    made = Draw.objects.get(day=DAY)
    if what == "picks":
        made.picks = made.picks[1:]
    if what == "seed":
        made.seed = "0" * 64
    made.save()
    if what == "late event":
        viewed(officer("officer"), 77)  # slipped into the day afterwards
    with pytest.raises(CommandError):
        call_command("review_verify_draw", DAY.isoformat(), verbosity=0)


@pytest.mark.usefixtures("_a_day_of_work")
def test_the_secret_of_a_day_was_promised_before_it_began(settings: Any) -> None:
    draw(DAY - timedelta(days=2))
    draw()
    assert all(one.is_right for one in drawing.check(DAY))
    told = Event.objects.filter(action=Action.REVIEW_DRAWN).order_by("at")
    assert told[0].detail["next_promise"] == drawing.promise(told[1].detail["secret"])
    later = DAY + timedelta(days=2)
    settings.OVERSIGHT_DRAW_KEY = "a key that somebody likes better"
    draw(later)
    wrong = [one.what for one in drawing.check(later) if not one.is_right]
    assert wrong == ["The secret is the one that was promised"]


@pytest.mark.django_db
def test_a_day_that_was_never_drawn_is_not_confirmed() -> None:
    assert [one.is_right for one in drawing.check(DAY)] == [False]
