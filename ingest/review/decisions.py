"""Taking, confirming and undoing decisions. Each, its people and its audit row stand or fall
together; the row is written before the transaction ends (DPA 2018 s.62(1)(e): combination).
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from ingest.resolution.run import ResolutionBusyError, exclusively_until_commit
from ingest.review import constraints, impact, local, recalls
from ingest.review.models import Decision, Verdict
from people.models import Link
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError

State = Decision.State
Tell = Callable[[Action, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants decided: the records of both sides, and what they were shown."""

    verdict: Verdict
    left: Collection[int]
    right: Collection[int]
    reason: str
    seconds: float | None = None
    weight: float | None = None
    model_version: str = ""


def decide(request: AccessRequest, wish: Wish) -> Decision:
    """Take a decision and put it into force, unless it needs a second person.

    Raises ChangeRefusedError where it contradicts one that stands, or names no live record.
    """
    return take(wish, request.scope.officer_id, _by(request))


def take(wish: Wish, officer_id: int, tell: Tell) -> Decision:
    """`decide` without a request: `tell(action, particulars)` writes the audit row."""
    _check_sides(wish)
    with transaction.atomic():
        people = _people_of({*wish.left, *wish.right})
        local.lock_people(people)
        if wish.verdict != Verdict.UNSURE:
            _refuse_contradiction(wish)
        reasons = impact.of_joining(people) if wish.verdict == Verdict.SAME else []
        made = Decision.objects.create(
            verdict=wish.verdict,
            state=State.WAITING if reasons and len(people) > 1 else State.STANDING,
            left=sorted(wish.left),
            right=sorted(wish.right),
            people=people,
            reason=wish.reason,
            impact=reasons,
            weight=wish.weight,
            model_version=wish.model_version,
            author_id=officer_id,
            decided_at=timezone.now(),
            seconds=wish.seconds,
        )
        _enforce(made, Action.MATCH_DECIDED, tell)
    return made


def confirm(request: AccessRequest, decision: Decision, *, agreed: bool, reason: str) -> Decision:
    """The second person's word. Raises ChangeRefusedError for the author, or what was decided."""
    with transaction.atomic():
        held = _locked(decision)
        if held.state != State.WAITING:
            raise ChangeRefusedError("Somebody has decided on this already.")
        if held.author_id == request.scope.officer_id:
            raise ChangeRefusedError("The second person must be somebody else than the first.")
        if agreed:
            _refuse_contradiction(Wish(Verdict(held.verdict), held.left, held.right, ""))
        held.state = State.STANDING if agreed else State.REFUSED
        held.second_id, held.second_at = request.scope.officer_id, timezone.now()
        held.second_reason = reason
        held.save()
        _enforce(held, Action.MATCH_CONFIRMED, _by(request))
    return held


def undo(request: AccessRequest, decision: Decision, reason: str) -> Decision:
    """Take a standing decision back: everybody gets the records and the id they had before it."""
    return take_back(decision, request.scope.officer_id, reason, _by(request))


def take_back(decision: Decision, officer_id: int, reason: str, tell: Tell) -> Decision:
    """`undo` without a request."""
    with transaction.atomic():
        held = _locked(decision)
        if held.state not in (State.STANDING, State.WAITING):
            raise ChangeRefusedError("This decision does not stand any more.")
        held.state, held.undone_at = State.UNDONE, timezone.now()
        held.undone_by_id, held.undone_reason = officer_id, reason
        held.save()
        _enforce(held, Action.MATCH_UNDONE, tell)
    return held


def settle() -> int:
    """Put into force what was decided while a run was at work; returns how many decisions.

    Raises ResolutionBusyError while one still is.
    """
    waiting = Decision.objects.filter(settled=False).order_by("pk")
    done = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            exclusively_until_commit()
            held = _locked(Decision(pk=pk))
            action = Action.MATCH_UNDONE if held.state == State.UNDONE else Action.MATCH_DECIDED
            _apply(held, action, _by_system)
            done += 1
    return done


def _check_sides(wish: Wish) -> None:
    left, right = set(wish.left), set(wish.right)
    if not left or not right or left & right:
        raise ChangeRefusedError("Each side needs at least one record, and none may be on both.")
    live = Link.objects.filter(record__in=left | right, record__deleted_at__isnull=True).count()
    if live < len(left | right):
        raise ChangeRefusedError("A record is gone since the page was opened. Open it again.")


