"""Celery wrappers."""

from celery import shared_task

from wmp_search.panel import drift


@shared_task(name="panel.watch_drift")
def watch_drift() -> int:
    """What moved beyond its limit is told to the panel."""
    return drift.watch()
