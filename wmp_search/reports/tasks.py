"""Celery wrappers."""

import uuid

from celery import shared_task

from wmp_search.reports import files, saved, schedules


@shared_task(name="reports.make_file")
def make_file(pk: str) -> bool:
    """Make one file."""
    return files.make(uuid.UUID(pk))


@shared_task(name="reports.make_files")
def make_files() -> int:
    """Make the files whose worker died or was never told."""
    return files.make_waiting()


@shared_task(name="reports.deliver")
def deliver() -> int:
    """Put what is due today into inboxes."""
    return schedules.deliver()


@shared_task(name="reports.forget")
def forget() -> int:
    """Files are kept a day, runs for a year."""
    return files.forget_expired() + saved.forget_runs()
