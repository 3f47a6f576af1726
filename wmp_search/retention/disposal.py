"""Disposal by two people: proposed with a dry run, approved into quarantine, then erased.

Quarantine is a restriction that admits nobody, so every page, count and search hides the person at
once, and one press brings everybody back. Break-glass still opens it, and reports it. New evidence
about somebody in quarantine brings that person back by itself (E2: a new event resets the clock).
"""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.record import SYSTEM, Entry, event
from people.models import Link, Person, Restriction
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError
from wmp_search.retention import due, rules
from wmp_search.retention.models import Disposal
from wmp_search.retention.reviews import to_dispose
from wmp_search.search import outbox

WHY = "In quarantine before disposal"
NEW_EVIDENCE = "New evidence arrived: out of quarantine"


def running() -> QuerySet[Disposal]:
    """Disposals that wait or are in quarantine."""
    return Disposal.objects.filter(state__in=[Disposal.State.PROPOSED, Disposal.State.QUARANTINED])


def propose(request: AccessRequest, reason: str) -> Disposal:
    """Everybody whose review says dispose, with the counts of a dry run. Nothing changes yet.

    Raises ChangeRefusedError where there is nobody or too many.
    """
    people = to_dispose()
    stopped = due.against(people)
    free = [pk for pk in people if pk not in stopped]
    if not free:
        raise ChangeRefusedError("Nobody waits who could be disposed of.")
    _within_limit(len(free))
    with transaction.atomic():
        made = Disposal.objects.create(
            people=_records_of(free),
            reason=reason,
            proposed_by_id=request.scope.officer_id,
            proposed_at=timezone.now(),
        )
        made.counts = dry_run(made) | {"stopped": len(stopped)}
        made.save(update_fields=["counts"])
        _record(request, Action.DISPOSAL_PROPOSED, made)
    return made


def dry_run(disposal: Disposal) -> dict[str, int]:
    """What would go, in numbers."""
    people, records = disposal.person_ids, disposal.record_ids
    systems = Link.objects.filter(record__in=records).values("record__system").distinct()
    return {
        "people": len(people),
        "records": len(records),
        "systems": systems.count(),
        "of": Person.objects.filter(status=Person.Status.CURRENT).count(),
    }


def approve(request: AccessRequest, disposal: Disposal, reason: str) -> None:
    """The second person's yes: into quarantine, from the next request on. ChangeRefusedError."""
    with transaction.atomic():
        held = _waiting(request, disposal)
        _within_limit(len(held.person_ids))
        stopped = due.against(held.person_ids)
        if stopped:
            raise ChangeRefusedError(
                f"{len(stopped)} of them may not go any more: refuse it and propose the others."
            )
        _quarantine(request, held)
        held.state, held.decided_reason = Disposal.State.QUARANTINED, reason
        held.erase_after = timezone.localdate() + timedelta(
            days=rules.load().disposal.quarantine_days
        )
        held.save()
        _record(request, Action.DISPOSAL_APPROVED, held)


def refuse(request: AccessRequest, disposal: Disposal, reason: str) -> None:
    """The second person's no. Raises ChangeRefusedError."""
    with transaction.atomic():
        held = _waiting(request, disposal)
        held.state, held.decided_reason = Disposal.State.REFUSED, reason
        held.ended_at = timezone.now()
        held.save()
        _record(request, Action.DISPOSAL_REFUSED, held)


def bring_back(request: AccessRequest, disposal: Disposal, reason: str) -> None:
    """Out of quarantine, all of them; one person is enough to stop. Raises ChangeRefusedError."""
    with transaction.atomic():
        held = Disposal.objects.select_for_update().get(pk=disposal.pk)
        if held.state != Disposal.State.QUARANTINED:
            raise ChangeRefusedError("It is not in quarantine.")
        lift(held, held.person_ids, reason)
        held.state, held.ended_at = Disposal.State.RETURNED, timezone.now()
        held.report = {"why": reason}
        held.save()
        _record(request, Action.DISPOSAL_RETURNED, held)


def release_renewed() -> int:
    """Bring back those in quarantine of whom new evidence arrived; how many. Recorded."""
    released = 0
    for disposal in Disposal.objects.filter(state=Disposal.State.QUARANTINED):
        renewed = _renewed(disposal)
        if not renewed:
            continue
        with transaction.atomic():
            lift(disposal, renewed, NEW_EVIDENCE)
            disposal.people = {k: v for k, v in disposal.people.items() if int(k) not in renewed}
            disposal.save(update_fields=["people"])
            detail = {"disposal": disposal.pk, "why": NEW_EVIDENCE}
            subjects = [str(pk) for pk in renewed]
            event(
                Entry(
                    Action.DISPOSAL_RETURNED,
                    SYSTEM,
                    subject_kind="person",
                    subject_ids=subjects,
                    result_count=len(renewed),
                    detail=detail,
                )
            )
        released += len(renewed)
    return released


