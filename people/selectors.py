"""What a scope may read about people. Everything shown is made from evidence at or below its tier.

The access rule itself stands in people.rule.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, LiteralString, TypeVar

from people import contested, fallback, restrictions, roles, rule, signals
from people import search as index
from people.facets import Group
from people.models import (
    Address,
    BirthDate,
    Evidence,
    Link,
    Name,
    NominalRecord,
    Person,
)
from people.narrowing import NONE, Narrowing
from people.rule import links_of_visible, visible, visible_links
from people.summary import Held, Summary, summary_of
from wmp_search import prepared
from wmp_search.access.scope import Scope, Tier
from wmp_search.search.client import Aside

PAGE_SIZE = 20
MASKED_WHY = "agrees with details that are masked"
Row = TypeVar("Row", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Result:
    """One person found: what is shown of the person, and why the index offered them."""

    rank: int
    summary: Summary
    match: index.Match


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results in rank order; `total` counts all pages.

    `contacts`: units to ask about restricted people who match (only where their owner allows it).
    """

    results: tuple[Result, ...]
    total: int
    index_build: str
    ranking: str
    contacts: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def has_strong(self) -> bool:
        """Whether anybody on the page is a strong match."""
        return any(result.match.strength is index.Strength.STRONG for result in self.results)

    @property
    def degraded(self) -> bool:
        """Whether PostgreSQL answered for the index: exact dates and numbers only."""
        return self.index_build == fallback.BUILD


def has_restricted(person_id: int, scope: Scope) -> bool:
    """Whether the scope sees anything of the person that not everybody sees. At most one query."""
    if scope.practises or scope.max_tier <= Tier.OPEN:
        return False
    return visible_links(scope).filter(person=person_id, record__tier__gt=Tier.OPEN).exists()


def current_id(person_id: int, scope: Scope) -> int | None:
    """The id itself, the survivor's if it was merged, or None if the scope may not see it."""
    seen: set[int] = set()
    following = person_id
    while following not in seen:
        seen.add(following)
        merged = Person.objects.filter(pk=following, merged_into__isnull=False)
        following = merged.values_list("merged_into", flat=True).first() or following
    return visible(scope).filter(pk=following).values_list("pk", flat=True).first()


def search(  # noqa: PLR0913  what is asked, for whom, which part of it
    criteria: index.PersonCriteria,
    scope: Scope,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
    narrowing: Narrowing = NONE,
    beside: Sequence[Aside] = (),
) -> ResultPage:
    """Ask the index, then show its people through SQL: a stale index can hide, never leak.

    One OpenSearch request, with what is asked `beside`; while OpenSearch is away, what PostgreSQL
    finds (`degraded`).
    Raises SearchUnavailable.
    """
    offset = (page - 1) * size
    found = index.search(
        criteria,
        scope,
        offset=offset,
        limit=size,
        narrowing=narrowing,
        fall_back=True,
        beside=beside,
    )
    standing = {m.person_id: found.standing[m.person_id] for m in found.matches}
    known = _summaries(standing, scope)
    results = tuple(
        Result(offset + place, known[match.person_id], _veiled(match, known[match.person_id]))
        for place, match in enumerate(found.matches, start=1)
        if match.person_id in known
    )
    whom = restrictions.contacts(found.noticed) if found.noticed else ()
    told = (found.index_build, found.ranking, whom, found.groups)
    return ResultPage(results, found.total, *told)


def _veiled(match: index.Match, summary: Summary) -> index.Match:
    """The match without what masked evidence tells: which name agreed, and why."""
    if not summary.masked or match.tier < Tier.MASKED:
        return match
    return replace(match, why=(MASKED_WHY,), matched_name="", matched_kind="")


def summaries(person_ids: Iterable[int], scope: Scope) -> dict[int, Summary]:
    """Summaries of the visible ones among `person_ids`, by id."""
    return _summaries(rule.visible_among(scope, person_ids), scope)


def _summaries(standing: Mapping[int, rule.Standing], scope: Scope) -> dict[int, Summary]:
    people = _with_evidence(standing, scope)
    _add_links(people, _brief_links(people, scope), scope)
    return {pk: summary_of(held) for pk, held in people.items()}


