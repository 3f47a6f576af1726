"""How memberships are reviewed and how they end (policing.md F4, F5).

An end is a last version: from then on nothing shows the membership outside the trail and the
person's own history. Whoever was told of it is to be told of its end (`MembershipDisclosure`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from gangs import evidence, keeping, standing
from gangs.checks import record
from gangs.criteria import Cited
from gangs.kept_models import KeptMembership, MembershipEvidence, Status, state_of
from gangs.models import MembershipDisclosure
from gangs.network import build
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError

Ended = KeptMembership.Ended
NEVER_TRUE = frozenset({Ended.WRONG_PERSON.value})
COPIED = (
    *("root", "gang_id", "status", "cited", "criteria", "rules_version", "rationale"),
    *("author_id", "authorised_by_id", "authorised_on", "unit_id", "valid_from", "valid_to"),
    *("review_on", "expires_on"),
)
_COPY_EVIDENCE = """
    INSERT INTO gangs_membershipevidence
        (membership_id, record_id, criterion, roles, event, "on", source, assessment, handling)
    SELECT n.id, e.record_id, e.criterion, e.roles, e.event, e."on", e.source, e.assessment,
        e.handling
    FROM gangs_keptmembership n
    JOIN gangs_keptmembership o ON o.root = n.root AND o.number = n.number - 1
    JOIN gangs_membershipevidence e ON e.membership_id = o.id
    WHERE n.id = ANY(%s)
"""


def review(request: AccessRequest, version: KeptMembership, review_on: date) -> KeptMembership:
    """It still holds: look at it again by then. Its end stays where it was: only new evidence
    moves that. Raises ChangeRefusedError, for its author too: another person reviews it.
    """
    with transaction.atomic():
        old = _standing(request, version)
        if not timezone.localdate() < review_on <= old.expires_on:
            raise ChangeRefusedError("Review it after today, and before it expires.")
        if old.author_id == request.scope.officer_id:
            raise ChangeRefusedError("You proposed this. Another officer of your unit reviews it.")
        made = _supersede(old, review_on=review_on, reviewed_by_id=request.scope.officer_id)
        record(request, Action.MEMBERSHIP_REVIEWED, _person(request, old), state_of(made))
    return made


def remove(request: AccessRequest, version: KeptMembership, ended: str, reason: str) -> None:
    """End it today; of the wrong person it was never true. Raises ChangeRefusedError."""
    if ended not in Ended.values or ended == Ended.EXPIRED or not reason.strip():
        raise ChangeRefusedError("Say how it ends, and why.")
    with transaction.atomic():
        old = _standing(request, version)
        last = _end(old, ended, reason.strip(), timezone.localdate(), request.scope.officer_id)
        _notices([old])
        detail = {**state_of(last), "ended": ended, "reason": last.end_reason}
        record(request, Action.MEMBERSHIP_REMOVED, _person(request, old), detail)


def expire() -> int:
    """Write down the end of those whose time is over; they count for nothing since then, written
    down or not. Returns how many.
    """
    with transaction.atomic():
        over = standing.known().filter(expires_on__lt=timezone.localdate())
        rows = list(over.exclude(status=Status.REMOVED).select_for_update().order_by("pk"))
        if not rows:
            return 0
        made = _expired(rows)
        _notices(rows)
        door.event(
            door.Entry(
                action=Action.MEMBERSHIP_EXPIRED,
                actor=door.SYSTEM,
                subject_kind="gang",
                subject_ids=sorted({str(row.gang_id) for row in rows}),
                result_count=len(rows),
                detail={"memberships": [state_of(last) for last in made]},
            )
        )
    return len(rows)


def owned(request: AccessRequest) -> QuerySet[KeptMembership]:
    """The last versions of what the officer's unit keeps, on lists that are open to them."""
    request.scope.require(Permission.GANG_KEEP)
    mine = standing.known().filter(unit=request.scope.unit_id)
    return standing.allowed(mine, request.scope).select_related("gang", "author", "authorised_by")


