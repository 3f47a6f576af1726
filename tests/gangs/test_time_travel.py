"""A year of memberships, day by day, beside a plain model of what should stand (issue 10, done
when 3): reviews, expiries, removals and new evidence; and what was known on every day.

The model knows days and intervals only; it shares no code with the product.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gangs import ending, keeping, standing
from gangs.checks import Wanted
from gangs.kept_models import KeptMembership, MembershipProposal
from gangs.models import Gang
from people.models import Link
from tests.crime_data import gang
from tests.gangs.kept import RATIONALE, GangsUnit, Subject, gangs_unit, report
from tests.officers import officer, signed_in, with_purpose
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of

pytestmark = pytest.mark.django_db

FIRST, DAYS, PEOPLE = date(2026, 1, 5), 365, 12
PURPOSE = Purpose("CRIME-INV", "20/123456/26")


@dataclass
class Life:
    """One person's membership in the model: until which day each stretch counts."""

    who: Subject
    stretches: list[list[date]] = field(default_factory=list)  # [first, last day that counts]
    open: bool = False  # a membership stands or would, had it not run out

    def stands(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.stretches)


@dataclass
class Year:
    """The model of the year, and for every day who stood as it was then."""

    lives: dict[int, Life]
    then: dict[date, set[int]] = field(default_factory=dict)


class Desk:
    """What the unit does, as requests without pages."""

    def __init__(self, unit: GangsUnit) -> None:
        self.unit = unit

    def as_(self, who: Any) -> Any:
        """A request of the officer, for a function that changes something."""
        from django.test import RequestFactory

        request: Any = RequestFactory().post("/")
        request.user, request.session = who, None
        request.purpose = PURPOSE
        request.scope = scope_of(who, PURPOSE)
        return request

    def propose(self, who: Subject, one: Gang, renews: KeptMembership | None, new: Any) -> None:
        from gangs import evidence

        scope = scope_of(self.unit.author, PURPOSE)
        records = {r.record_id: r for r in evidence.of_person(who.person.pk, scope)}
        grade = evidence.parse_grade("1/A/P")
        ids = [(who.arrest.pk, "conviction")] if new is None else [(new.pk, "conviction")]
        ids += [(who.arrest.pk, "conviction")] if new is not None else []
        cited = tuple(evidence.cite(records[pk], code, grade) for pk, code in dict(ids).items())
        today = timezone.localdate()
        wanted = Wanted(one, "member", cited, RATIONALE, today, today + timedelta(days=28), renews)
        keeping.propose(self.as_(self.unit.author), who.person.pk, wanted)
        made = MembershipProposal.objects.latest("pk")
        keeping.authorise(self.as_(self.unit.supervisor), made.pk)


def six_months_after(day: date) -> date:
    """By itself: the same day of the month, or the last one before it."""
    month, year = day.month + 6, day.year
    if month > 12:
        month, year = month - 12, year + 1
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            day -= timedelta(days=1)


def convicted(surname: str) -> Subject:
    """Somebody with a conviction of the last days."""
    from tests.gangs.kept import arrest
    from tests.people_data import person

    one, two = arrest(surname, role="convicted"), report(surname)
    return Subject(person(one, two), one, two)


def conviction(who: Subject) -> Any:
    """Another one, of yesterday."""
    from tests.gangs.kept import arrest

    made = arrest(role="convicted", event_on=timezone.localdate() - timedelta(days=1),
                  recorded_on=timezone.localdate())  # fmt: skip
    Link.objects.create(record=made, person=who.person, method="model", weight=12.0, run_id=1)
    return made


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def members(scope: Scope, on: date, known_at: datetime | None = None) -> set[int]:
    rows = list(standing.allowed(standing.holding(on, known_at), scope))
    return set(standing.whose(rows, scope).values())


