"""Schedules: which sources fall due, and that one refresh waits for another."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.exceptions import Retry

from ingest import tasks
from ingest.pipeline import RefreshRunning
from people.models import NominalRecord
from tests.ingest.conftest import Feed

LONDON = ZoneInfo("Europe/London")


def at(hour: int, minute: int, day: int = 4) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=LONDON)  # 4 May 2026 is a Monday


@pytest.mark.parametrize(
    ("schedule", "after", "until", "due"),
    [
        ("0 */4 * * *", at(7, 57), at(8, 2), True),
        ("0 */4 * * *", at(8, 0), at(8, 5), False),
        ("0 */4 * * *", at(7, 55), at(8, 0), True),
        ("30 5 * * *", at(5, 26), at(5, 31), True),
        ("30 5 * * *", at(17, 26), at(17, 31), False),
        ("*/15 * * * *", at(9, 1), at(9, 6), False),
        ("*/15 * * * *", at(9, 11), at(9, 16), True),
        ("0 6 * * 1", at(5, 58), at(6, 3), True),
        ("0 6 * * 2", at(5, 58), at(6, 3), False),
        ("0 6 1 * *", at(5, 58), at(6, 3), False),
    ],
)
def test_a_schedule_falls_due_once(
    schedule: str, after: datetime, until: datetime, due: bool
) -> None:
    assert tasks.fell_due(schedule, after, until) is due


def test_due_sources_are_queued_by_name_alone(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.ingest.conftest import PEOPLE

    feed.source(PEOPLE.replace("0 * * * *", "* * * * *"))
    feed.source(PEOPLE.replace("0 * * * *", "0 0 29 2 *").replace('"trial"', '"never"'), "never")
    queued: list[Any] = []
    monkeypatch.setattr(tasks.refresh_source, "delay", queued.append)
    assert tasks.refresh_due() == ["trial"]
    assert queued == ["trial"]


def test_a_task_loads_one_source(people: Feed, settings: Any, monkeypatch: Any) -> None:
    settings.FEEDS_DIR = people.feeds
    monkeypatch.setattr("ingest.resolution.run.resolve", lambda: None)
    people.people("1,SMITH,ANN,,")
    assert tasks.refresh_source("trial") == {"batches": 1, "failed": 0}
    assert NominalRecord.objects.count() == 1


def test_a_task_waits_while_another_refresh_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_plan: object) -> None:
        raise RefreshRunning("busy")

    monkeypatch.setattr(tasks, "refresh", busy)
    with pytest.raises((Retry, RefreshRunning)):
        tasks.refresh_source("trial")
