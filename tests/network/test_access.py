"""Steps and paths against a plain, slow walk over what a scope may see, by the rule's own words.

The walk reads record tables one by one and knows nothing of the table of links.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from django.test import Client

from gangs import standing
from gangs.network import build, nodes, paths, steps
from gangs.network.limits import limits
from gangs.network.models import Node, Type
from gangs.network.sight import View
from people.models import NominalRecord
from tests.access.population import STAFF, World, _merge, _restriction, _sign_in
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer
from tests.people_data import person, record
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

pytestmark = pytest.mark.django_db

PEOPLE, CRIMES, GANGS = 40, 6, 3
PHONES = [f"077009001{n:02}" for n in range(9)]
HOUSES = [str(n) for n in range(7)]
ALL = View()
HUB = limits().hub


@dataclass
class Walk:
    """The plain world: by thing, who has it by which record and how."""

    world: World
    things: dict[int, list[tuple[int, NominalRecord, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # thing -> (person, record, role, tier of the event)
    restricted_gangs: set[int] = field(default_factory=set)
    known: dict[tuple[str, int, int], bool] = field(default_factory=dict)

    def finds(self, who: int, scope: Scope) -> bool:
        """The rule's words for findable; a role in a crime above the scope's tier says nothing."""
        told = [held for held in self.world.in_crime if held[1].tier in scope.event_tiers]
        world = replace(self.world, in_crime=told)
        return self._kept(("finds", who, id(scope)), lambda: world.finds(who, scope))

    def thing_shown(self, thing: int, scope: Scope) -> bool:
        kind = nodes.type_of(thing)
        if kind is Type.GANG:
            own = nodes.own(thing)
            return (
                scope.may(Permission.GANG_VIEW)
                and not scope.practises
                and own not in self.restricted_gangs
            )
        return kind is not Type.CRIME or scope.may(Permission.CRIME_VIEW)

    def holders(self, thing: int, scope: Scope) -> dict[int, set[str]]:
        """Who stands with the thing as far as the scope may see, and in which roles."""
        found: dict[int, set[str]] = defaultdict(set)
        if not self.thing_shown(thing, scope):
            return found
        for who, one, role, tier in self.things[thing]:
            event = tier in scope.event_tiers if tier >= 0 else True
            is_open = role != "harmed" or standing.sees_harmed(scope)
            if event and is_open and self.shows(one, who, scope):
                found[who].add(role)
        return found

    def shows(self, one: NominalRecord, who: int, scope: Scope) -> bool:
        return self._kept(("shows", one.pk, id(scope)), lambda: self.world.shows(one, who, scope))

    def _kept(self, key: tuple[str, int, int], ask: Callable[[], bool]) -> bool:
        if key not in self.known:
            self.known[key] = ask()
        return self.known[key]

    def is_hub(self, thing: int) -> bool:
        return len({who for who, *_ in self.things[thing]}) > HUB[nodes.type_of(thing)]

    def of(self, who: int, scope: Scope) -> set[int]:
        return {thing for thing in self.things if who in self.holders(thing, scope)}

    def around(self, who: int, scope: Scope) -> set[int]:
        """What is two links away or nearer; others than the start must be findable."""
        near = self.of(who, scope)
        found = set(near)
        for thing in near:
            if not self.is_hub(thing):
                found |= {o for o in self.holders(thing, scope) if self.finds(o, scope)}
        return found - {who}

    def joins(self, thing: int, scope: Scope) -> set[int]:
        """The people whom a path may lead from one to another over the thing."""
        if self.is_hub(thing):
            return set()
        holders = self.holders(thing, scope)
        return {who for who, roles in holders.items() if roles - {"witness", "harmed"}}

    def paths(self, one: int, other: int, scope: Scope) -> set[tuple[int, ...]]:
        """All shortest paths of two or four links."""
        over = {thing: self.joins(thing, scope) for thing in self.things}
        direct: set[tuple[int, ...]] = {
            (one, t, other) for t, who in over.items() if one in who and other in who
        }
        if direct:
            return direct
        found: set[tuple[int, ...]] = set()
        for first, who in over.items():
            if one not in who:
                continue
            for middle in who - {one, other}:
                if not self.finds(middle, scope):
                    continue
                for second, rest in over.items():
                    if second != first and middle in rest and other in rest:
                        found.add((one, first, middle, second, other))
        return found


def _things_of(one: NominalRecord) -> list[tuple[Type, str]]:
    """The keys under which the link table keeps them."""
    found = [(Type.PHONE, f"phone:{phone[-10:]}") for phone in one.phones]
    return found + [(Type.ADDRESS, f"{a['house']}|slade road|B237PJ") for a in one.addresses]


def made(seed: int) -> Walk:
    rng, world = random.Random(seed), World()  # noqa: S311
    world.officers = [officer(role, in_unit=name) for role, name in STAFF]
    world.crimes = [crime(f"20CR/00000{n}/26", tier=rng.choice((0, 0, 1))) for n in range(CRIMES)]
    world.gangs = [gang(f"Crew {n}", restricted=n == 0) for n in range(GANGS)]
    walk = Walk(world)
    walk.restricted_gangs = {world.gangs[0].pk}
    pending = [_someone(rng, walk) for _ in range(PEOPLE)]
    _merge(world)
    from people import lens

    lens.refresh()
    build.rebuild()
    known = {(row.type, row.key): row.pk for row in Node.objects.all()}
    for who, one in (pair for each in pending for pair in each):
        for kind, key in _things_of(one):
            walk.things[known[kind.value, key]].append((who, one, one.role, -1))
    _sign_in(rng, world)
    return walk


def _someone(rng: random.Random, walk: Walk) -> list[tuple[int, NominalRecord]]:
    world = walk.world
    practice = rng.random() < 0.15
    records = []
    for _ in range(rng.choice((1, 1, 2))):
        tier = 3 if practice else rng.choice((0, 0, 0, 1, 2))
        role = rng.choice(("suspect", "arrested", "victim", "witness"))
        records.append(
            record(
                "domestic_abuse" if tier == 1 else "custody", tier=tier, role=role,
                surname="Larkspur", unmasked_tier=0 if tier == 2 else None,
                phones=_phones(rng),
                addresses=[
                    {"house": house, "street": "Slade Road", "postcode": "B23 7PJ"}
                    for house in rng.sample(HOUSES, rng.choice((0, 1)))
                ],
            )
        )  # fmt: skip
    who = person(*records)
    world.records[who.pk] = records
    for one in records:
        if rng.random() < 0.6:
            where, role = rng.choice(world.crimes), rng.choice(("suspect", "victim", "witness"))
            involve(one, where, role)
            world.in_crime.append((one.pk, where, role))
            node = nodes.number(Type.CRIME, where.pk)
            walk.things[node].append((who.pk, one, role, where.tier))
        if rng.random() < 0.2:
            crew, status = rng.choice(world.gangs), rng.choice(("member", "exploited"))
            affiliate(one, crew, status)
            node = nodes.number(Type.GANG, crew.pk)
            walk.things[node].append(
                (who.pk, one, "harmed" if status == "exploited" else "member", -1)
            )
    count = rng.choice((0, 0, 0, 1, 2))
    world.restrictions[who.pk] = [_restriction(rng, world, who) for _ in range(count)]
    return [(who.pk, one) for one in records]


def _phones(rng: random.Random) -> list[str]:
    """Every other record has the one that connects nobody."""
    own = rng.sample(PHONES[1:], rng.choice((0, 1, 1)))
    return [*own, PHONES[0]] if rng.random() < 0.5 else own


@pytest.mark.parametrize("seed", [1, 2])
def test_steps_and_paths_are_those_of_a_plain_walk(seed: int) -> None:
    walk, compared = made(seed), {"around": 0, "paths": 0, "none": 0, "hubs": 0}
    world, rng = walk.world, random.Random(seed)  # noqa: S311
    compared["hubs"] = sum(walk.is_hub(thing) for thing in walk.things)
    for scope in world.scopes.values():
        seen = [who for who in world.people if world.sees(who, scope)]
        for who in rng.sample(seen, min(len(seen), 8)):
            one, two = steps.around(who, (), scope, ALL)
            found = {row.dst for row in (*one, *two)} - {who}
            assert found == walk.around(who, scope), (scope.roles, scope.purpose, who)
            assert steps.total(who, scope, ALL) == len(walk.of(who, scope))
            compared["around"] += len(found)
        findable = [who for who in seen if walk.finds(who, scope)]
        for one_end, other in pairwise(rng.sample(findable, min(len(findable), 10))):
            expected = walk.paths(one_end, other, scope)
            assert set(paths.find(one_end, other, scope, ALL)) == expected
            compared["paths" if expected else "none"] += 1
    assert compared["hubs"] >= 1
    assert min(compared["paths"], compared["none"]) > 20, compared
    assert compared["around"] > 200


def test_no_page_of_a_network_gives_a_hidden_person_away() -> None:
    walk = made(5)
    world = walk.world
    hidden = 0
    for key, scope in world.scopes.items():
        if not scope.may(Permission.NETWORK_VIEW):
            continue
        client: Client = world.clients[key]
        for who in world.people[:12]:
            for tab in ("tree", "table"):
                answer = client.get(f"/people/{who}/network?tab={tab}")
                assert answer.status_code in ({200, 302} if world.sees(who, scope) else {404})
                page = answer.content.decode()
                for other in world.people:
                    if not world.sees(other, scope):
                        hidden += 1
                        assert f'"/people/{other}"' not in page
    assert hidden > 100


def test_a_path_to_somebody_hidden_looks_like_one_to_nobody() -> None:
    walk = made(6)
    world = walk.world
    key, scope = next((k, s) for k, s in world.scopes.items() if s.may(Permission.NETWORK_VIEW))
    client = world.clients[key]
    one = next(who for who in world.people if world.sees(who, scope))
    gone = next(who for who in world.people if not world.sees(who, scope))
    answers = [client.get(f"/people/{one}/network/path?to={to}") for to in (gone, 999_999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(answers[0].content) == len(answers[1].content)
