"""Scheduled and on-demand loading: Celery wrappers of the pipeline."""

import logging
import random
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from ingest import freshness
from ingest.fetching import fetched
from ingest.mapping import drafts
from ingest.pipeline import Plan, RefreshRunning, refresh
from ingest.registry import sources
from ingest.spec import crontab_of

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(minutes=5)  # how often settings.CELERY_BEAT_SCHEDULE asks


@shared_task(name="ingest.refresh_due")
def refresh_due() -> list[str]:
    """Queue a refresh of every source whose schedule fell due since the last look."""
    now = timezone.localtime()
    due = [
        name
        for name, source in sources().items()
        if fell_due(source.schedule, now - LOOK_BACK, now)
    ]
    for system in due:
        refresh_source.delay(system)
    return due


@shared_task(name="ingest.refresh_source", bind=True, max_retries=30)
def refresh_source(self, system: str) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """Refresh one source; wait if another refresh is running. Returns counts only."""
    try:
        report = refresh(Plan(systems=[system], index=False))  # beat drains the outbox
    except RefreshRunning as error:
        wait = 120 + random.uniform(0, 60)  # noqa: S311 (so that not all come back at once)
        raise self.retry(exc=error, countdown=wait) from error
    return {"batches": len(report.batches), "failed": len(report.failed)}


def fell_due(schedule: str, after: datetime, until: datetime) -> bool:
    """Whether a minute in (after, until] matches the crontab; times are local."""
    cron = crontab_of(schedule)
    moment = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while moment <= until:
        matches = (
            moment.minute in cron.minute
            and moment.hour in cron.hour
            and moment.day in cron.day_of_month
            and moment.month in cron.month_of_year
            and moment.isoweekday() % 7 in cron.day_of_week
        )
        if matches:
            return True
        moment += timedelta(minutes=1)
    return False


@shared_task(name="ingest.look_for_deliveries")
def look_for_deliveries() -> list[str]:
    """Queue a refresh of every source whose folder has changed since it was last asked.

    So a correction or deletion reaches search within minutes, whatever the schedule (E6).
    """
    every = [s for s in sources().values() if fetched(s, settings.FEEDS_DIR)]
    found = freshness.delivered_since(every, settings.FEEDS_DIR)
    for system in found:
        refresh_source.delay(system)
    return found


@shared_task(name="ingest.forget_samples")
def forget_samples() -> int:
    """Delete the samples of mappings that nobody went on with; returns how many."""
    return drafts.forget_samples()


@shared_task(name="ingest.watch_freshness")
def watch_freshness() -> int:
    """Log every late, failed or held source for operations; returns how many."""
    wrong = [s for s in freshness.states() if s.problem]
    for state in wrong:
        log.error("Feed %s: %s", state.system, state.problem)
    return len(wrong)
