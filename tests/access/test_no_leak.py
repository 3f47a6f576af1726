"""No surface gives a hidden person away: each officer, purpose, person and surface, by hypothesis.

The population is built once; every example asks the real pages and compares them with an oracle
that decides by the words of the rule. Every route of the registry must stand in `surfaces`: with
how to ask it, or with why it shows nobody. So facets, suggestions, graphs and exports cannot come
without being asked here.
"""

import re
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from people.index import SPEC
from people.rule import findable, index_filter, told_apart, visible
from tests.access import test_every_route as registry
from tests.access.population import (
    PEOPLE,
    PHONE,
    POSTCODE,
    PURPOSES,
    STAFF,
    SURNAME,
    VEHICLE,
    World,
    build,
)
from tests.access.surfaces import SURFACES, WITHOUT_PEOPLE
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope, Tier
from wmp_search.search import client as search_client

pytestmark = pytest.mark.django_db

Key = tuple[int, str]  # who asks: place in STAFF and purpose
SUPERVISOR = next(place for place, (role, _) in enumerate(STAFF) if role == "supervisor")


class Answers:
    """What each surface answered, asked once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ask = cache(self._ask)
        self.projections = cache(self._projections)

    def _ask(self, surface: str, key: Key, target: int) -> str:
        return SURFACES[surface].ask(self.world, key, target)

    def _projections(self, key: Key) -> tuple[set[int], set[int], set[int], set[int], set[int]]:
        """visible, findable and told of by SQL; findable and with notices by the index."""
        scope = self.world.scopes[key]
        seen, found = (
            set(query.values_list("pk", flat=True)) for query in (visible(scope), findable(scope))
        )
        standing, noticed = told_apart(scope, self.world.people)
        assert set(standing) == found
        in_sql = seen, found, noticed
        return (*in_sql, _in_index(scope), _in_index(scope, with_notices=True))


def _in_index(scope: Scope, *, with_notices: bool = False) -> set[int]:
    body = {"size": 500, "query": index_filter(scope, with_notices=with_notices)}
    ids = [
        h["_source"]["person_id"] for h in search_client.search(SPEC.alias, body)["hits"]["hits"]
    ]
    assert len(ids) == len(set(ids))  # nobody twice
    return set(ids)


@pytest.fixture(scope="module")
def seed() -> int:
    return 2026


def test_every_route_is_asked_or_shows_nobody() -> None:
    asked = {name for surface in SURFACES.values() for name in surface.routes}
    assert asked | WITHOUT_PEOPLE.keys() == {route.name for route in registry.ALL}
    assert not asked & WITHOUT_PEOPLE.keys()


@pytest.mark.parametrize("examples", [400, pytest.param(2_000, marks=pytest.mark.slow)])
def test_no_surface_gives_a_hidden_person_away(seed: int, settings: Any, examples: int) -> None:
    settings.SESSION_IDLE = dict.fromkeys(settings.SESSION_IDLE, timedelta(days=1))
    settings.STEP_UP_MAX_AGE = settings.PURPOSE_LIFETIME = timedelta(days=1)  # 2,000 take time
    answers = Answers(build(seed))
    counted = {"examples": 0, "hidden": 0}
    top = max(PEOPLE, len(answers.world.markers)) - 1

    @rules(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        st.integers(0, len(STAFF) - 1),
        st.sampled_from([p.code for p in PURPOSES]),
        st.integers(0, PEOPLE - 1),
        st.sampled_from(sorted(SURFACES)),
        st.integers(0, top),
    )
    def check(place: int, purpose: str, number: int, surface: str, target: int) -> None:
        if SURFACES[surface].of_trail:
            place = SUPERVISOR
        key, pk = (place, purpose), answers.world.people[number]
        counted["examples"] += 1
        counted["hidden"] += not answers.world.sees(pk, answers.world.scopes[key])
        _projections_agree(answers, key, pk)
        _gives_nothing_away(answers, key, pk, surface, target)

    check()
    _totals_agree(answers)
    assert counted["examples"] >= examples
    assert counted["hidden"] > examples / 5  # the population is worth the test


def _projections_agree(answers: Answers, key: Key, pk: int) -> None:
    world, scope = answers.world, answers.world.scopes[key]
    seen, found, told, indexed, with_notices = answers.projections(key)
    assert (pk in seen) == world.sees(pk, scope)
    assert (pk in found) == (pk in indexed) == world.finds(pk, scope)
    assert found == indexed
    assert found | told == with_notices


def _gives_nothing_away(answers: Answers, key: Key, pk: int, surface: str, target: int) -> None:
    """No marker of a record that is not shown, and no address of a person who is hidden."""
    world, scope = answers.world, answers.world.scopes[key]
    if SURFACES[surface].one:
        target = 0
    text = answers.ask(surface, key, target)
    for one in world.records[pk]:
        if not world.shows(one, pk, scope):
            assert world.markers[one.pk] not in text, (surface, key, pk)
    if not world.sees(pk, scope) and not SURFACES[surface].of_trail:
        assert f'"/people/{pk}"' not in text, (surface, key, pk)
        assert not re.search(rf'"id":\s*"?{pk}\b', text)
    if surface == "merged person":
        old = sorted(world.merged)[target % len(world.merged)]
        assert text[:3] == ("302" if world.sees(world.merged[old], scope) else "404")
    if surface == "watch":
        sees = world.sees(world.people[target % len(world.people)], scope)
        may = scope.may(Permission.PERSON_WATCH)
        assert text[:3] == ("403" if not may else "200" if sees else "404")
    if surface == "shared":
        listed = {int(pk) for pk in re.findall(r'href="/people/(\d+)"', text)}
        assert listed == {pk for pk in world.people if world.sees(pk, scope)}
    if surface in ("person", "api person", "print", "share", "associates"):
        asked = world.people[target % len(world.people)]
        assert text[:3] == ("200" if world.sees(asked, scope) else "404")


def _totals_agree(answers: Answers) -> None:
    """Every officer under every purpose: the total, the people and whom to contact."""
    world = answers.world
    for key, scope in world.scopes.items():
        expected = {pk for pk in world.people if world.finds(pk, scope)}
        text = answers.ask("results", key, 0)
        heading = re.search(r"<h1[^>]*>(\d+) (?:person|people) for", text)
        assert heading, key
        assert int(heading[1]) == len(expected), key
        assert {int(pk) for pk in re.findall(r'href="/people/(\d+)"', text)} == expected
        contacts = set(re.findall(r"A record is restricted: contact (\w+)\.", text))
        assert contacts == world.contacts(scope), key
        of_custody = {pk for pk in expected if _in_custody(world, pk, scope)}
        assert re.findall(r"Custody \((\d+)\)", text)[:1] == [str(len(of_custody))], key
        left = answers.ask("narrowed", key, 0)
        assert {int(pk) for pk in re.findall(r'href="/people/(\d+)"', left)} == of_custody
        assert "A record is restricted" not in left
        _intelligence_agrees(answers, key, expected)
        _tabs_agree(world, answers.ask("tabs", key, 0), scope, expected)
        _associates_agree(answers, key, expected)
        api = {int(pk) for pk in re.findall(r'"id":(\d+)', answers.ask("api search", key, 0))}
        assert api == expected


def _tabs_agree(world: World, text: str, scope: Scope, expected: set[int]) -> None:
    """Phones and vehicles lead to whom the scope finds by evidence shown to it; addresses are
    those of the records shown, and every tab counts them alike.
    """
    held = {pk for pk in expected if any(world.shows(r, pk, scope) for r in world.records[pk])}
    houses = {r.pk for pk in held for r in world.records[pk] if world.shows(r, pk, scope)}
    pages = dict(re.findall(r"<!-- (\S* of [^>]+) -->(.*?)(?=<!-- \S* of|$)", text, re.DOTALL))
    of_phone, of_vehicle = pages[f"/phones of {PHONE}"], pages[f"/vehicles of {VEHICLE}"]
    for page in (of_phone, of_vehicle):
        assert {int(pk) for pk in re.findall(r'href="/people/(\d+)"', page)} == held
    shown = set(re.findall(r"(Quux\w+) Slade Road", pages[f"/addresses of {SURNAME} {POSTCODE}"]))
    listed = sorted(world.markers[pk] for pk in houses)
    assert shown <= set(listed)
    assert ('class="wmp-tabs' in pages[f"/gangs of {PHONE}"]) == scope.may(Permission.GANG_VIEW)
    for name, page in pages.items():
        if name.endswith(POSTCODE) and 'class="wmp-tabs' in page:
            count = re.search(r'Addresses <span class="wmp-tabs__count">(\d+)<', page)
            assert count, name
            assert int(count[1]) == len(listed), name


def _associates_agree(answers: Answers, key: Key, expected: set[int]) -> None:
    """Somebody with evidence shares phone and vehicle with all others who are found by theirs."""
    world, scope = answers.world, answers.world.scopes[key]
    held = {pk for pk in expected if any(world.shows(r, pk, scope) for r in world.records[pk])}
    first = min(held)
    text = answers.ask("associates", key, world.people.index(first))
    listed = {int(pk) for pk in re.findall(r'<a class="govuk-link" href="/people/(\d+)"', text)}
    assert listed - {first} == held - {first}


def _intelligence_agrees(answers: Answers, key: Key, expected: set[int]) -> None:
    """As many items as records of people who are found are shown, for whoever may search them."""
    world, scope = answers.world, answers.world.scopes[key]
    text = answers.ask("intelligence", key, 0)
    assert bool(text) == scope.may(Permission.INTELLIGENCE_SEARCH), key
    if not text:
        return
    shown = [
        record for pk in expected for record in world.records[pk]
        if record.grade and world.shows(record, pk, scope)
    ]  # fmt: skip
    counts = re.findall(r"<h1[^>]*>(\d+) items? of intelligence", text)
    assert counts[:8] == [str(len(shown))] * 8, (
        key
    )  # by the word and by the place, four pages each
    pages = answers.ask("api intelligence", key, 0)
    assert {world.markers[r.pk] for r in shown} == set(re.findall(r"Zed (Quux\w+) was", pages))


def _in_custody(world: World, pk: int, scope: Scope) -> bool:
    """Whether a filter may tell that custody knows the person; masked people count for nothing."""
    there = [one for one in world.records[pk] if world.reaches(one, scope)]
    masked = max(one.tier for one in there) == Tier.MASKED and pk not in scope.unmasked
    return not masked and any(one.system == "custody" for one in there)
