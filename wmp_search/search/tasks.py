"""Celery wrappers: beat says "drain now" and "compare now"; the work is done by functions."""

import logging

from celery import shared_task

from wmp_search.search import outbox, reconcile, sync
from wmp_search.search.client import SearchUnavailable

logger = logging.getLogger(__name__)


@shared_task(name="search.drain_outbox")
def drain_outbox() -> int:
    """Index what waits; an outage leaves it waiting for the next beat."""
    return outbox.drain()


@shared_task(name="search.reconcile_counts")
def reconcile_counts() -> int:
    """Log every entity whose index and database disagree; a difference is a defect."""
    differences = sync.reconcile_counts()
    for found in differences:
        logger.error(
            "Index %s holds %d documents, the database expects %d",
            found.entity,
            found.found,
            found.expected,
        )
    return len(differences)


@shared_task(
    name="search.reconcile",
    autoretry_for=(SearchUnavailable,),
    retry_backoff=30,
    retry_jitter=True,
    max_retries=5,
)
def reconcile_documents() -> int:
    """Compare every document at night, repair and count what differs."""
    return sum(found.drift for found in reconcile.reconcile())
