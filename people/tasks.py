"""Celery wrappers."""

from celery import shared_task

from people import requests


@shared_task(name="people.forget_searches")
def forget_searches() -> int:
    """What officers typed is kept for a shift; the audit trail keeps it as long as it must."""
    return requests.forget_expired()
