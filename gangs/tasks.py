"""Celery wrappers."""

from celery import shared_task

from gangs import ending, proportions


@shared_task(name="gangs.expire_memberships")
def expire_memberships() -> int:
    """Write down the end of memberships whose time is over (F4)."""
    return ending.expire()


@shared_task(name="gangs.report_proportions")
def report_proportions() -> bool:
    """This month's report on who is kept, if it is missing (F9)."""
    return proportions.make_monthly()
