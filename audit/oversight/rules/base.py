"""What a rule is, and the thresholds that differ by role and unit."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import connections

from audit.oversight.models import RuleSetting


def reference(of: str) -> str:
    """SQL: the reference of a purpose as `oversight_subject.references` holds it (keys.py)."""
    return f"regexp_replace(lower({of}), '[^a-z0-9@.]', '', 'g')"


# Whether event `e` names as its purpose an event in which the person of `s` stands.
OWN_EVENT = (
    f"coalesce(s.references @> ARRAY[{reference('e.purpose_reference')}]::varchar[], false)"
)

# One row for each person that a person's page (or hidden details) showed to an officer.
# `linked`: the purpose names one of the officer's tasks, or an event of that very person.
LOOKS = f"""
looks AS NOT MATERIALIZED (
    SELECT e.at, e.id, e.officer_id, e.officer, e.unit_id, e.roles, e.purpose_reference,
           p.person_id, coalesce(s.is_victim, false) AS is_victim, coalesce(s.sex, '') AS sex,
           (e.at AT TIME ZONE 'Europe/London')::date AS day,
           EXISTS (SELECT FROM oversight_taskevent t WHERE t.event_id = e.id)
           OR {OWN_EVENT} AS linked
    FROM audit_event e
    CROSS JOIN LATERAL unnest(e.subject_ids) AS p (person_id)
    LEFT JOIN oversight_subject s ON s.person_id = p.person_id
    WHERE e.action IN ('person.viewed', 'person.unmasked') AND e.officer_id IS NOT NULL
)
"""


class Pace(Enum):
    """When a rule runs: on each batch of new events, or over the day so far."""

    AT_ONCE = "at once"
    HOURLY = "hourly"


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of the trail to judge; a rule may look back further for comparison."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One occurrence. `key` names it within the rule; `officer_id` None: many officers."""

    key: str
    events: Sequence[uuid.UUID]
    first_at: datetime
    last_at: datetime
    score: float
    officer_id: int | None = None
    officer: str = ""
    unit_id: int | None = None
    subjects: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


Find = Callable[[Window, "Rule"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name in the tables, the words for it, its thresholds and what it calls."""

    code: str
    title: str
    meaning: str
    pace: Pace
    thresholds: Mapping[str, float]
    find: Find
    overall: frozenset[str] = frozenset()  # thresholds that are one for the whole force

    def value(self, name: str) -> float:
        """A threshold of the whole force: as it was set, else the rule's own."""
        found = RuleSetting.objects.filter(rule=self.code, name=name, role="", unit_id=None)
        return float(found.values_list("value", flat=True).first() or self.thresholds[name])

    def limit(self, name: str, of: str = "g") -> str:
        """SQL for a threshold as it holds for row `of` (with `roles` and `unit_id`)."""
        return f"""coalesce((SELECT t.value FROM oversight_rulesetting t
            WHERE t.rule = '{self.code}' AND t.name = '{name}'
              AND (t.role = '' OR t.role = ANY({of}.roles))
              AND (t.unit_id IS NULL OR t.unit_id = {of}.unit_id)
            ORDER BY t.unit_id IS NOT NULL DESC, t.role <> '' DESC, t.value DESC LIMIT 1),
            {float(self.thresholds[name])})"""


RULES: dict[str, Rule] = {}


def rule(
    code: str,
    title: str,
    meaning: str,
    *,
    pace: Pace = Pace.AT_ONCE,
    overall: Sequence[str] = (),
    **thresholds: float,
) -> Callable[[Find], Find]:
    """Register a function as a rule under `code`."""

    def register(find: Find) -> Find:
        RULES[code] = Rule(code, title, meaning, pace, thresholds, find, frozenset(overall))
        return find

    return register


def findings(sql: str, window: Window, **parameters: Any) -> Iterator[Finding]:
    """The rows of a SELECT whose columns are named as the fields of `Finding`."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(sql, {"since": window.since, "until": window.until, **parameters})
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            values = dict(zip(names, row, strict=True))
            yield Finding(**{**values, "facts": json.loads(values["facts"])})
