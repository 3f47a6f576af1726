"""Scheduled and on-demand loading: Celery wrappers of the pipeline."""

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from ingest.pipeline import Plan, RefreshRunning, refresh
from ingest.spec import crontab_of, load_specs

LOOK_BACK = timedelta(minutes=5)  # how often settings.CELERY_BEAT_SCHEDULE asks


@shared_task(name="ingest.refresh_due")
def refresh_due() -> list[str]:
    """Queue a refresh of every source whose schedule fell due since the last look."""
    now = timezone.localtime()
    due = [
        name
        for name, source in load_specs(settings.SOURCES_DIRS).items()
        if fell_due(source.schedule, now - LOOK_BACK, now)
    ]
    for system in due:
        refresh_source.delay(system)
    return due


@shared_task(name="ingest.refresh_source", bind=True, max_retries=30, default_retry_delay=120)
def refresh_source(self, system: str) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """Refresh one source; wait if another refresh is running. Returns counts only."""
    try:
        report = refresh(Plan(systems=[system], index=False))  # beat drains the outbox
    except RefreshRunning as error:
        raise self.retry(exc=error) from error
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