def test_a_year_gives_the_right_list_on_every_day_and_as_known_then() -> None:
    rng = random.Random(20261130)  # noqa: S311
    with time_machine.travel(noon(FIRST), tick=False) as clock:
        unit, one = gangs_unit(), gang()
        desk, viewer = Desk(unit), officer("officer")
        year = Year({})
        for number in range(PEOPLE):
            who = convicted(f"Name{number}")
            year.lives[who.person.pk] = Life(who)
        for n in range(DAYS):
            day = FIRST + timedelta(days=n)
            clock.move_to(noon(day))
            if rng.random() < 0.5:  # the nightly task is sometimes late by days
                ending.expire()
            for life in year.lives.values():
                act(rng, desk, life, one, day)
            scope = scope_of(viewer, PURPOSE)
            expected = {pk for pk, life in year.lives.items() if life.stands(day)}
            assert members(scope, day) == expected, day
            year.then[day] = expected
        clock.move_to(noon(FIRST + timedelta(days=DAYS)))
        check_as_known_then(viewer, year)
        check_pages(unit, one, year)
    assert {row.ended for row in KeptMembership.objects.all()} >= {"", "expired", "left"}
    assert KeptMembership.objects.count() > 3 * PEOPLE


def act(rng: random.Random, desk: Desk, life: Life, one: Gang, day: date) -> None:
    """At most one thing happens to the person today."""
    drawn = rng.random()
    stood = life.stands(day)
    if not stood and drawn < 0.01:
        desk.propose(life.who, one, None, conviction(life.who))
        life.stretches.append([day, six_months_after(day)])
        return
    if not stood:
        return
    (version,) = standing.of_records(standing.holding(), [life.who.arrest.pk])
    if drawn < 0.004:
        desk.propose(life.who, one, version, conviction(life.who))
        life.stretches[-1][1] = six_months_after(day)
    elif drawn < 0.012:
        later = min(day + timedelta(days=28), version.expires_on)
        if later > day:
            ending.review(desk.as_(desk.unit.supervisor), version, later)  # moves no end
    elif drawn < 0.016:
        request = desk.as_(desk.unit.author)
        if rng.random() < 0.3:
            ending.remove(request, version, "wrong_person", "It was another man of this name")
            life.stretches.pop()
        else:
            ending.remove(request, version, "left", "He has left and works elsewhere now")
            life.stretches[-1][1] = day - timedelta(days=1)


def check_as_known_then(viewer: Any, year: Year) -> None:
    """What was known at the end of each day about that day, and what is known now about it."""
    scope = scope_of(viewer, PURPOSE)
    for day, expected in year.then.items():
        at = noon(day) + timedelta(hours=6)
        assert members(scope, day, known_at=at) == expected, day
        now_known = {pk for pk, life in year.lives.items() if life.stands(day)}
        assert members(scope, day) == now_known, day


def check_pages(unit: GangsUnit, one: Gang, year: Year) -> None:
    """After all of it: who does not stand is on no page but their own history and the trail."""
    day = FIRST + timedelta(days=DAYS)
    ended = {pk: life for pk, life in year.lives.items() if not life.stands(day)}
    assert ended
    unit.sign_in()
    clients = {"unit": unit.proposing, "officer": with_purpose(signed_in(officer("officer")))}
    history = with_purpose(signed_in(officer("disclosure")), "SAR")
    for client in clients.values():
        page = client.get(f"/gangs/{one.pk}").content.decode()
        queue = client.get("/memberships").content.decode() if client is unit.proposing else ""
        for pk, life in ended.items():
            name = life.who.arrest.surname
            assert f"Jordan {name}<" not in page
            assert f"Jordan {name}<" not in queue
            assert "Member, evidenced" not in client.get(f"/people/{pk}").content.decode()
    for pk in ended:
        if KeptMembership.objects.filter(cited__contains=[year.lives[pk].who.arrest.pk]).exists():
            told = history.get(f"/people/{pk}/gang-history").content.decode()
            assert "Canal Street Crew" in told
