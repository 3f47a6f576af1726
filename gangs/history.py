"""A person's whole gang history, for their own request (policing.md F8; DPA 2018 s.45).

Everything that was ever kept here about the records of the person: versions with both times,
criteria, who wrote and who authorised, who was told what; what was proposed and refused; what
other systems delivered. It is the only page that shows what has ended.
"""

from dataclasses import dataclass

from gangs import standing
from gangs.affiliations import Line, lines_of
from gangs.declared import rules
from gangs.kept_models import KeptMembership, MembershipProposal, Status
from gangs.models import HistoryDecision, Membership, MembershipDisclosure
from people import rule
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Version:
    """One version with its evidence; `criteria` in words."""

    row: KeptMembership
    criteria: tuple[str, ...]
    evidence: tuple[Line, ...]

    @property
    def status(self) -> str:
        return Status(self.row.kept_as).label


@dataclass(frozen=True, slots=True)
class History:
    """All that was ever kept about one person's records. Nothing: empty tuples."""

    person_id: int
    records: tuple[int, ...]
    versions: tuple[Version, ...]
    disclosures: tuple[MembershipDisclosure, ...]
    proposals: tuple[MembershipProposal, ...]
    delivered: tuple[Membership, ...]
    decisions: tuple[HistoryDecision, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.versions or self.proposals or self.delivered)


def of_person(person_id: int, scope: Scope) -> History | None:
    """The history of a person whom the scope sees, or None. Raises PermissionDenied.

    Restricted gangs are in it: it is the person's own. Nine queries at most.
    """
    scope.require(Permission.GANG_HISTORY)
    if not rule.visible(scope).filter(pk=person_id).exists():
        return None
    links = rule.unhidden_links(scope).filter(person=person_id)
    records = tuple(links.order_by("record").values_list("record", flat=True))
    roots = standing.of_records(KeptMembership.objects.all(), records).values("root")
    rows = list(
        KeptMembership.objects.filter(root__in=roots)
        .select_related("gang", "author", "authorised_by", "ended_by", "unit")
        .order_by("recorded_at", "number")
    )
    lines = lines_of(rows) if rows else {}
    told = MembershipDisclosure.objects.filter(membership__root__in=roots)
    refused = MembershipProposal.objects.filter(cited__overlap=list(records))
    delivered = Membership.objects.filter(record__in=records)
    answered = HistoryDecision.objects.filter(records__overlap=list(records))
    return History(
        person_id=person_id,
        records=records,
        versions=tuple(_version(row, lines.get(row.pk, [])) for row in rows),
        disclosures=tuple(told.select_related("officer", "membership__gang").order_by("at")),
        proposals=tuple(
            refused.exclude(state="authorised")
            .select_related("gang", "author", "decided_by")
            .order_by("proposed_at")
        ),
        delivered=tuple(delivered.select_related("gang").order_by("authorised_on", "pk")),
        decisions=tuple(answered.select_related("officer").order_by("at")),
    )


def _version(row: KeptMembership, lines: list[Line]) -> Version:
    known = rules().criteria
    words = tuple(known[code].words if code in known else code for code in row.criteria)
    return Version(row, words, tuple(lines))
