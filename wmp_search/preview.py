"""What an officer would see of a person: counts by system and group of fields, never a value.

For administrators, who cannot read people. Visible is what the selectors of the officer's own
scope give; hidden is the rest of what is stored.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from crime import of_people as crime
from crime.models import Involvement
from gangs import selectors as gangs
from gangs import standing
from gangs.affiliations import delivered
from people import rule, sources
from people import selectors as people
from people.models import (
    Address,
    BirthDate,
    Evidence,
    Identifier,
    Link,
    Name,
    Person,
    WarningMarker,
)
from wmp_search.access import purposes
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

EVIDENCE: tuple[tuple[str, type[Evidence]], ...] = (
    ("Names", Name),
    ("Dates of birth", BirthDate),
    ("Numbers, phones and vehicles", Identifier),
    ("Addresses", Address),
    ("Warnings", WarningMarker),
)


@dataclass(frozen=True, slots=True)
class Line:
    """How much of one system or group of fields the officer sees, and why not the rest."""

    kind: str
    title: str
    visible: int
    total: int
    why: str

    @property
    def hidden(self) -> int:
        return max(self.total - self.visible, 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """Whether the officer finds and opens the person, and how much of each part is shown."""

    found: bool
    opened: bool
    why: str
    lines: tuple[Line, ...]

    def audited(self) -> dict[str, Any]:
        """What was shown, for the audit trail: numbers only."""
        return {
            "found": self.found,
            "opened": self.opened,
            "lines": {line.title: [line.visible, line.total] for line in self.lines},
        }


def survivor(person_id: int) -> Person | None:
    """The person of this number, or the one they were merged into; None if there is none."""
    person = Person.objects.filter(pk=person_id).first()
    seen: set[int] = set()
    while person and person.merged_into_id and person.pk not in seen:
        seen.add(person.pk)
        person = Person.objects.filter(pk=person.merged_into_id).first()
    return person


def preview(scope: Scope, person_id: int) -> Preview:
    """What this scope shows of the person. Seventeen queries at most."""
    reached = rule.visible(scope).filter(pk=person_id).exists()
    opened = reached and scope.may(Permission.PERSON_VIEW)
    why = _why_not_reached(scope) if not reached else ""
    if reached and not opened:
        why = _lacks(scope, Permission.PERSON_VIEW)
    lines = (*_systems(scope, person_id, why), *_evidence(scope, person_id, why))
    return Preview(
        found=reached and scope.may(Permission.PERSON_SEARCH),
        opened=opened,
        why=why,
        lines=(*lines, *_events(scope, person_id, why)),
    )


def _systems(scope: Scope, person_id: int, closed: str) -> list[Line]:
    stored = Link.objects.filter(person=person_id, record__deleted_at__isnull=True)
    total = _by_system(stored)
    shown = {} if closed else _by_system(rule.visible_links(scope).filter(person=person_id))
    why = closed or _lacks(scope, Permission.PERSON_VIEW_RESTRICTED) or _RULED
    return [
        Line("Records by system", sources.title(s), shown.get(s, 0), count, why)
        for s, count in sorted(total.items(), key=lambda item: sources.title(item[0]))
    ]


def _by_system(links: QuerySet[Link]) -> dict[str, int]:
    return dict(links.values_list("record__system").annotate(Count("pk")).order_by())


def _evidence(scope: Scope, person_id: int, closed: str) -> list[Line]:
    why = closed or _lacks(scope, Permission.PERSON_VIEW_RESTRICTED) or _RULED
    lines = []
    for title, model in EVIDENCE:
        total = model._default_manager.filter(person=person_id).count()  # noqa: SLF001  abstract
        shown = 0 if closed else len(people.best_first(model, [person_id], scope))
        lines.append(Line("On the page of the person", title, shown, total, why))
    return lines


def _events(scope: Scope, person_id: int, closed: str) -> list[Line]:
    records = Link.objects.filter(person=person_id).values("record")
    crimes = Involvement.objects.filter(
        record__in=records, crime__isnull=False, deleted_at__isnull=True
    )
    affiliations = delivered().filter(record__in=records, gang__isnull=False)
    kept = standing.of_records(standing.holding(), records)
    kind = "On the page of the person"
    return [
        Line(
            kind,
            "Crimes",
            0 if closed else len(crime.of_person(person_id, scope)),
            crimes.count(),
            closed or _lacks(scope, Permission.CRIME_VIEW) or _RULED,
        ),
        Line(
            kind,
            "Gangs",
            0 if closed else len(gangs.of_person(person_id, scope)),
            affiliations.count() + kept.count(),
            closed or _lacks(scope, Permission.GANG_VIEW) or _RULED,
        ),
    ]


_RULED = "The records themselves are restricted or masked."


def _lacks(scope: Scope, permission: Permission) -> str:
    """Why the scope is without the permission; empty if it has it."""
    if scope.may(permission):
        return ""
    if permission.value in scope.held:
        return f"This purpose withholds “{permission.label}”."
    return f"No role of the officer includes “{permission.label}”."


def _why_not_reached(scope: Scope) -> str:
    if scope.max_tier < 0:
        return _lacks(scope, Permission.PERSON_SEARCH)
    code = scope.purpose.code if scope.purpose else ""
    reasons = ["the person is restricted to named officers, units or roles"]
    if lacking := _lacks(scope, Permission.PERSON_VIEW_RESTRICTED):
        reasons.append(f"all records are of restricted systems ({lacking[:-1]})")
    if not purposes.covers_victims(code):
        reasons.append("the person was only ever victim or witness, which the purpose leaves out")
    return f"One of these holds: {'; '.join(reasons)}."
