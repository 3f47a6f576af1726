"""Goes through the days of a simulation as the product would: collect, judge, draw."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import time_machine
from django.db import connections
from django.db.models import Min
from django.utils import timezone

from audit.models import Event
from audit.oversight import alerts, collect, drawing
from audit.oversight.models import Alert, Cursor, ReviewItem, Sampling
from tests.oversight.simulation import misuse, population, work
from tests.oversight.simulation.population import Size

QUARTER = 92  # days


@dataclass(slots=True)
class Outcome:
    """What a simulation found, with the seconds of each part."""

    events: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    planted: dict[str, int | None] = field(default_factory=dict)

    def timed(self, what: str, began: float) -> None:
        self.seconds[what] += time.perf_counter() - began


def month(owner: psycopg.Connection, size: Size, since: date, days: int) -> Outcome:
    """Honest days with misuse among them; each night collects, judges and forgets nothing.

    Judged once a day over 26 hours instead of every hour: an alert's key makes both the same.
    """
    outcome = Outcome()
    began = time.perf_counter()
    staff = population.make(owner, size, since)
    population.add_personnel(misuse.personal())
    work.prepare(owner, since, since + timedelta(days=days))
    outcome.planted = misuse.plant(owner, staff, size, since)
    outcome.timed("population", began)
    with time_machine.travel(_night(since) - timedelta(days=1), tick=False):
        Cursor.objects.create(name=collect.NAME, at=timezone.now())
    for number in range(days):
        today = since + timedelta(days=number)
        began = time.perf_counter()
        outcome.events += work.day(owner, today, people=size.people, density=0.5)
        if number in (0, 1, 3, 10):
            _analyze(owner)
        outcome.timed("writing", began)
        _one_night(outcome, today)
    return outcome


def quarter(owner: psycopg.Connection, size: Size, since: date, days: int) -> Outcome:
    """Days on which each officer on duty does a little; each night draws the sample."""
    outcome = Outcome()
    began = time.perf_counter()
    population.make(owner, size, since)
    work.prepare(owner, since, since + timedelta(days=days))
    outcome.timed("population", began)
    for number in range(days):
        today = since + timedelta(days=number)
        began = time.perf_counter()
        outcome.events += work.day(owner, today, people=size.people, density=0.12)
        if number in (0, 3, 20):
            _analyze(owner)
        outcome.timed("writing", began)
        began = time.perf_counter()
        with time_machine.travel(_night(today) + timedelta(hours=4), tick=False):
            drawing.draw(today)
        outcome.timed("drawing", began)
    return outcome


def _analyze(owner: psycopg.Connection) -> None:
    owner.execute("ANALYZE audit_event")
    for table in ("subject", "match", "taskevent"):
        owner.execute(f"ANALYZE oversight_{table}".encode())
    owner.commit()


def _night(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, minutes=5)


def _one_night(outcome: Outcome, today: date) -> None:
    with time_machine.travel(_night(today), tick=False):
        began = time.perf_counter()
        collect.run()
        outcome.timed("collecting", began)
        began = time.perf_counter()
        now = timezone.now()
        alerts.raise_from(now - timedelta(hours=26), now, pace=alerts.Pace.HOURLY)
        outcome.timed("judging", began)


def alerts_by_rule(days: int) -> dict[str, Any]:
    """Alerts a day: all, the worst day, and by rule."""
    rows = Alert.objects.values_list("rule", "raised_at")
    by_rule = Counter(rule for rule, _ in rows)
    by_day = Counter(at.date() for _, at in rows)
    return {
        "alerts": len(rows),
        "a_day": round(len(rows) / days, 2),
        "worst_day": max(by_day.values(), default=0),
        "a_day_by_rule": {r: round(n / days, 2) for r, n in sorted(by_rule.items())},
    }


def missed(planted: dict[str, int | None]) -> list[str]:
    """Rules whose planted officer no alert names."""
    return [
        rule
        for rule, officer in planted.items()
        if not Alert.objects.filter(rule=rule, officer_id=officer).exists()
    ]


def coverage(last: date) -> dict[str, Any]:
    """Who was drawn: officers who were active, the longest wait, and pairs that must not be."""
    active = set(Event.objects.exclude(officer_id=None).values_list("officer_id", flat=True))
    items = ReviewItem.objects.filter(kind="sample")
    pairs: set[tuple[Any, ...]] = set(
        items.exclude(reviewer_id=None).values_list("reviewer_id", "officer_id")
    )
    sampled = set(items.values_list("officer_id", flat=True))
    oldest = Sampling.objects.aggregate(day=Min("waiting_since"))["day"] or last
    return {
        "active": len(active),
        "sampled": len(sampled & active),
        "drawn": items.count(),
        "longest_wait_days": max(_longest_wait(), (last - oldest).days),
        "without_reviewer": items.filter(reviewer_id=None).count(),
        "reviews_themselves": sum(one == other for one, other in pairs),
        "reciprocal_pairs": sum((other, one) in pairs for one, other in pairs if one < other),
    }


def _longest_wait() -> int:
    """Days between an officer's first event after a draw and the draw that ended the wait."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            """
            WITH drawn AS (
                SELECT officer_id, drawn_on,
                       lag(drawn_on) OVER (PARTITION BY officer_id ORDER BY drawn_on) AS before
                FROM oversight_reviewitem WHERE kind = 'sample'
            )
            SELECT max(d.drawn_on - (
                SELECT min(e.at)::date FROM audit_event e
                WHERE e.officer_id = d.officer_id
                  AND e.at >= coalesce(d.before + 1, date '2000-01-01')))
            FROM drawn d
            """
        )
        return int(cursor.fetchone()[0] or 0)


__all__ = ["QUARTER", "alerts_by_rule", "coverage", "missed", "month", "quarter"]