def _refuse_contradiction(wish: Wish) -> None:
    against = contradicts(wish)
    if against is not None:
        raise ChangeRefusedError(
            f"This contradicts decision {against.pk} "
            f"(“{Verdict(against.verdict).label}”, {against.decided_at:%-d %B %Y}). "
            "Undo that one first if it is wrong."
        )


def contradicts(wish: Wish) -> Decision | None:
    """A standing decision that cannot hold together with the wish, or None."""
    left, right = _joined(wish.left), _joined(wish.right)
    if wish.verdict == Verdict.SAME:
        left = right = left | right
    for one in constraints.standing(left | right):
        apart = not one.same and (
            (one.left & left and one.right & right) or (one.left & right and one.right & left)
        )
        if wish.verdict == Verdict.SAME and apart:
            return Decision.objects.get(pk=one.number)
        if wish.verdict == Verdict.DIFFERENT and one.same and one.records & left & right:
            return Decision.objects.get(pk=one.number)
    return None


def _joined(records: Collection[int]) -> set[int]:
    """The records and all that standing decisions say are of the same person."""
    found, fresh = set(records), set(records)
    while fresh:
        more = (c.records for c in constraints.standing(fresh) if c.same)
        fresh = set().union(*more) - found
        found |= fresh
    return found


def _enforce(decision: Decision, action: Action, tell: Tell) -> None:
    """Make the people anew and record it; during a run it is kept for the end of the run."""
    bound = decision.verdict in constraints.BINDING
    moves = decision.state == State.STANDING or (
        decision.state == State.UNDONE and _was_applied(decision)
    )
    if not (bound and moves):
        tell(action, _particulars(decision, {}, {}))
        return
    try:
        exclusively_until_commit()
    except ResolutionBusyError:
        decision.settled = False
        decision.save()
        tell(action, _particulars(decision, {}, {}))
    else:
        _apply(decision, action, tell)


def _was_applied(decision: Decision) -> bool:
    return bool(decision.before) or not decision.settled


def _apply(decision: Decision, action: Action, tell: Tell) -> None:
    near = local.around(decision.records)
    before = near.people
    undoing = decision.state == State.UNDONE
    claims = {int(r): p for r, p in decision.before.items()} if undoing else {}
    after = local.remake(near, claims)
    if not undoing:
        decision.before = {str(r): p for r, p in before.items()}
    decision.settled = True
    decision.save()
    tell(action, _particulars(decision, before, after))
    recalls.send(decision, before, after)


def _particulars(
    decision: Decision, before: dict[int, int], after: dict[int, int]
) -> dict[str, Any]:
    """For the trail: who had which records before and after; enough to reverse it (A8)."""
    people = sorted({*decision.people, *before.values(), *after.values()})
    return {
        "subject_kind": "person",
        "subject_ids": [str(pk) for pk in people],
        "result_count": len(people),
        "detail": {
            "decision": decision.pk,
            "verdict": decision.verdict,
            "state": decision.state,
            "reason": decision.undone_reason or decision.second_reason or decision.reason,
            "left": decision.left,
            "right": decision.right,
            "weight": decision.weight,
            "model_version": decision.model_version,
            "author": decision.author_id,
            "second": decision.second_id,
            "before": _by_person(before),
            "after": _by_person(after),
        },
    }


def _by_person(people: dict[int, int]) -> dict[str, list[int]]:
    return {
        str(person): sorted(r for r, p in people.items() if p == person)
        for person in sorted(Counter(people.values()))
    }


def _people_of(records: Collection[int]) -> list[int]:
    links = Link.objects.filter(record__in=records).order_by("person")
    return list(links.values_list("person", flat=True).distinct())


def _locked(decision: Decision) -> Decision:
    """The row, locked after its people, so that two changes follow each other."""
    named = Decision.objects.values_list("left", "right").get(pk=decision.pk)
    local.lock_people(_people_of({*named[0], *named[1]}))
    return Decision.objects.select_for_update().get(pk=decision.pk)


def _by(request: AccessRequest) -> Tell:
    return lambda action, particulars: trail.record(request, action, **particulars)


def _by_system(action: Action, particulars: dict[str, Any]) -> None:
    door.event(door.Entry(action=action, actor=door.SYSTEM, **particulars))
