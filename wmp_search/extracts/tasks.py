"""Celery wrappers."""

from celery import shared_task

from wmp_search.extracts import services


@shared_task(name="extracts.make_waiting")
def make_waiting() -> int:
    """Make what was approved."""
    return services.make_waiting()


@shared_task(name="extracts.destroy_expired")
def destroy_expired() -> int:
    """Destroy what is over."""
    return services.destroy_expired()
