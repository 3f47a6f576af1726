"""What a scope may read about gangs. Members and those harmed are never on one list (F2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.replays import Look
from gangs import search as index
from gangs.models import Gang, GangGroupPermission, Membership
from people import restrictions, rule
from people import selectors as people
from people.intelligence import grade_words
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

AFFILIATED = (Membership.Status.MEMBER, Membership.Status.ASSOCIATE)
PAGE_SIZE = 20
HARMED = (Membership.Status.EXPLOITED, Membership.Status.AT_RISK)


@dataclass(frozen=True, slots=True)
class Affiliation:
    """One membership as assessed, with who stands behind it; the person only where visible."""

    gang_id: int
    gang_name: str
    status: str
    harmed: bool
    grade: str
    rationale: str
    authorised_by: str
    authorised_on: date
    review_on: date
    record_id: int | None
    person: Summary | None

    @property
    def overdue(self) -> bool:
        """Past its review date it says nothing any more until somebody authorises it anew (F4)."""
        return self.review_on < timezone.localdate()


@dataclass(frozen=True, slots=True)
class GangPage:
    """One page of gangs found, in rank order."""

    gangs: tuple[Gang, ...]
    total: int
    index_build: str


@dataclass(frozen=True, slots=True)
class GangProfile:
    """A gang's page as data; removed memberships are on no list (F5)."""

    gang: Gang
    members: tuple[Affiliation, ...]
    harmed: tuple[Affiliation, ...]


def visible(scope: Scope) -> QuerySet[Gang]:
    """Gangs, not deleted; restricted ones only with a grant to one of the scope's roles."""
    if scope.practises or not scope.may(Permission.GANG_VIEW):
        return Gang.objects.none()
    granted = GangGroupPermission.objects.filter(
        group__in=scope.group_ids, permission__codename="see_gang"
    ).values("content_object")
    open_to_all = Q(restricted=False) | Q(pk__in=granted)
    return Gang.objects.filter(open_to_all, deleted_at__isnull=True)


def listing(scope: Scope) -> QuerySet[Gang]:
    """The visible gangs by name."""
    return visible(scope).order_by("name", "pk")


def search(text: str, scope: Scope, *, page: int = 1) -> GangPage:
    """Ask the index, then show its gangs through SQL. One OpenSearch request."""
    found = index.search(text, scope, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    known = visible(scope).in_bulk([m.gang_id for m in found.matches])
    gangs = tuple(known[m.gang_id] for m in found.matches if m.gang_id in known)
    hidden = len(found.matches) - len(gangs)
    return GangPage(gangs, found.total - hidden, found.index_build)


def among(gang_ids: Collection[int], scope: Scope) -> int:
    """How many of these gangs the scope may see. One query at most."""
    return visible(scope).filter(pk__in=gang_ids).count() if gang_ids else 0


def profile(gang_id: int, scope: Scope) -> GangProfile | None:
    """The gang and the people affiliated to it, or None."""
    gang = visible(scope).filter(pk=gang_id).first()
    if gang is None:
        return None
    rows = list(_standing().filter(gang=gang_id))
    links = rule.visible_links(scope).filter(record__in=[r.record_id for r in rows])
    person_of = dict(links.values_list("record", "person"))
    known = people.summaries(set(person_of.values()), scope)
    seen = [
        _affiliation(row, gang, known.get(person_of[row.record_id]))
        for row in rows
        if row.record_id in person_of
    ]
    return GangProfile(
        gang=gang,
        members=tuple(a for a in seen if not a.harmed),
        harmed=tuple(a for a in seen if a.harmed),
    )


def of_person(person_id: int, scope: Scope) -> tuple[Affiliation, ...]:
    """The person's standing affiliations to visible gangs. One query."""
    links = rule.visible_links(scope).filter(person=person_id)
    rows = _standing().filter(record__in=links.values("record"), gang__in=visible(scope))
    found = rows.select_related("gang")
    return tuple(_affiliation(row, row.gang, None) for row in found if row.gang)


def _standing() -> QuerySet[Membership]:
    return Membership.objects.filter(
        deleted_at__isnull=True, status__in=[*AFFILIATED, *HARMED]
    ).order_by("status", "nominal_ref")


def _affiliation(row: Membership, gang: Gang, person: Summary | None) -> Affiliation:
    return Affiliation(
        gang_id=gang.pk,
        gang_name=gang.name,
        status=row.get_status_display(),
        harmed=row.status in HARMED,
        grade=grade_words(row.grade, "3x5x2"),
        rationale=row.rationale,
        authorised_by=row.authorised_by,
        authorised_on=row.authorised_on,
        review_on=row.review_on,
        record_id=row.record_id,
        person=person,
    )


def may_see_again(scope: Scope, look: Look) -> bool:
    """Whether the scope may see every gang that was on an officer's screen."""
    wanted = set(look.ids) if look.kind == "gang" else set()
    return visible(scope).filter(pk__in=wanted).count() == len(wanted)


def reported(shown: GangProfile, scope: Scope) -> dict[str, Any]:
    """What the event of the gang's page says for the owners of the people on it."""
    return restrictions.reported(audited(shown)["people"], scope)


def audited(shown: GangProfile) -> dict[str, Any]:
    """What a gang's page shows, as the audit trail keeps it."""
    everybody = (*shown.members, *shown.harmed)
    return {
        "id": str(shown.gang.pk),
        "changed_at": shown.gang.changed_at.isoformat(),
        "people": [a.person.person_id for a in everybody if a.person],
        "records": [a.record_id for a in everybody],
    }
