"""Celery wrappers."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from audit.oversight import alerts, drawing
from audit.oversight import collect as collecting

HOURLY_LOOK_BACK = timedelta(hours=26)  # a missed hour or a slow worker loses nothing


@shared_task(name="oversight.collect")
def collect() -> int:
    """Read what is new in the trail; returns how many events were new."""
    return collecting.run()


@shared_task(name="oversight.judge_day")
def judge_day() -> int:
    """Run the rules that compare days; returns how many alerts are new."""
    now = timezone.now()
    return alerts.raise_from(now - HOURLY_LOOK_BACK, now, pace=alerts.Pace.HOURLY)


@shared_task(name="oversight.draw_sample")
def draw_sample() -> int:
    """Draw yesterday's sample for the supervisors' morning; returns how many were drawn."""
    return drawing.draw(timezone.localdate() - timedelta(days=1))
