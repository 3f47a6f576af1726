"""A small random population for the leak test: people, restrictions, crimes, gangs, officers.

Everybody has the same name and birth, so that one search asks for all; every record has an alias
of its own (`marker`), so that whatever shows a record gives it away.
"""

import random
import string
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Permission as AuthPermission
from django.test import Client
from django.utils import timezone

from crime.models import Crime
from gangs.models import Gang, KeptMembership, MembershipEvidence
from gangs.network.build import rebuild as build_links
from people import lens
from people.models import (
    NominalRecord,
    Person,
    Restriction,
    RestrictionGroupPermission,
    RestrictionUserPermission,
)
from people.summary import HARMED_ROLES
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.models import Officer, Opening, Role
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of

GIVEN, SURNAME, BORN = "Imogen", "Larkspur", date(1980, 1, 2)
TEXT = f"{GIVEN} {SURNAME} 02/01/1980"
POSTCODE, PHONE, VEHICLE = "B23 7PJ", "07700900123", "BD51SMR"  # of everybody
ITEM = "towpath"  # a word of every item of intelligence
PEOPLE, CRIMES, GANGS = 45, 3, 2
PURPOSES = tuple(Purpose(code, "20/123456/26") for code in ("CRIME-INV", "INTEL-DEV", "TRAINING"))
PRACTICE = 3  # the tier of made-up evidence
ROLES = ("suspect", "arrested", "victim", "victim", "witness", "unclassified")
UNITS = ("North", "South", "Sapphire")
STAFF = (
    ("officer", "North"), ("officer", "South"), ("supervisor", "South"), ("analyst", "North"),
    ("analyst", "Sapphire"), ("disclosure", "South"), ("officer", "Sapphire"),
    ("analyst", "South"), ("gangs-supervisor", "North"), ("gangs-officer", "Sapphire"),
    ("intelligence-analyst", "South"),
    ("safeguarding", "South"),
)  # fmt: skip
GLASS, UNMASKING = 6, 7  # places in STAFF: who broke the glass, who unmasked some people


@dataclass
class World:
    """What stands in the database, as the oracle needs it."""

    records: dict[int, list[NominalRecord]] = field(default_factory=dict)  # by person
    markers: dict[int, str] = field(default_factory=dict)  # by record
    restrictions: dict[int, list[Restriction]] = field(default_factory=dict)
    crimes: list[Crime] = field(default_factory=list)
    gangs: list[Gang] = field(default_factory=list)
    in_crime: list[tuple[int, Crime, str]] = field(default_factory=list)  # record, crime, role
    merged: dict[int, int] = field(default_factory=dict)
    officers: list[Officer] = field(default_factory=list)
    clients: dict[tuple[int, str], Client] = field(default_factory=dict)
    scopes: dict[tuple[int, str], Scope] = field(default_factory=dict)

    @property
    def people(self) -> list[int]:
        return sorted(self.records)

    def restricted_away(self, pk: int, scope: Scope) -> list[Restriction]:
        """The restrictions that hide the person, by the rule's words and not its code."""
        if scope.break_glass:
            return []
        return [
            r for r in self.restrictions[pk]
            if r.level == "restricted" and not self.let_in(r, scope)
        ]  # fmt: skip

    def let_in(self, restriction: Restriction, scope: Scope) -> bool:
        users = RestrictionUserPermission.objects.filter(content_object=restriction)
        groups = RestrictionGroupPermission.objects.filter(content_object=restriction)
        return (
            scope.unit_id in restriction.units.values_list("pk", flat=True)
            or scope.officer_id in users.values_list("user", flat=True)
            or any(g in scope.group_ids for g in groups.values_list("group", flat=True))
        )

    def evident(self, pk: int, scope: Scope) -> bool:
        return any(self.reaches(r, scope) for r in self.records[pk])

    def reaches(self, one: NominalRecord, scope: Scope) -> bool:
        """Whether the scope may find somebody by the record: training by made-up ones alone."""
        assert scope.purpose is not None
        if scope.purpose.code == "TRAINING" or one.tier == PRACTICE:
            return scope.purpose.code == "TRAINING" and one.tier == PRACTICE
        return one.tier <= scope.max_tier

    def sees(self, pk: int, scope: Scope) -> bool:
        return self.evident(pk, scope) and not self.restricted_away(pk, scope)

    def lens_hides(self, pk: int, scope: Scope) -> bool:
        """Only ever harmed, by the evidence at the scope's tier, under a purpose without them."""
        if scope.covers_victims or (scope.purpose and scope.purpose.code == "TRAINING"):
            return False
        roles: set[str] = set()
        for one in self.records[pk]:
            if not self.reaches(one, scope):
                continue
            events = {role for record_id, _, role in self.in_crime if record_id == one.pk}
            roles |= events if one.role == "unclassified" and events else {one.role} | events
        return roles <= HARMED_ROLES

    def finds(self, pk: int, scope: Scope) -> bool:
        return self.sees(pk, scope) and not self.lens_hides(pk, scope)

    def contacts(self, scope: Scope) -> set[str]:
        """Units of which a search may tell."""
        found = set()
        for pk in self.people:
            hiding = self.restricted_away(pk, scope)
            there = self.evident(pk, scope) and not self.lens_hides(pk, scope)
            if hiding and there and all(r.notice for r in hiding):
                found |= {r.owner_unit.name for r in self.restrictions[pk] if r.notice}
        return found

    def shows(self, one: NominalRecord, pk: int, scope: Scope) -> bool:
        top = scope.max_tier if pk in scope.unmasked else scope.shown_tier
        is_open = one.tier == PRACTICE or one.tier <= top
        return self.sees(pk, scope) and self.reaches(one, scope) and is_open


