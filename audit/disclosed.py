"""What the trail says of a person to the person: who was given what, and who looked (s.45(2)(c)).

For disclosure officers who answer a request: it verifies the lawfulness of processing, s.62(4)(a).
Looks that are covert, and those under the purpose of audit or professional standards, are never in
it. The caller records that the pack was made. Raises `AuditUnavailable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.actions import COVERT, Action
from audit.models import Event
from audit.record import reachable

GIVEN = (Action.PERSON_EXPORTED, Action.PERSON_SHARED, Action.GANG_BRIEFED)
LOOKED = (
    *(Action.PERSON_SEARCHED, Action.PERSON_VIEWED, Action.PERSON_UNMASKED),
    *(Action.PERSON_EXPORTED, Action.BATCH_VIEWED, Action.MATCHES_VIEWED, Action.MATCH_EXPLAINED),
    Action.INTELLIGENCE_SEARCHED,
)
# it was a search that listed the person; that intelligence is held is not for a look to tell
_TOLD_AS = {Action.INTELLIGENCE_SEARCHED.value: Action.PERSON_SEARCHED.value}
LOOKED_AT_CRIMES = (Action.CRIME_VIEWED, Action.CRIME_SEARCHED, Action.MATERIAL_LISTED)
NOT_TOLD = ("AUDIT",)  # purposes whose looks are about officers


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the person: when, what was done, what for, from which unit and role; by whom
    stands apart, for a decision to release it.
    """

    at: datetime
    action: str
    purpose: str
    unit_id: int | None
    roles: tuple[str, ...]
    officer: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who was given data about the person, and why."""

    at: datetime
    action: str
    recipient: str
    organisation: str
    reason: str


def looks(person_ids: Sequence[int], record_ids: Sequence[int]) -> list[Look]:
    """Every look at the people (one person's ids) and at their records, the earliest first."""
    people = _about("person", person_ids).filter(action__in=LOOKED)
    records = _about("record", record_ids).filter(action=Action.RECORD_VIEWED)
    fields = ("at", "action", "purpose_code", "unit_id", "roles", "officer")
    with reachable():
        rows = [*people.values_list(*fields), *records.values_list(*fields)]
    found = (
        Look(at, Action(_TOLD_AS.get(action, action)).label, purpose, unit, tuple(roles), officer)
        for at, action, purpose, unit, roles, officer in rows
    )
    return sorted(found, key=lambda look: look.at)


def looks_at_crimes(crime_ids: Sequence[int]) -> list[Look]:
    """Every look at the crimes' own pages, the earliest first."""
    events = _about("crime", crime_ids).filter(action__in=LOOKED_AT_CRIMES).order_by("at")
    fields = ("at", "action", "purpose_code", "unit_id", "roles", "officer")
    with reachable():
        rows = list(events.values_list(*fields))
    return [
        Look(at, Action(action).label, purpose, unit, tuple(roles), officer)
        for at, action, purpose, unit, roles, officer in rows
    ]


def recipients(person_ids: Sequence[int], crime_ids: Sequence[int] = ()) -> list[Recipient]:
    """Who was given data about the person, and about the crimes, the earliest first.

    A schedule of a case that concerned the person counts, though it names nobody.
    """
    people = _about("person", person_ids).filter(action__in=GIVEN)
    cases = Event.objects.filter(action=Action.MATERIAL_EXPORTED)
    concerned = Q(subject_kind="crime", subject_ids__overlap=[str(pk) for pk in crime_ids])
    for pk in person_ids:
        concerned |= Q(shown__contains=[{"people": [pk]}])
    fields = ("at", "action", "detail")
    with reachable():
        both = [*people.values_list(*fields), *cases.filter(concerned).values_list(*fields)]
    rows = sorted(both, key=lambda row: row[0])
    return [
        Recipient(
            at,
            Action(action).label,
            str(detail.get("recipient", "")),
            str(detail.get("organisation", "")),
            str(detail.get("reason", "")),
        )
        for at, action, detail in rows
    ]


def _about(kind: str, ids: Sequence[int]) -> QuerySet[Event]:
    events = Event.objects.filter(
        subject_kind=kind, subject_ids__overlap=[str(pk) for pk in ids], officer_id__isnull=False
    )
    return events.exclude(action__in=COVERT).exclude(purpose_code__in=NOT_TOLD)
