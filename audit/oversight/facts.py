"""What the rules need to know about events, learnt once when they are read.

People are read on the product's connection, hashes compared on the audit connection; only matches
are kept, so that no particular of an officer or a person stands in the tables of oversight.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q

from audit.actions import Action
from audit.models import Event
from audit.oversight import keys
from audit.oversight.keys import Token
from audit.oversight.models import HrHash, Match, Subject, TaskEvent
from crime.models import Involvement
from people.models import Address, BirthDate, Identifier, InvolvementRole, Link, Name, Person
from wmp_search.access.purpose_models import Task

VICTIMS = {
    InvolvementRole.VICTIM,
    InvolvementRole.MISSING,
    InvolvementRole.VULNERABLE_ADULT,
    InvolvementRole.VULNERABLE_CHILD,
}
NUMBERS = ("phone", "email", "vehicle")
REFERENCE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Look:
    """One event on a person, or one question; `person_id` is empty for a question."""

    event_at: datetime
    event_id: uuid.UUID
    officer_id: int
    unit_id: int | None
    person_id: str


def learn(events: Iterable[Event]) -> None:
    """Keep what these events' people are, and which officer's particulars they met."""
    events = list(events)
    _keep_tasks(events)
    looks: dict[str, list[Look]] = defaultdict(list)
    tokens: dict[Token, list[Look]] = defaultdict(list)
    for event in events:
        if event.officer_id is None or event.subject_kind not in ("person", ""):
            continue
        if event.action == Action.PERSON_SEARCHED:
            for token in keys.asked(event.query.get("understood") or {}):
                tokens[token].append(_look(event, ""))
        elif event.action.startswith("person.") or event.action == Action.INTELLIGENCE_SEARCHED:
            for person_id in event.subject_ids:
                looks[person_id].append(_look(event, person_id))
    people = [int(p) for p in looks if p.isdigit()]
    _keep_subjects(people)
    for number, token in _particulars(people):
        tokens[token] += looks[str(number)]
    Match.objects.bulk_create(_matches(tokens), ignore_conflicts=True)


def _look(event: Event, person_id: str) -> Look:
    return Look(event.at, event.id, event.officer_id or 0, event.unit_id, person_id)


def _keep_tasks(events: Iterable[Event]) -> None:
    """Remember which events were for a task that the officer or the unit had then."""
    tasks: set[tuple[str, int | None, str]] = set()
    officers = {event.officer_id for event in events if event.officer_id}
    units = {event.unit_id for event in events if event.unit_id}
    mine = Task.objects.filter(Q(officer_id__in=officers) | Q(unit_id__in=units))
    for officer_id, unit_id, reference in mine.values_list("officer_id", "unit_id", "reference"):
        kind, owner = ("officer", officer_id) if officer_id else ("unit", unit_id)
        tasks.add((kind, owner, keys.squeezed(reference)))
    TaskEvent.objects.bulk_create(
        [
            TaskEvent(event_id=event.id)
            for event in events
            if not tasks.isdisjoint(
                {
                    ("officer", event.officer_id, keys.squeezed(event.purpose_reference)),
                    ("unit", event.unit_id, keys.squeezed(event.purpose_reference)),
                }
            )
        ],
        ignore_conflicts=True,
    )


def _keep_subjects(people: list[int]) -> None:
    ended = _ended(people)
    Subject.objects.bulk_create(
        [
            Subject(
                person_id=str(pk),
                is_victim=bool(VICTIMS.intersection(roles)),
                in_intelligence=InvolvementRole.SUBJECT in roles,
                sex=sex,
                references=sorted(ended[pk]),
                ended_on=[ended[pk][reference] for reference in sorted(ended[pk])],
            )
            for pk, roles, sex in Person.objects.filter(pk__in=people).values_list(
                "pk", "roles", "sex"
            )
        ],
        update_conflicts=True,
        unique_fields=["person_id"],
        update_fields=["is_victim", "in_intelligence", "sex", "references", "ended_on"],
    )


def _ended(people: list[int]) -> dict[int, dict[str, date | None]]:
    """The events of each person by reference, with the day on which each ended; None: open."""
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    of_records = Link.objects.filter(person_id__in=people).exclude(record__event_ref="")
    of_crimes = Involvement.objects.filter(
        record__link__person_id__in=people, crime__isnull=False, deleted_at=None
    ).exclude(crime__crime_number="")
    events = [
        *of_records.values_list("person_id", "record__event_ref", "record__event_on"),
        *of_crimes.annotate(
            ended_on=Max("crime__outcomes__outcome_on", filter=Q(crime__outcomes__deleted_at=None))
        ).values_list("record__link__person_id", "crime__crime_number", "ended_on"),
    ]  # crimes last: what their outcome says counts
    for person_id, reference, ended_on in events:
        found[person_id][keys.squeezed(reference)[:REFERENCE_LENGTH]] = ended_on
    return found


def _particulars(people: list[int]) -> Iterator[tuple[int, Token]]:
    """Every hash of every particular of these people: four queries, whatever their number."""
    births = defaultdict(list)
    for person_id, born_on in BirthDate.objects.filter(person_id__in=people).values_list(
        "person_id", "born_on"
    ):
        births[person_id].append(born_on)
    names = Name.objects.filter(person_id__in=people)
    for person_id, given, surname in names.values_list("person_id", "given_names", "surname"):
        found = [keys.birth(given, surname, born_on) for born_on in births[person_id]]
        yield from ((person_id, token) for token in found if token)
    numbers = Identifier.objects.filter(person_id__in=people, kind__in=NUMBERS)
    for person_id, kind, value in numbers.values_list("person_id", "kind", "value"):
        if token := keys.number(kind, value):
            yield person_id, token
    places = Address.objects.filter(person_id__in=people)
    for person_id, *place in places.values_list("person_id", "house", "street", "postcode"):
        yield from ((person_id, token) for token in keys.address(*place))


def _matches(tokens: dict[Token, list[Look]]) -> Iterator[Match]:
    """One query for all hashes. A postcode counts for the officer who lives there only."""
    known: Iterable[Any] = HrHash.objects.filter(digest__in=[d for _, d in tokens]).values_list(
        "officer_id", "relation", "kind", "digest"
    )
    for about, relation, kind, digest in known:
        for look in tokens.get((kind, bytes(digest)), ()):
            if kind == HrHash.Kind.POSTCODE and about != look.officer_id:
                continue
            yield Match(
                event_at=look.event_at,
                event_id=look.event_id,
                officer_id=look.officer_id,
                unit_id=look.unit_id,
                about_id=about,
                relation=relation,
                kind=kind,
                person_id=look.person_id,
            )
