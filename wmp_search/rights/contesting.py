"""What changes a contested value. Each change, its notices and its audit row stand together."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import Action
from gangs.network import build
from people.contested_models import Contested
from people.models import Link, NominalRecord, Person
from people.profile import FACTS, Profile
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights import notices
from wmp_search.rights.notice_models import Correction
from wmp_search.search import outbox

Change = Correction.Change


@dataclass(frozen=True, slots=True)
class Item:
    """One value on the person's page that can be contested."""

    kind: str
    label: str
    value: str
    records: tuple[int, ...]

    @property
    def mark(self) -> str:
        """Stands for the value in a form; the same however often the page is made."""
        said = f"{self.kind}|{self.value}|{min(self.records)}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def items(shown: Profile) -> dict[str, Item]:
    """Every value on the page, by its mark."""
    found = [
        Item(kind, fact.label, fact.value, tuple(s.record_id for s in fact.sources))
        for kind in FACTS
        for fact in shown.of_kind(kind)
    ]
    found += [
        Item("events", event.source.title, event.words, (event.source.record_id,))
        for event in shown.events
    ]
    return {item.mark: item for item in found}


def contest(request: AccessRequest, person: int, item: Item, data: Mapping[str, Any]) -> Contested:
    """Keep the statement, restrict the value where there is a ground, tell who had it."""
    with transaction.atomic():
        restricted = bool(data["ground"])
        made = Contested.objects.create(
            person_id=person,
            records=list(item.records),
            kind=item.kind,
            value=item.value,
            restricted_at=timezone.now() if restricted else None,
            recorded_by_id=request.scope.officer_id,
            **data,
        )
        _record(request, made, "value restricted" if restricted else "statement kept")
        change = Change.RESTRICTED if restricted else Change.STATEMENT
        notices.correct(request, person, change, _named(made), item.records)
        if restricted:
            _follow(made)
    return made


def lift(
    request: AccessRequest, person: int, contested: int, told_on: date, reason: str
) -> Contested:
    """The value may be used again: only once the person was told (s.48(10)). The statement stays.

    Raises ChangeRefusedError.
    """
    with transaction.atomic():
        held = Contested.objects.select_for_update().filter(pk=contested).first()
        if held is None or not held.restricts:
            raise ChangeRefusedError("It is not restricted.")
        held.told_on, held.lifted_reason = told_on, reason
        held.lifted_at, held.lifted_by_id = timezone.now(), request.scope.officer_id
        held.save()
        _record(request, held, "restriction of a value lifted")
        notices.correct(request, person, Change.LIFTED, _named(held), held.records)
        _follow(held)
    return held


def _named(contested: Contested) -> str:
    return f"{contested.get_kind_display()}: {contested.value}"[:500]


def _follow(contested: Contested) -> None:
    """The documents and links of everybody who has one of the records; the next run compares the
    records anew.
    """
    NominalRecord.objects.filter(pk__in=contested.records).update(changed_at=timezone.now())
    links = Link.objects.filter(record__in=contested.records)
    people = sorted(set(links.values_list("person_id", flat=True)))
    Person.objects.filter(pk__in=people).update(version=F("version") + 1)
    outbox.queue("person", people)
    build.follow(people)


def _record(request: AccessRequest, contested: Contested, what: str) -> None:
    trail.record(
        request,
        Action.RIGHTS_CHANGED,
        subject_kind="person",
        subject_ids=[str(contested.person_id)],
        detail={
            "what": what,
            "statement": contested.pk,
            "kind": contested.kind,
            "nature": contested.nature,
            "ground": contested.ground,
            "records": contested.records,
        },
    )