def build(seed: int) -> World:
    """Make it, refresh the lens, index it."""
    rng, world = random.Random(seed), World()  # noqa: S311
    world.officers = [officer(role, in_unit=name) for role, name in STAFF]
    world.crimes = [
        crime(f"20CR/00000{n}/26", latitude=52.5 + n / 100, longitude=-1.9) for n in range(CRIMES)
    ]
    world.gangs = [gang(f"Crew {n}") for n in range(GANGS)]
    for number in range(PEOPLE):
        _person(rng, world, number)
    _keep(rng, world)
    _merge(world)
    lens.refresh()
    build_links()
    index()
    _sign_in(rng, world)
    return world


def _keep(rng: random.Random, world: World) -> None:
    """Memberships kept here, by the units North and Sapphire, on some of the records."""
    today = timezone.localdate()
    for pk in world.people:
        if rng.random() > 0.4:
            continue
        cited = rng.sample(world.records[pk], rng.randint(1, len(world.records[pk])))
        status = rng.choice(("member", "exploited"))
        made = KeptMembership.objects.create(
            gang=rng.choice(world.gangs),
            status=status,
            cited=[one.pk for one in cited],
            criteria=["intelligence"],
            rules_version="test",
            rationale="Kept for the leak test",
            author=world.officers[0],
            authorised_by=world.officers[1],
            authorised_on=today,
            unit=unit(rng.choice(("North", "Sapphire"))),
            valid_from=today,
            review_on=today + timedelta(days=10),
            expires_on=today + timedelta(days=60),
            recorded_at=timezone.now(),
        )
        MembershipEvidence.objects.bulk_create(
            MembershipEvidence(
                membership=made, record_id=one.pk, criterion="intelligence", roles=["suspect"],
                event=str(one.pk), on=today, source="1", assessment="B", handling="P",
            )
            for one in cited
        )  # fmt: skip


