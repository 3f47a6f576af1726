"""Whether what somebody proposes may be kept: the declared rules, dates, and new evidence.

What is refused is counted without anybody's name, for the ethics panel (policing.md F10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from audit.actions import Action
from gangs import criteria, declared
from gangs.criteria import Cited, Fault, Offered
from gangs.kept_models import KeptMembership, MembershipEvidence
from gangs.models import Gang, RefusedProposal
from people import rule
from people import selectors as people
from people.models import NominalRecord
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError
from wmp_search.dates import months_after


class RulesRefuseError(ChangeRefusedError):
    """The declared rules refuse it; `faults` say why, the brake first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(". ".join(fault.words for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody proposes: a new membership, or the renewal of `renews`."""

    gang: Gang
    status: str
    cited: tuple[Cited, ...]
    rationale: str
    valid_from: date
    review_on: date
    renews: KeptMembership | None = None


def check(request: AccessRequest, person_id: int, wanted: Wanted) -> None:
    """Raise RulesRefuseError where the rules refuse it; that is counted and recorded."""
    known = people.summaries([person_id], request.scope).get(person_id)
    ids = {c.record_id for c in wanted.cited}
    mine = rule.visible_links(request.scope).filter(person=person_id, record__in=ids)
    if known is None or mine.count() != len(ids):
        raise ChangeRefusedError("Cite records of this person only.")
    offered = Offered(
        status=wanted.status,
        evidence=wanted.cited,
        rationale=wanted.rationale,
        is_child=known.is_child if known.born else None,
        on=timezone.localdate(),
    )
    faults = [*criteria.judge(offered), *_dates(wanted), *_nothing_new(wanted)]
    if faults:
        _count(request, person_id, wanted, faults)
        raise RulesRefuseError(faults)


def _dates(wanted: Wanted) -> list[Fault]:
    today = timezone.localdate()
    last = months_after(today, declared.rules().months)
    found = []
    if wanted.valid_from > today:
        found.append(Fault("dates", "The day it is true from cannot be in the future"))
    if not today < wanted.review_on <= last:
        found.append(Fault("review", "Review it after today and within six months"))
    return found


def _nothing_new(wanted: Wanted) -> list[Fault]:
    """A renewal needs a record that was never cited for it, of after the last authorisation (F4).

    Late intelligence counts by the day on which it was recorded.
    """
    old = wanted.renews
    if old is None:
        return []
    cited = MembershipEvidence.objects.filter(membership__root=old.root)
    before = set(cited.values_list("record_id", flat=True))
    ids = [c.record_id for c in wanted.cited if c.record_id not in before]
    days = NominalRecord.objects.filter(pk__in=ids).values_list("event_on", "recorded_on")
    if any(day and day > old.authorised_on for pair in days for day in pair):
        return []
    words = "Nothing new: cite a record from after the last authorisation that was never cited"
    return [Fault("no_new_evidence", words)]


def _count(
    request: AccessRequest, person_id: int, wanted: Wanted, faults: Sequence[Fault]
) -> None:
    """Count the refusal, without officer or person; the trail knows both. Not rolled back."""
    RefusedProposal.objects.bulk_create(
        RefusedProposal(unit_id=request.scope.unit_id, rule=fault.rule, brake=fault.brake)
        for fault in faults
    )
    detail = {
        "gang": wanted.gang.pk,
        "status": wanted.status,
        "rules": [fault.rule for fault in faults],
        "brake": any(fault.brake for fault in faults),
    }
    record(request, Action.MEMBERSHIP_STOPPED, person_id, detail)


def record(
    request: AccessRequest, action: Action, person_id: int | None, detail: dict[str, Any]
) -> None:
    """The audit row of a change."""
    subjects = [] if person_id is None else [str(person_id)]
    trail.record(request, action, subject_kind="person", subject_ids=subjects, detail=detail)
