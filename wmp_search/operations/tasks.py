"""Celery wrapper: beat says "keep the erasure ledger"; the work is done by a function."""

from celery import shared_task

from wmp_search.operations.backups import ledger


@shared_task(name="operations.write_ledger")
def write_ledger() -> bool:
    """Write the erasure ledger if anything in it has changed."""
    return ledger.write()