def _person(rng: random.Random, world: World, number: int) -> None:
    practice = rng.random() < 0.2
    made = [_record(rng, number, place, practice) for place in range(rng.choice((1, 1, 2, 3)))]
    who = person(*made)
    world.records[who.pk] = made
    for one in made:
        world.markers[one.pk] = one.names[0]["full"].split()[1]
        if rng.random() < 0.5:
            where, role = rng.choice(world.crimes), rng.choice(("suspect", "victim", "witness"))
            involve(one, where, role)
            world.in_crime.append((one.pk, where, role))
        if rng.random() < 0.3:
            affiliate(one, rng.choice(world.gangs), rng.choice(("member", "exploited")))
    count = rng.choice((0, 0, 1, 1, 1, 2, 3))
    world.restrictions[who.pk] = [_restriction(rng, world, who) for _ in range(count)]


def _record(rng: random.Random, number: int, place: int, practice: bool) -> NominalRecord:
    letters = [string.ascii_lowercase[d] for d in (number // 26, number % 26, place)]
    marker = "Quux" + "".join(letters)
    tier = PRACTICE if practice else rng.choice((0, 0, 0, 1, 2))
    return record(
        "domestic_abuse" if tier == 1 else "custody",
        given_names=GIVEN, surname=SURNAME, born_on=BORN, role=rng.choice(ROLES), tier=tier,
        unmasked_tier=0 if tier == 2 else None,
        names=[{"kind": "alias", "full": f"Zed {marker}"}],
        addresses=[{"house": marker, "street": "Slade Road", "postcode": POSTCODE}],
        phones=[PHONE], vehicles=[VEHICLE],
        **(_graded(marker) if number % 2 else {}),
    )  # fmt: skip


def _graded(marker: str) -> dict[str, Any]:
    """What makes a record an item of intelligence that names its subject."""
    return {
        "grade": "2B", "grade_scheme": "3x5x2", "handling": "P",
        "event_summary": f"Zed {marker} was seen on the {ITEM}",
    }  # fmt: skip


def _restriction(rng: random.Random, world: World, who: Person) -> Restriction:
    level = rng.choice(("restricted", "restricted", "restricted", "covert"))
    made = Restriction.objects.create(
        person=who, level=level, reason="Protects a source", set_at=timezone.now(),
        notice=level == "restricted" and rng.random() < 0.3,
        owner_unit=unit(rng.choice(UNITS)), owner=rng.choice(world.officers),
        review_on=date(2099, 1, 1),
    )  # fmt: skip
    see = AuthPermission.objects.get(codename="see_restricted")
    if rng.random() < 0.6:
        made.units.set([unit(rng.choice(UNITS))])
    for one in rng.sample(world.officers, rng.choice((0, 1, 2))):
        RestrictionUserPermission.objects.create(content_object=made, user=one, permission=see)
    if rng.random() < 0.3:
        group = Role.objects.get(slug=rng.choice(("analyst", "officer"))).group
        RestrictionGroupPermission.objects.create(content_object=made, group=group, permission=see)
    return made


def _merge(world: World) -> None:
    """Three earlier people that now lead to others."""
    for target in world.people[:3]:
        old = person(record(given_names=GIVEN, surname="Gone"))
        old.link_set.all().delete()
        Person.objects.filter(pk=old.pk).update(status="merged", merged_into=target)
        world.merged[old.pk] = target


def _sign_in(rng: random.Random, world: World) -> None:
    now = timezone.now()
    opened: dict[str, Any] = {
        "reason": "For the test", "opened_at": now, "closes_at": now + timedelta(hours=1)
    }  # fmt: skip
    Opening.objects.create(officer=world.officers[GLASS], kind="break_glass", **opened)
    for pk in rng.sample(world.people, 10):
        Opening.objects.create(
            officer=world.officers[UNMASKING], kind="unmask", subject_id=pk, **opened
        )
    for place, one in enumerate(world.officers):
        for purpose in PURPOSES:
            key = (place, purpose.code)
            world.clients[key] = with_purpose(signed_in(one), purpose.code, purpose.reference)
            world.scopes[key] = scope_of(one, purpose)
