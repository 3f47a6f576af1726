"""What a scope may read about gangs. Members and those harmed are never on one list (F2)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from audit.replays import Look
from gangs import affiliations, standing
from gangs import search as index
from gangs.affiliations import Affiliation
from gangs.models import Gang, GangGroupPermission
from people import restrictions, rule
from people import selectors as people
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

PAGE_SIZE = 20


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
    everybody = [*_kept_of_gang(gang, scope), *_delivered_of_gang(gang, scope)]
    seen = [affiliations.protected(one) for one in everybody]
    harmed = tuple(a for a in seen if a.harmed) if standing.sees_harmed(scope) else ()
    return GangProfile(gang, tuple(a for a in seen if not a.harmed), harmed)


def of_person(
    person_id: int, scope: Scope, person: Summary | None = None
) -> tuple[Affiliation, ...]:
    """The person's standing affiliations to visible gangs. `person`: who it is, if known."""
    person = person or people.summaries([person_id], scope).get(person_id)
    links = rule.visible_links(scope).filter(person=person_id)
    records = links.values("record")
    rows = list(
        standing.listed(
            standing.of_records(standing.allowed(standing.holding(), scope), records).filter(
                gang__in=visible(scope)
            )
        ).select_related("gang", "authorised_by")
    )
    known = standing.whose(rows, scope)
    mine = [row for row in rows if known.get(row.pk) == person_id]
    lines = affiliations.lines_of(mine) if mine else {}
    found = [affiliations.of_kept(row, person, lines.get(row.pk, [])) for row in mine]
    delivered = affiliations.delivered().filter(record__in=records, gang__in=visible(scope))
    found += [
        affiliations.of_delivered(row, row.gang, person)
        for row in delivered.select_related("gang")
        if row.gang
    ]
    shown = [replace(affiliations.protected(one), person=None) for one in found]
    may = standing.sees_harmed(scope)
    return tuple(one for one in shown if may or not one.harmed)


def _kept_of_gang(gang: Gang, scope: Scope) -> list[Affiliation]:
    """What the unit keeps of the gang, of people whom the scope sees."""
    rows = list(
        standing.listed(standing.allowed(standing.holding().filter(gang=gang), scope))
        .select_related("gang", "authorised_by")
    )  # fmt: skip
    if not rows:
        return []
    person_of = standing.whose(rows, scope)
    known = people.summaries(set(person_of.values()), scope)
    seen = [row for row in rows if person_of.get(row.pk) in known]
    lines = affiliations.lines_of(seen)
    return [
        affiliations.of_kept(row, known[person_of[row.pk]], lines.get(row.pk, [])) for row in seen
    ]


def _delivered_of_gang(gang: Gang, scope: Scope) -> list[Affiliation]:
    """What other systems deliver of the gang."""
    rows = list(affiliations.delivered().filter(gang=gang))
    links = rule.visible_links(scope).filter(record__in=[r.record_id for r in rows])
    person_of = dict(links.values_list("record", "person"))
    known = people.summaries(set(person_of.values()), scope)
    return [
        affiliations.of_delivered(row, gang, known.get(person_of[row.record_id]))
        for row in rows
        if row.record_id in person_of
    ]


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
        "records": sorted({r for a in everybody for r in a.records}),
    }
