"""Celery wrappers."""

from celery import shared_task

from audit import partitions, seal


@shared_task(name="audit.seal")
def seal_new() -> int:
    """Seal what was written since the last seal; how many seals were made."""
    return len(seal.run())


@shared_task(name="audit.make_months")
def make_months() -> list[str]:
    """Make the parts of the coming months that do not exist yet; their names."""
    return partitions.make_months()
