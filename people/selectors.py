"""What a scope may read about people. Everything shown is made from evidence at or below its tier.

`visible` is the access rule for SQL; `people.search.index_filter` is the same rule for the index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from people import roles
from people import search as index
from people.models import Address, BirthDate, Evidence, Link, Name, Person, WarningMarker
from people.summary import Held, Summary, summary_of
from wmp_search.access.scope import Scope

PAGE_SIZE = 20
Row = TypeVar("Row", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Result:
    """One person found: what is shown of the person, and why the index offered them."""

    rank: int
    summary: Summary
    match: index.Match


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results in rank order; `total` counts all pages."""

    results: tuple[Result, ...]
    total: int
    index_build: str
    ranking: str


def visible(scope: Scope) -> QuerySet[Person]:
    """Current people with evidence at or below the scope's tier; none without permission."""
    if scope.max_tier < 0:
        return Person.objects.none()
    tiers = list(range(scope.max_tier + 1))
    return Person.objects.filter(status=Person.Status.CURRENT, tiers__overlap=tiers)


def visible_links(scope: Scope) -> QuerySet[Link]:
    """Links to the records, not deleted, at or below the scope's tier."""
    return Link.objects.filter(record__tier__lte=scope.max_tier, record__deleted_at__isnull=True)


def current_id(person_id: int, scope: Scope) -> int | None:
    """The id itself, the survivor's if it was merged, or None if the scope may not see it."""
    seen: set[int] = set()
    following = person_id
    while following not in seen:
        seen.add(following)
        merged = Person.objects.filter(pk=following, merged_into__isnull=False)
        following = merged.values_list("merged_into", flat=True).first() or following
    return visible(scope).filter(pk=following).values_list("pk", flat=True).first()


def search(
    criteria: index.PersonCriteria, scope: Scope, *, page: int = 1, size: int = PAGE_SIZE
) -> ResultPage:
    """Ask the index, then show its people through SQL: a stale index can hide, never leak.

    One OpenSearch request. Raises SearchUnavailable.
    """
    offset = (page - 1) * size
    found = index.search(criteria, scope, offset=offset, limit=size)
    known = summaries([m.person_id for m in found.matches], scope)
    results = tuple(
        Result(offset + place, known[match.person_id], match)
        for place, match in enumerate(found.matches, start=1)
        if match.person_id in known
    )
    hidden = len(found.matches) - len(results)
    return ResultPage(results, found.total - hidden, found.index_build, found.ranking)


def summaries(person_ids: Iterable[int], scope: Scope) -> dict[int, Summary]:
    """Summaries of the visible ones among `person_ids`, by id."""
    return {pk: summary_of(held) for pk, held in gather(person_ids, scope).items()}


def gather(person_ids: Iterable[int], scope: Scope) -> dict[int, Held]:
    """The visible evidence of the visible ones among `person_ids`. Seven queries in all."""
    versions = visible(scope).filter(pk__in=person_ids).values_list("pk", "version")
    people = {pk: Held(pk, version) for pk, version in versions}
    for name in best_first(Name, people, scope):
        people[name.person_id].names.append(name)
    for birth in best_first(BirthDate, people, scope):
        people[birth.person_id].births.append(birth)
    for address in best_first(Address, people, scope):
        people[address.person_id].addresses.append(address)
    for marker in best_first(WarningMarker, people, scope):
        people[marker.person_id].markers.append(marker)
    of_these = visible_links(scope).filter(person__in=people)
    links = list(of_these.select_related("record").order_by("record_id"))
    roles_of = roles.of_records([link.record for link in links], scope)
    for link in links:
        people[link.person_id].links.append(link)
        people[link.person_id].roles[link.record_id] = roles_of[link.record_id]
    return people


def best_first(model: type[Row], person_ids: Iterable[int], scope: Scope) -> QuerySet[Row]:
    """The evidence rows of one kind that the scope may see, best first."""
    manager = model._default_manager  # noqa: SLF001  an abstract model has no `objects`
    rows = manager.filter(person__in=person_ids, tier__lte=scope.max_tier)
    return rows.order_by("rank", "pk")


def audited(found: ResultPage) -> list[dict[str, Any]]:
    """What a page of results shows, as the audit trail keeps it: no names, ids and versions."""
    return [
        {
            "id": str(result.summary.person_id),
            "version": result.summary.version,
            "rank": result.rank,
            "strength": result.match.strength,
        }
        for result in found.results
    ]
