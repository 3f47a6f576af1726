"""How one affiliation is shown: kept here, or delivered by another system and read only.

Nobody has a number: how well it is evidenced is said in words (policing.md F7).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from gangs.criteria import Cited, unfit_words
from gangs.declared import HARMED, rules
from gangs.kept_models import KeptMembership, MembershipEvidence, Status
from gangs.models import Gang, Membership
from people.intelligence import grade_words
from people.models import NominalRecord
from people.sources import RecordSource
from people.summary import Summary
from wmp_search.dates import first_reaching, months_after

CHILD = "Child named in gang records: to be protected"
HELD_BACK = "Withheld: its words call somebody who is harmed a member"
IMPORTED = "Not assessed here: no criteria and no evidence came with it"
STANDING = (Status.MEMBER, Status.ASSOCIATE, Status.EXPLOITED, Status.AT_RISK)
INDEPENDENT = ("one record", "two independent records", "three or more independent records")


@dataclass(frozen=True, slots=True)
class Line:
    """One citation: what it is for, which record, of which day, and its own grade (D5)."""

    criterion: str
    source: RecordSource
    on: date
    grade: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Affiliation:
    """One affiliation as assessed, with who stands behind it; the person only where visible.

    `kept_id`: the version kept here; None: another system's, read only. `strength`: in words.
    `expires_on`: the last day on which it counts without new evidence.
    """

    gang_id: int
    gang_name: str
    status: str
    harmed: bool
    grade: str
    rationale: str
    authorised_by: str
    authorised_on: date
    review_on: date
    expires_on: date
    record_id: int | None
    person: Summary | None
    kept_id: int | None = None
    strength: str = IMPORTED
    criteria: tuple[str, ...] = ()
    evidence: tuple[Line, ...] = ()
    cited: tuple[int, ...] = ()

    @property
    def overdue(self) -> bool:
        """Past its review date: do not rely on it until somebody has looked at it again (F4)."""
        return self.review_on < timezone.localdate()

    @property
    def records(self) -> tuple[int, ...]:
        """The records behind it."""
        return self.cited if self.record_id is None else (self.record_id,)

    @property
    def latest_on(self) -> date | None:
        """The day of the newest evidence."""
        return max((line.on for line in self.evidence), default=None)

    @property
    def quiet_months(self) -> int:
        """Whole months without evidence: what fades is said (F4)."""
        return _months_since(self.latest_on)


def delivered(on: date | None = None) -> QuerySet[Membership]:
    """What other systems deliver and what still counts: six months after it was authorised it does
    not, and what they removed never does (F4, F5).
    """
    day = on or timezone.localdate()
    first = first_reaching(day, rules().months)
    return Membership.objects.filter(
        deleted_at__isnull=True, status__in=STANDING, authorised_on__gte=first
    ).order_by("status", "nominal_ref")


def ends_on(row: Membership) -> date:
    """The last day on which another system's row counts."""
    return months_after(row.authorised_on, rules().months)


def of_delivered(row: Membership, gang: Gang, person: Summary | None) -> Affiliation:
    """Another system's row as it stands there."""
    harmed = row.status in HARMED
    return Affiliation(
        gang_id=gang.pk,
        gang_name=gang.name,
        status=row.get_status_display(),
        harmed=harmed,
        grade=grade_words(row.grade, "3x5x2"),
        rationale=_fit(row.rationale, harmed=harmed),
        authorised_by=row.authorised_by,
        authorised_on=row.authorised_on,
        review_on=row.review_on,
        expires_on=ends_on(row),
        record_id=row.record_id,
        person=person,
    )


def of_kept(row: KeptMembership, person: Summary | None, lines: Sequence[Line]) -> Affiliation:
    """A version kept here with its evidence. `row` comes with gang and authoriser."""
    counting = [line for line in lines if line.counts]
    return Affiliation(
        gang_id=row.gang_id,
        gang_name=row.gang.name,
        status=Status(row.kept_as).label,
        harmed=row.kept_as in HARMED,
        grade=", ".join(dict.fromkeys(line.grade for line in counting)),
        rationale=row.rationale,
        authorised_by=str(row.authorised_by),
        authorised_on=row.authorised_on,
        review_on=row.review_on,
        expires_on=row.expires_on,
        record_id=None,
        person=person,
        kept_id=row.pk,
        strength=strength(counting),
        criteria=tuple(dict.fromkeys(line.criterion for line in counting)),
        evidence=tuple(lines),
        cited=tuple(row.cited),
    )


def protected(one: Affiliation) -> Affiliation:
    """As it is shown of a child: nobody under 18 is called a member or an associate."""
    if one.harmed or one.person is None or not one.person.is_child:
        return one
    words = _fit(one.rationale, harmed=True)
    return replace(one, status=CHILD, harmed=True, rationale=words)


def lines_of(rows: Collection[KeptMembership]) -> dict[int, list[Line]]:
    """The citations of each version, the newest first. Two queries."""
    cited = list(MembershipEvidence.objects.filter(membership__in=rows).order_by("-on", "pk"))
    records = NominalRecord.objects.in_bulk({c.record_id for c in cited})
    found: dict[int, list[Line]] = defaultdict(list)
    for row in cited:
        if row.record_id in records:
            found[row.membership_id].append(_line(row, records[row.record_id]))
    return found


def strength(counting: Iterable[Line]) -> str:
    """How it is evidenced, in words."""
    lines = list(counting)
    known = rules().criteria
    courts = {c.words for c in known.values() if c.sort == "court"}
    events = {(line.source.system, line.source.source_ref) for line in lines}
    words = INDEPENDENT[min(len(events), len(INDEPENDENT)) - 1] if events else "no record"
    best = "Found or tried by a court" if courts & {line.criterion for line in lines} else ""
    return f"{best}; {words}" if best else words.capitalize()


def words_of(cited: Iterable[Cited]) -> list[dict[str, Any]]:
    """Citations of a proposal as a page shows them."""
    known = rules().criteria
    return [
        {
            "record_id": c.record_id,
            "criterion": known[c.criterion].words if c.criterion in known else c.criterion,
            "on": c.on,
            "grade": f"3x5x2 {c.source}/{c.assessment}/{c.handling}",
        }
        for c in cited
    ]


def _line(row: MembershipEvidence, record: NominalRecord) -> Line:
    criterion = rules().criteria.get(row.criterion)
    return Line(
        criterion=criterion.words if criterion else row.criterion,
        source=RecordSource.of(record),
        on=row.on,
        grade=f"3x5x2 {row.source}/{row.assessment}/{row.handling}",
        counts=criterion.counts if criterion else False,
    )


def _fit(text: str, *, harmed: bool) -> str:
    return HELD_BACK if harmed and unfit_words(text) else text


def _months_since(day: date | None) -> int:
    if day is None:
        return 0
    today = timezone.localdate()
    months = (today.year - day.year) * 12 + today.month - day.month
    return max(0, months - (today.day < day.day))
