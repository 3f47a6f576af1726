"""Whose review is due, how many, and what stands against disposing of somebody. Under a scope.

What stands against it is asked of all evidence, whatever the reader may see: the words name no
value.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Q, QuerySet

from audit import holds
from people import rule
from wmp_search.access.scope import Scope
from wmp_search.retention import overdue, rules
from wmp_search.retention.models import Standing

OPEN_CASE = "a crime without an outcome"
RESTRICTED = "a restriction that stands"
DOUBTED = "a match that somebody must decide on"
GANG = "a gang link that stands"
HELD = "a legal hold on the audit trail"
# words → SQL of the people that it stands against, among %(people)s
_AGAINST = {
    OPEN_CASE: """SELECT DISTINCT l.person_id FROM people_link l
        JOIN crime_involvement i ON i.record_id = l.record_id AND i.deleted_at IS NULL
        JOIN crime_crime c ON c.id = i.crime_id AND c.deleted_at IS NULL
        WHERE l.person_id = ANY(%(people)s) AND NOT EXISTS (SELECT FROM crime_outcome o
            WHERE o.crime_id = c.id AND o.deleted_at IS NULL)""",
    RESTRICTED: """SELECT DISTINCT person_id FROM people_restriction
        WHERE person_id = ANY(%(people)s) AND lifted_at IS NULL AND root <> %(overdue)s""",
    DOUBTED: """SELECT left_person FROM review_task
        WHERE closed_at IS NULL AND kind = 'report' AND left_person = ANY(%(people)s)
        UNION SELECT right_person FROM review_task
        WHERE closed_at IS NULL AND kind = 'report' AND right_person = ANY(%(people)s)""",
    GANG: """SELECT DISTINCT l.person_id FROM people_link l
        JOIN gangs_membership m ON m.record_id = l.record_id AND m.deleted_at IS NULL
        WHERE l.person_id = ANY(%(people)s) AND m.status <> 'removed'
        UNION SELECT l.person_id FROM gangs_keptmembership k
        CROSS JOIN LATERAL unnest(k.cited) AS c(id) JOIN people_link l ON l.record_id = c.id
        WHERE l.person_id = ANY(%(people)s) AND k.superseded_at IS NULL
          AND k.status <> 'removed' AND k.expires_on >= current_date""",
}


@dataclass(frozen=True, slots=True)
class OfGroup:
    """One MoPI group: how many people it has, and how many of them are due."""

    group: rules.Group
    people: int
    due: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How many fall due on a day; `against`: words → how many of them it stands against."""

    on: date
    people: int
    due: int
    groups: tuple[OfGroup, ...]
    against: dict[str, int]


def standings(scope: Scope) -> QuerySet[Standing]:
    """The standings of the people whom the scope may see."""
    return Standing.objects.filter(person__in=rule.visible(scope).values("pk"))


def queue(scope: Scope, on: date) -> QuerySet[Standing]:
    """Those whose review is due, the longest due first; who was reviewed for disposal is not
    asked of again.
    """
    due = standings(scope).filter(review_on__lte=on)
    return due.exclude(person__in=_reviewed()).order_by("review_on", "person")


def preview(scope: Scope, on: date) -> Preview:
    """The figures of a day, of the people whom the scope may see."""
    asked = standings(scope).values("group")
    rows = asked.annotate(people=Count("pk"), due=Count("pk", filter=Q(review_on__lte=on)))
    by_group = {row["group"]: (row["people"], row["due"]) for row in rows}
    people = list(standings(scope).filter(review_on__lte=on).values_list("pk", flat=True))
    found = against(people)
    counts = {words: sum(words in said for said in found.values()) for words in (*_AGAINST, HELD)}
    groups = tuple(
        OfGroup(group, *by_group.get(number, (0, 0)))
        for number, group in sorted(rules.load().groups.items())
    )
    return Preview(on, sum(g.people for g in groups), len(people), groups, counts)


def against(people: Sequence[int]) -> dict[int, list[str]]:
    """Person → what stands against disposing of them; who is not in it may go. Five queries."""
    found: dict[int, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        for words, statement in _AGAINST.items():
            cursor.execute(statement, {"people": list(people), "overdue": overdue.ROOT})
            for (person,) in cursor.fetchall():
                found[person].append(words)
    for person in _held(people):
        found[person].append(HELD)
    return dict(found)


def _held(people: Iterable[int]) -> list[int]:
    named = {held.value for held in holds.live() if held.kind == "subject"}
    return [person for person in people if f"person:{person}" in named]


def _reviewed() -> list[int]:
    from wmp_search.retention.disposal import running
    from wmp_search.retention.reviews import to_dispose

    return [*to_dispose(), *(pk for disposal in running() for pk in disposal.person_ids)]