def in_quarantine(disposal: Disposal) -> list[int]:
    """Those of its people whose quarantine still stands: nobody has lifted it."""
    standing = Restriction.objects.filter(root=disposal.pk, lifted_at__isnull=True)
    return sorted(set(standing.values_list("person", flat=True)) & set(disposal.person_ids))


def lift(disposal: Disposal, people: list[int], reason: str) -> None:
    """End the quarantine of these people, and of whom it went on to."""
    held = Restriction.objects.filter(root=disposal.pk, lifted_at__isnull=True)
    records = [pk for person in people for pk in disposal.people.get(str(person), ())]
    takers = set(Link.objects.filter(record__in=records).values_list("person", flat=True))
    everybody = sorted(takers | set(people))
    held.filter(person__in=everybody).update(lifted_at=timezone.now(), lifted_reason=reason[:500])
    _follow(everybody)


def _renewed(disposal: Disposal) -> list[int]:
    """People whose records are not those that were named, or changed since the decision."""
    named: dict[int, set[int]] = {int(k): set(v) for k, v in disposal.people.items()}
    now: dict[int, set[int]] = defaultdict(set)
    changed: set[int] = set()
    links = Link.objects.filter(person__in=named).values_list(
        "person", "record", "record__changed_at"
    )
    for person, record, at in links:
        now[person].add(record)
        if disposal.decided_at and at > disposal.decided_at:
            changed.add(person)
    return sorted(p for p, records in named.items() if now[p] - records or p in changed)


def _quarantine(request: AccessRequest, disposal: Disposal) -> None:
    at, unit_id = timezone.now(), request.scope.unit_id
    if unit_id is None:
        raise ChangeRefusedError("You belong to no unit that could own the quarantine.")
    days = rules.load().disposal.quarantine_days
    Restriction.objects.bulk_create(
        Restriction(
            person_id=int(person),
            root=disposal.pk,
            level=Restriction.Level.RESTRICTED,
            reason=WHY,
            owner_unit_id=unit_id,
            owner_id=request.scope.officer_id,
            records=records,
            review_on=timezone.localdate() + timedelta(days=days),
            set_at=at,
        )
        for person, records in disposal.people.items()
    )
    _follow(disposal.person_ids)


def _follow(people: list[int]) -> None:
    Person.objects.filter(pk__in=people).update(version=F("version") + 1)
    outbox.queue("person", people)


def _waiting(request: AccessRequest, disposal: Disposal) -> Disposal:
    held = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if held.state != Disposal.State.PROPOSED:
        raise ChangeRefusedError("Somebody has decided on it already.")
    if held.proposed_by_id == request.scope.officer_id:
        raise ChangeRefusedError("You proposed it: somebody else decides.")
    oldest = timezone.now() - timedelta(days=rules.load().disposal.not_after_days)
    if held.proposed_at < oldest:
        raise ChangeRefusedError("It is too old: propose it again.")
    held.decided_by_id, held.decided_at = request.scope.officer_id, timezone.now()
    return held


def _within_limit(count: int) -> None:
    everybody = Person.objects.filter(status=Person.Status.CURRENT).count()
    most = rules.load().disposal.most_percent
    if count > 1 and count > everybody * most / 100:
        raise ChangeRefusedError(
            f"{count:,} people are more than {most:g} per cent of all {everybody:,}. "
            "So many are never disposed of at once: dispose of fewer."
        )


def _records_of(people: list[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {str(pk): [] for pk in people}
    links = Link.objects.filter(person__in=people).order_by("record")
    for person, record in links.values_list("person", "record"):
        found[str(person)].append(record)
    return found


def _record(request: AccessRequest, action: Action, disposal: Disposal) -> None:
    detail: dict[str, Any] = {"disposal": disposal.pk, "counts": disposal.counts}
    if disposal.erase_after:
        detail["erase_after"] = disposal.erase_after.isoformat()
    trail.record(
        request,
        action,
        subject_kind="person",
        subject_ids=[str(pk) for pk in disposal.person_ids],
        result_count=len(disposal.people),
        detail=detail,
    )
