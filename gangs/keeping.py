"""What changes the memberships that the unit keeps. A change and its audit row stand together.

One proposes with evidence, another of the same unit authorises (F1); nothing is changed in place:
a version supersedes the one before (ADR 28). The database refuses the same things once more.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action
from gangs import declared, evidence, standing
from gangs.checks import Wanted, check, record
from gangs.kept_models import (
    KeptMembership,
    MembershipProposal,
    state_of,
)
from gangs.network import build
from people import rule
from people.models import Person
from wmp_search.access import four_eyes
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError
from wmp_search.dates import months_after

LIFETIME = timedelta(days=28)  # of a proposal that nobody decides on
State = MembershipProposal.State


def waiting(scope: Scope) -> QuerySet[MembershipProposal]:
    """What waits for a decision in the scope's unit, as far as its lists are open to the scope."""
    mine = MembershipProposal.objects.filter(
        unit=scope.unit_id, state=State.WAITING, expires_at__gt=timezone.now()
    )
    if not standing.sees_harmed(scope):
        mine = mine.exclude(status__in=list(declared.HARMED))
    return mine.select_related("gang", "author").order_by("expires_at", "pk")


def propose(request: AccessRequest, person_id: int, wanted: Wanted) -> MembershipProposal:
    """Ask a supervisor. Raises RulesRefuseError, which is counted, and ChangeRefusedError."""
    scope = request.scope
    if scope.unit_id is None:
        raise ChangeRefusedError("You belong to no unit that could keep memberships.")
    _may_keep_as(wanted.status, scope)
    check(request, person_id, wanted)
    now = timezone.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        _not_twice(person_id, wanted, scope)
        made = MembershipProposal.objects.create(
            renews=wanted.renews,
            gang=wanted.gang,
            status=wanted.status,
            cited=sorted({c.record_id for c in wanted.cited}),
            evidence=evidence.as_json(wanted.cited),
            rationale=wanted.rationale.strip(),
            valid_from=wanted.valid_from,
            review_on=wanted.review_on,
            author_id=scope.officer_id,
            unit_id=scope.unit_id,
            proposed_at=now,
            expires_at=now + LIFETIME,
        )
        record(request, Action.MEMBERSHIP_PROPOSED, person_id, _asked(made))
    return made


def authorise(request: AccessRequest, proposal_id: int) -> KeptMembership:
    """Let it count from now on. Raises ChangeRefusedError, RulesRefuseError, and PermissionDenied
    for one's own proposal.
    """
    with transaction.atomic():
        asked = _undecided(request, proposal_id)
    person_id = person_of(asked.cited, request.scope)
    if person_id is None:
        raise ChangeRefusedError("Its records are no longer of one person whom you may see.")
    check(request, person_id, _wanted(asked))  # outside: a refusal is counted, not rolled back
    with transaction.atomic():
        asked = _undecided(request, proposal_id)
        old = _superseded(asked.renews_id)
        made = _keep(asked, old, request.scope.officer_id)
        _decide(asked, State.AUTHORISED, request.scope.officer_id, "")
        record(request, Action.MEMBERSHIP_AUTHORISED, person_id, state_of(made))
    return made


def refuse(request: AccessRequest, proposal_id: int, reason: str) -> None:
    """Turn it down, with a reason that its author reads."""
    with transaction.atomic():
        asked = _undecided(request, proposal_id)
        _decide(asked, State.REFUSED, request.scope.officer_id, reason)
        detail = {**_asked(asked), "reason": reason}
        record(request, Action.MEMBERSHIP_REFUSED, None, detail)


def take_back(request: AccessRequest, proposal_id: int) -> None:
    """The author no longer asks."""
    with transaction.atomic():
        asked = _locked(proposal_id, request.scope)
        if asked.author_id != request.scope.officer_id:
            raise ChangeRefusedError("Only its author can take a proposal back.")
        _decide(asked, State.TAKEN_BACK, request.scope.officer_id, "Taken back")
        record(request, Action.MEMBERSHIP_REFUSED, None, _asked(asked))


def person_of(record_ids: Sequence[int], scope: Scope) -> int | None:
    """The one person who holds all these records, as far as the scope sees them."""
    links = rule.visible_links(scope).filter(record__in=record_ids)
    found = dict(links.values_list("record", "person"))
    people_found = {found.get(record) for record in record_ids}
    return people_found.pop() if len(people_found) == 1 else None


