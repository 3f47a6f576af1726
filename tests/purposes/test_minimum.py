"""How little may be searched for: rejected in words, allowed as wide, or simply a search."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audit.models import Event
from people import minimum
from people.criteria import CriteriaError, PersonCriteria
from people.understand import understand
from tests.officers import officer, signed_in
from tests.people_data import index
from tests.search.scopes import EVERYTHING, scope
from wmp_search.access import limits
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_models import Allowance

ANALYST = scope(*[Permission.PERSON_SEARCH, Permission.PERSON_SEARCH_WIDE])
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}


@pytest.mark.parametrize(
    "text",
    [
        "robert wick",
        "SMITH, John",
        "razor 1984",
        "razor b23",
        "wick aged 40",
        "1999/0123456X",
        "07700 900123",
        "CU/123456",
        "J 12/05/1990",
        "毛泽东 1990",
    ],
)
def test_enough_is_simply_a_search(text: str) -> None:
    assert minimum.check(understand(text), EVERYTHING) is False


@pytest.mark.parametrize("text", ["Razor", "Ng", "J Smith", "B23 7PJ", "12/05/1990", "Li"])
def test_a_wide_search_is_allowed_and_marked(text: str) -> None:
    assert minimum.check(understand(text), EVERYTHING) is True


@pytest.mark.parametrize("text", ["a", "a b", "smi*", "%", "*", "11", "0000000", "J. S."])
def test_too_little_is_refused_to_front_line_roles(text: str) -> None:
    with pytest.raises(CriteriaError):
        minimum.check(understand(text), EVERYTHING)


@pytest.mark.parametrize("text", ["a", "J. S."])
def test_analysts_may_search_for_a_letter_but_not_for_everybody(text: str) -> None:
    assert minimum.check(understand(text), ANALYST) is True
    assert minimum.check(PersonCriteria(name="wick*"), ANALYST) is True
    for everybody in ("*", "wi*", "*wick", "%"):
        with pytest.raises(CriteriaError):
            minimum.check(PersonCriteria(name=everybody), ANALYST)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["*", "%", "a", "11", "smi%"])
def test_the_box_says_so_and_nothing_is_searched(text: str) -> None:
    answer = signed_in(officer("officer")).post("/people/search", {**PURPOSE, "text": text})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not Event.objects.filter(action="person.searched").exists()


@pytest.mark.django_db
def test_a_nickname_alone_is_found_recorded_as_wide_and_limited(settings: Any) -> None:
    settings.WIDE_SEARCHES_PER_HOUR = 2
    index()
    client = signed_in(officer("officer"))
    api = {"name": "razor", "purpose": PURPOSE}
    client.post("/people/search", {**PURPOSE, "text": "Razor"}, follow=True)
    assert Event.objects.get(action="person.searched").detail["wide"] is True
    by_api = client.post("/api/v1/people/search", api, content_type="application/json")
    assert by_api.status_code == 200
    third = client.post("/people/search", {**PURPOSE, "text": "Razor"})
    assert third.status_code == 400
    assert "2 searches for very little" in third.content.decode()
    by_api = client.post("/api/v1/people/search", api, content_type="application/json")
    assert by_api.status_code == 429
    full = client.post("/people/search", {**PURPOSE, "text": "robert wick"})
    assert full.status_code == 303


@pytest.mark.django_db
def test_the_count_begins_anew_with_the_hour_and_is_forgotten_after_a_day() -> None:
    who, now = officer("officer"), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert limits.use(who.pk, "wide", most=1)
        assert not limits.use(who.pk, "wide", most=1)
        clock.shift(timedelta(hours=1))
        assert limits.use(who.pk, "wide", most=1)
        clock.shift(timedelta(days=2))
        limits.forget()
    assert not Allowance.objects.exists()
