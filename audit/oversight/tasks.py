"""Celery wrappers."""

from celery import shared_task

from audit.oversight import collect as collecting


@shared_task(name="oversight.collect")
def collect() -> int:
    """Read what is new in the trail; returns how many events were new."""
    return collecting.run()
