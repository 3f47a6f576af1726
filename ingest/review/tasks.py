"""Scheduled work of reviewing matches."""

from celery import shared_task

from ingest.resolution.run import ResolutionBusyError
from ingest.review import decisions


@shared_task(name="review.settle")
def settle() -> int:
    """Put into force what was decided during a run; 0 while a run is still at work."""
    try:
        return decisions.settle()
    except ResolutionBusyError:
        return 0