def gather(person_ids: Iterable[int], scope: Scope) -> dict[int, Held]:
    """The visible evidence of the visible ones among `person_ids`. Eight queries in all."""
    people = _with_evidence(rule.visible_among(scope, person_ids), scope)
    links = links_of_visible(people, scope).select_related("record").order_by("record_id")
    _add_links(people, list(links), scope)
    return people


def _with_evidence(standing: Mapping[int, rule.Standing], scope: Scope) -> dict[int, Held]:
    rows = standing.items()
    people = {pk: Held(pk, v, masked=_masked(pk, tiers, scope)) for pk, (v, tiers) in rows}
    for person, held in contested.among(people).items():
        people[person].contested = held
    for name in best_first(Name, people, scope):
        people[name.person_id].names.append(name)
    for birth in best_first(BirthDate, people, scope):
        people[birth.person_id].births.append(birth)
    for address in best_first(Address, people, scope):
        people[address.person_id].addresses.append(address)
    for marker in signals.shown(people, scope):
        people[marker.person_id].markers.append(marker)
    return people


def _add_links(people: Mapping[int, Held], links: Sequence[Link], scope: Scope) -> None:
    roles_of = roles.of_records([link.record for link in links], scope)
    for link in links:
        people[link.person_id].links.append(link)
        people[link.person_id].roles[link.record_id] = roles_of[link.record_id]


# what a summary says of records, in the model's order, by which `from_db` takes the values: a list
# of people does not read the rest of them
_BRIEF = ("id", "system", "source_ref", "sex", "role", "event_on", "recorded_on")
_BRIEF_LINKS: LiteralString = f"""
    SELECT l.person_id, r.id, r.system, r.source_ref, r.sex, r.role, r.event_on, r.recorded_on
    FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
    WHERE l.person_id = ANY(%(people)s::bigint[]) AND r.deleted_at IS NULL AND {rule.SHOWN}
    ORDER BY l.record_id
"""


def _brief_links(person_ids: Iterable[int], scope: Scope) -> list[Link]:
    """`links_of_visible` with the columns of a summary. One prepared statement."""
    asked = {"people": list(person_ids), **rule.shown_by(scope)}
    return [
        Link(person_id=person, record=NominalRecord.from_db("default", _BRIEF, record))
        for person, *record in prepared.rows(_BRIEF_LINKS, asked)
    ]


def _masked(person_id: int, tiers: list[int], scope: Scope) -> bool:
    """Whether something is withheld that the scope could unmask."""
    return (
        Tier.MASKED in tiers
        and scope.max_tier == Tier.MASKED
        and (person_id not in scope.unmasked)
    )


def best_first(model: type[Row], person_ids: Iterable[int], scope: Scope) -> list[Row]:
    """The evidence rows of one kind that are shown to the scope, best first."""
    names, statement = _evidence_sql(model)
    rows = prepared.rows(statement, {"people": list(person_ids), **rule.shown_by(scope)})
    return [model.from_db("default", names, row) for row in rows]


@cache
def _evidence_sql(model: type[Evidence]) -> tuple[list[str], LiteralString]:
    """The fields of a kind of evidence, and the statement that reads them."""
    meta = model._meta
    columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields)
    statement = f"""SELECT {columns} FROM {meta.db_table}
        WHERE person_id = ANY(%(people)s::bigint[]) AND {rule.SHOWN} ORDER BY rank, id"""
    return [f.attname for f in meta.concrete_fields], statement


def reported(found: ResultPage, scope: Scope) -> dict[str, Any]:
    """What the event of a page of results says of how far the scope sees (`people.replays`), and
    for the owners of the people on it.
    """
    return reach([r.summary.person_id for r in found.results], scope)


def reach(person_ids: Collection[int], scope: Scope) -> dict[str, Any]:
    """The same of any list of people."""
    seen = {"tier": scope.max_tier, "unmasked": sorted(scope.unmasked)}
    return {"reach": seen, **restrictions.reported(person_ids, scope)}


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