def _not_twice(person_id: int, wanted: Wanted, scope: Scope) -> None:
    """One membership of a gang for a person, and one proposal at a time."""
    records = list(
        rule.unhidden_links(scope).filter(person=person_id).values_list("record", flat=True)
    )
    asked = MembershipProposal.objects.filter(
        gang=wanted.gang, state=State.WAITING, expires_at__gt=timezone.now()
    )
    if asked.filter(cited__overlap=records).exists():
        raise ChangeRefusedError("A proposal about this person and gang waits for a decision.")
    if wanted.renews is None:
        held = standing.of_records(standing.holding().filter(gang=wanted.gang), records)
        if held.exists():
            raise ChangeRefusedError("The person is kept for this gang already: renew that.")
    elif not standing.holding().filter(pk=wanted.renews.pk).exists():
        raise ChangeRefusedError("It has ended or expired. Propose it anew.")


def _may_keep_as(status: str, scope: Scope) -> None:
    if status in declared.HARMED and not standing.sees_harmed(scope):
        raise ChangeRefusedError("Your role and purpose do not include those whom gangs harm.")


def _undecided(request: AccessRequest, proposal_id: int) -> MembershipProposal:
    """Somebody else's waiting proposal. One's own: PermissionDenied, as for a page (F1)."""
    request.scope.require(Permission.GANG_AUTHORISE)
    asked = _locked(proposal_id, request.scope)
    try:
        four_eyes.another(asked.author_id, request.scope.officer_id, "supervisor")
    except ChangeRefusedError as own:
        raise PermissionDenied(str(own)) from own
    _may_keep_as(asked.status, request.scope)
    return asked


def _locked(proposal_id: int, scope: Scope) -> MembershipProposal:
    asked = (
        MembershipProposal.objects.select_for_update(of=("self",))
        .select_related("gang", "renews")
        .filter(pk=proposal_id, unit=scope.unit_id)
        .first()
    )
    if asked is None or asked.state != State.WAITING or asked.expires_at <= timezone.now():
        raise ChangeRefusedError("This proposal has been decided or has expired.")
    return asked


def _wanted(asked: MembershipProposal) -> Wanted:
    """The proposal as of today: a review date that has passed meanwhile moves to tomorrow."""
    return Wanted(
        gang=asked.gang,
        status=asked.status,
        cited=evidence.kept(asked.evidence),
        rationale=asked.rationale,
        valid_from=asked.valid_from,
        review_on=max(asked.review_on, timezone.localdate() + timedelta(days=1)),
        renews=asked.renews,
    )


def _superseded(renews_id: int | None) -> KeptMembership | None:
    """The version that a renewal supersedes, locked. Raises ChangeRefusedError if it has ended."""
    if renews_id is None:
        return None
    old = KeptMembership.objects.select_for_update().get(pk=renews_id)
    if not standing.holding().filter(pk=old.pk).exists():
        raise ChangeRefusedError("It has ended or expired meanwhile. It must be proposed anew.")
    return old


def _keep(
    asked: MembershipProposal, old: KeptMembership | None, supervisor_id: int
) -> KeptMembership:
    now, today = timezone.now(), timezone.localdate()
    if old:
        KeptMembership.objects.filter(pk=old.pk).update(superseded_at=now)
    cited = evidence.kept(asked.evidence)
    expires_on = months_after(today, declared.rules().months)
    chain: dict[str, Any] = {"root": old.root, "number": old.number + 1} if old else {}
    made = KeptMembership.objects.create(
        **chain,
        gang=asked.gang,
        status=asked.status,
        cited=asked.cited,
        criteria=sorted({c.criterion for c in cited}),
        rules_version=declared.rules().version,
        rationale=asked.rationale,
        author_id=asked.author_id,
        authorised_by_id=supervisor_id,
        authorised_on=today,
        unit_id=asked.unit_id,
        valid_from=min(asked.valid_from, old.valid_from) if old else asked.valid_from,
        review_on=min(max(asked.review_on, today + timedelta(days=1)), expires_on),
        expires_on=expires_on,
        recorded_at=now,
    )
    evidence.write(made, cited)
    build.membership_changed(made.cited)
    return made


def _decide(asked: MembershipProposal, state: str, officer_id: int, reason: str) -> None:
    asked.state, asked.decided_at, asked.decision_reason = state, timezone.now(), reason
    asked.decided_by_id = officer_id
    asked.save(update_fields=["state", "decided_at", "decision_reason", "decided_by"])


def _asked(asked: MembershipProposal) -> dict[str, Any]:
    return {
        "proposal": asked.pk,
        "gang": asked.gang_id,
        "status": asked.status,
        "records": asked.cited,
        "renews": asked.renews_id,
    }
