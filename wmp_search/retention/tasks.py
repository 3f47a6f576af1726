"""Celery wrappers."""

from celery import shared_task

from wmp_search.retention import compute, disposal, overdue


@shared_task(name="retention.compute")
def compute_touched() -> int:
    """After a run or a decision: whom it touched; who has new evidence leaves quarantine."""
    disposal.release_renewed()
    written = compute.compute_touched()
    overdue.settle()
    return written


@shared_task(name="retention.compute_all")
def compute_all() -> int:
    """Everybody, once a night: rules and classes may have changed."""
    written = compute.compute()
    overdue.settle()
    return written
