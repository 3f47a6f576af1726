"""What waits for the gangs unit: its monthly round (policing.md F4; issue 10)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from gangs import ending, keeping, standing
from gangs.kept_models import KeptMembership, MembershipProposal
from gangs.models import MembershipDisclosure
from people import rule
from people import selectors as people
from people.summary import Summary
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.scope import Scope

SOON = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Kept:
    """One membership in the queue, and why it stands there; first the most urgent."""

    version: KeptMembership
    person: Summary | None
    why: str
    late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One proposal that waits. `own`: another supervisor decides."""

    proposal: MembershipProposal
    person: Summary | None
    own: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The unit's queue as the scope may see it. `quiet`: how many need nothing within a month.

    `lapsed`: gang and day of those that expired within a month: who it was is said no more (F5).
    """

    asked: tuple[Asked, ...]
    kept: tuple[Kept, ...]
    lapsed: tuple[tuple[str, date], ...]
    notices: tuple[MembershipDisclosure, ...]
    quiet: int

    @property
    def people(self) -> list[int]:
        everybody = [row.person for row in self.asked] + [row.person for row in self.kept]
        return sorted({person.person_id for person in everybody if person})

    @property
    def count(self) -> int:
        return len(self.asked) + len(self.kept) + len(self.notices)


def of(request: AccessRequest) -> Queue:
    """What waits for the officer's unit. A person whom the scope may not see has no name here."""
    scope = request.scope
    asked = list(keeping.waiting(scope))
    rows = list(ending.open_to(request).order_by("review_on", "pk"))
    person_of = standing.whose(rows, scope)
    asked_of = _people_of(asked, scope)
    known = people.summaries({*person_of.values(), *asked_of.values()}, scope)
    reasons = _reasons(rows, person_of)
    kept = [
        Kept(row, known.get(person_of.get(row.pk, 0)), reasons[row.pk], _late(row))
        for row in rows
        if row.pk in reasons
    ]
    return Queue(
        asked=tuple(
            Asked(row, known.get(asked_of.get(row.pk, 0)), row.author_id == scope.officer_id)
            for row in asked
        ),
        kept=tuple(sorted(kept, key=lambda one: not one.late)),
        lapsed=tuple(_lapsed(request)),
        notices=tuple(_notices(request)),
        quiet=len(rows) - len(kept),
    )


def _people_of(asked: list[MembershipProposal], scope: Scope) -> dict[int, int]:
    """The person of each proposal. One query."""
    ids = {record for row in asked for record in row.cited}
    links = rule.visible_links(scope).filter(record__in=ids)
    person_of = dict(links.values_list("record", "person"))
    found = {}
    for row in asked:
        people_found = {person_of.get(record) for record in row.cited}
        if len(people_found) == 1 and (person := people_found.pop()) is not None:
            found[row.pk] = person
    return found


def _reasons(rows: list[KeptMembership], person_of: standing.Whose) -> dict[int, str]:
    """Why rows stand in the queue; the gravest reason of each."""
    today, doubled = timezone.localdate(), standing.doubled(rows, person_of)
    found = {row.pk: words for row in rows if (words := _clock(row, today))}
    found |= dict.fromkeys(doubled, "Kept twice for this gang since records were joined")
    return found | standing.astray(rows)


def _clock(row: KeptMembership, today: date) -> str:
    if row.review_on < today:
        return "Review overdue"
    if row.expires_on <= today + SOON:
        return "Expires within a month: renew it with new evidence, or let it end"
    return "Review due within a month" if row.review_on <= today + SOON else ""


def _late(row: KeptMembership) -> bool:
    return row.review_on < timezone.localdate()


def _lapsed(request: AccessRequest) -> list[tuple[str, date]]:
    """What expired without new evidence within a month, written down already or not."""
    today = timezone.localdate()
    over = ending.owned(request).filter(expires_on__lt=today, expires_on__gte=today - SOON)
    over = over.filter(ended__in=["", KeptMembership.Ended.EXPIRED])
    return [(row.gang.name, row.expires_on) for row in over.order_by("-expires_on", "pk")]


def _notices(request: AccessRequest) -> list[MembershipDisclosure]:
    """Recipients who are still to be told of an end, of what the unit kept."""
    due = MembershipDisclosure.objects.filter(
        membership__unit=request.scope.unit_id, notice_due_at__isnull=False, notice_sent_at=None
    )
    return list(due.select_related("membership").order_by("notice_due_at", "pk"))
