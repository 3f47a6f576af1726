"""From findings to alerts: one for each occurrence, with a row in the trail when it is raised."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from audit.oversight.rules import RULES, Finding, Pace, Window

REASONS_DUE = timedelta(days=7)
KEEP_EVENTS = 500  # of evidence on one alert; the rest is found by officer and day

RAISE = """
INSERT INTO oversight_alert AS a
    (rule, key, officer_id, officer, unit_id, subject_kind, subjects, events, first_at, last_at,
     raised_at, score, facts, state, outcome, note)
VALUES (%s, %s, %s, %s, %s, 'person', %s, %s, %s, %s, %s, %s, %s, 'new', '', '')
ON CONFLICT (rule, key) DO UPDATE SET
    events = CASE WHEN a.events @> excluded.events THEN a.events ELSE (
        SELECT array_agg(DISTINCT u) FROM unnest(a.events || excluded.events) u) END,
    subjects = (SELECT coalesce(array_agg(DISTINCT u), '{}')
                FROM unnest(a.subjects || excluded.subjects) u),
    first_at = least(a.first_at, excluded.first_at),
    last_at = greatest(a.last_at, excluded.last_at),
    score = greatest(a.score, excluded.score), facts = a.facts || excluded.facts
RETURNING id, xmax = 0
"""
REVIEW_OF_REASON = """
INSERT INTO oversight_reviewitem
    (kind, event_at, event_id, officer_id, officer, unit_id, reasons, created_at, due_at, state,
     outcome, notes, question, reply)
SELECT 'reason', e.at, e.id, e.officer_id, e.officer, e.unit_id, %(why)s, %(now)s, %(due)s,
       'open', '', '', '', ''
FROM audit_event e WHERE e.id = %(event)s AND e.at = %(at)s
ON CONFLICT DO NOTHING
"""


def raise_from(since: datetime, until: datetime, *, pace: Pace) -> int:
    """Run the rules of this pace over the events of [since, until]; how many alerts are new."""
    window = Window(since=since, until=until)
    found = [
        (code, finding)
        for code, rule in RULES.items()
        if rule.pace is pace
        for finding in rule.find(window, rule)
    ]
    return sum(_raise(code, finding) for code, finding in found)


def _raise(code: str, finding: Finding) -> bool:
    """Whether the alert is new. The trail tells of it, hidden, in the same transaction."""
    with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute(RAISE, _values(code, finding))
        number, is_new = cursor.fetchone()
        if is_new:
            door.event(
                door.Entry(
                    action=Action.ALERT_RAISED,
                    actor=door.SYSTEM,
                    subject_kind="alert",
                    subject_ids=[str(number)],
                    detail={"rule": code, "score": finding.score, "facts": dict(finding.facts)},
                )
            )
            if code == "reasons":
                _ask_supervisor(finding)
    return bool(is_new)


def _values(code: str, finding: Finding) -> tuple[Any, ...]:
    return (
        code,
        finding.key,
        finding.officer_id,
        finding.officer,
        finding.unit_id,
        list(finding.subjects),
        _uuids(finding.events),
        finding.first_at,
        finding.last_at,
        timezone.now(),
        finding.score,
        json.dumps(dict(finding.facts)),
    )


def _uuids(events: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    return list(dict.fromkeys(events))[:KEEP_EVENTS]


def _ask_supervisor(finding: Finding) -> None:
    """One review item a week: a question to the officer, never an accusation (B7)."""
    now = timezone.now()
    why = [f"{finding.facts['searches']} searches with repeated or empty reasons"]
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            REVIEW_OF_REASON,
            {
                "why": why,
                "now": now,
                "due": now + REASONS_DUE,
                "event": finding.events[0],
                "at": finding.first_at,
            },
        )


__all__ = ["Pace", "raise_from"]
