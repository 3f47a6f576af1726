"""Tasks that failed for good: kept, counted, and replayed by hand."""

import contextlib
from typing import Any

from celery import current_app
from celery.signals import task_failure
from django.db import Error
from django.utils import timezone

from wmp_search.operations.models import DeadLetter


def listen() -> None:
    """Keep every task that fails after its retries (Celery says so once, in the worker)."""
    task_failure.connect(_keep, dispatch_uid="dead letters")


def _keep(
    sender: Any = None, exception: BaseException | None = None, args: Any = (), **_more: Any
) -> None:
    with contextlib.suppress(Error):  # the database is away: the log has it, beat asks again
        DeadLetter.objects.create(
            task=sender.name if sender else "",
            arguments=list(args or ()),
            error=type(exception).__name__[:100],
        )


def waiting() -> int:
    """How many nobody has replayed."""
    return DeadLetter.objects.filter(replayed_at=None).count()


def replay(letter: DeadLetter) -> None:
    """Queue the task again; the letter is marked once the broker has it."""
    current_app.send_task(letter.task, args=letter.arguments)
    DeadLetter.objects.filter(pk=letter.pk).update(replayed_at=timezone.now())