def open_to(request: AccessRequest) -> QuerySet[KeptMembership]:
    """Those of them that have neither ended nor expired."""
    today = timezone.localdate()
    return owned(request).filter(expires_on__gte=today).exclude(status=Status.REMOVED)


def notice_sent(request: AccessRequest, told: MembershipDisclosure) -> None:
    """The recipient knows that it has ended."""
    told.notice_sent_at, told.notice_sent_by_id = timezone.now(), request.scope.officer_id
    told.save(update_fields=["notice_sent_at", "notice_sent_by"])


def _standing(request: AccessRequest, version: KeptMembership) -> KeptMembership:
    """The last version, locked: standing, or shown to nobody until the unit decides."""
    mine = open_to(request).filter(root=version.root)
    old = mine.select_for_update(of=("self",)).first()
    if old is None or old.pk != version.pk:
        raise ChangeRefusedError("It was changed or has ended since you opened the page.")
    return old


def _supersede(old: KeptMembership, **changed: Any) -> KeptMembership:
    """The next version, with the same evidence."""
    now: datetime = timezone.now()
    KeptMembership.objects.filter(pk=old.pk).update(superseded_at=now)
    same = {name: getattr(old, name) for name in COPIED}
    given = {**same, "number": old.number + 1, "recorded_at": now, **changed}
    made = KeptMembership.objects.create(**given)
    evidence.write(made, cited_by(old))
    build.membership_changed(made.cited)
    return made


def cited_by(version: KeptMembership) -> list[Cited]:
    """What a version rests on. One query."""
    rows = MembershipEvidence.objects.filter(membership=version).order_by("-on", "pk")
    return [
        Cited(
            record_id=row.record_id,
            criterion=row.criterion,
            roles=tuple(row.roles),
            event=row.event,
            on=row.on,
            source=row.source,
            assessment=row.assessment,
            handling=row.handling,
        )
        for row in rows
    ]


def _end(
    old: KeptMembership, ended: str, reason: str, day: date, officer_id: int | None
) -> KeptMembership:
    first_untrue = old.valid_from if ended in NEVER_TRUE else max(day, old.valid_from)
    return _supersede(old, **_ended(old, ended, reason, first_untrue), ended_by_id=officer_id)


def _ended(old: KeptMembership, ended: str, reason: str, first_untrue: date) -> dict[str, Any]:
    return {
        "status": Status.REMOVED,
        "was": old.status,
        "valid_to": first_untrue,
        "ended": ended,
        "end_reason": reason,
    }


def _expired(rows: Sequence[KeptMembership]) -> list[KeptMembership]:
    """The last versions of all of them. Three statements."""
    now = timezone.now()
    KeptMembership.objects.filter(pk__in=[old.pk for old in rows]).update(superseded_at=now)
    made = KeptMembership.objects.bulk_create(
        KeptMembership(
            **{name: getattr(old, name) for name in COPIED if name not in ("status", "valid_to")},
            number=old.number + 1,
            recorded_at=now,
            **_ended(
                old,
                Ended.EXPIRED,
                f"No new evidence until {old.expires_on.isoformat()}",
                old.expires_on + timedelta(days=1),
            ),
        )
        for old in rows
    )
    with connection.cursor() as cursor:
        cursor.execute(_COPY_EVIDENCE, [[last.pk for last in made]])
    build.membership_changed([record for last in made for record in last.cited])
    return made


def _notices(ended: Sequence[KeptMembership]) -> None:
    """Everybody who was told of any version is to be told of the end. One statement."""
    MembershipDisclosure.objects.filter(
        membership__root__in=[row.root for row in ended], notice_due_at=None
    ).update(notice_due_at=timezone.now())


def _person(request: AccessRequest, version: KeptMembership) -> int | None:
    return keeping.person_of(version.cited, request.scope)
