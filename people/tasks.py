"""Celery wrappers."""

import uuid

from celery import shared_task

from people import batch, confirming, requests, sharing, watching


@shared_task(name="people.forget_searches")
def forget_searches() -> int:
    """What officers typed is kept for a shift; the audit trail keeps it as long as it must."""
    kept = (requests, batch, watching, sharing)
    return sum(one.forget_expired() for one in kept)


@shared_task(name="people.run_batch")
def run_batch(pk: str) -> int:
    """Search for one list of people."""
    return batch.run(uuid.UUID(pk))


@shared_task(name="people.run_batches")
def run_batches() -> int:
    """Go on with the lists whose worker died or was never told."""
    return sum(batch.run(pk) for pk in batch.unfinished())


@shared_task(name="people.check_watches")
def check_watches() -> int:
    """Tell officers of new evidence about whom they watch."""
    return watching.check()


@shared_task(name="people.expire_warnings")
def expire_warnings() -> int:
    """Nobody is found any more by a warning that expired last night."""
    return confirming.settle()
