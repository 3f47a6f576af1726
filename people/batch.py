"""Searching for a list of people: kept, run by a worker, line by line, each line audited.

A line is a search like any other: its event names the officer, the purpose, the words and whom it
found (policing.md A3), and is written before the line's result is kept. A worker that dies goes
on where it stopped. Only the id of the row goes through the queue.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from people import restrictions
from people import search as index
from people.batch_lines import Line
from people.criteria import CriteriaError
from people.models import Batch, BatchLine
from people.question import Question
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of

LIFETIME = timedelta(days=7)
BEST = 5  # matches kept of a line
State = Batch.State


class TooManyLines(Exception):
    """The day's lines are used up; the text says what to do."""


def most_lines(scope: Scope) -> int:
    """How many lines the role may search for in 24 hours."""
    wide = scope.may(Permission.PERSON_SEARCH_WIDE)
    return int(settings.BATCH_LINES_PER_DAY_WIDE if wide else settings.BATCH_LINES_PER_DAY)


def left(scope: Scope) -> int:
    """How many lines are left of them."""
    since = timezone.now() - timedelta(days=1)
    used = BatchLine.objects.filter(batch__officer=scope.officer_id, batch__created_at__gt=since)
    return max(0, most_lines(scope) - used.count())


def keep(scope: Scope, purpose: Purpose, lines: Sequence[Line]) -> Batch:
    """Keep a list. Raises TooManyLines beyond the day's limit."""
    with transaction.atomic():
        if len(lines) > left(scope):
            raise TooManyLines(
                f"This list has {len(lines)} lines; {left(scope)} of your {most_lines(scope)} "
                "lines in 24 hours are left"
            )
        batch = Batch.objects.create(
            officer_id=scope.officer_id,
            purpose_code=purpose.code,
            purpose_reference=purpose.reference,
            expires_at=timezone.now() + LIFETIME,
        )
        BatchLine.objects.bulk_create(_kept(batch, line) for line in lines)
    return batch


def _kept(batch: Batch, line: Line) -> BatchLine:
    question = line.question.as_json() if line.question else {}
    return BatchLine(
        batch=batch, number=line.number, text=line.text, question=question, error=line.error
    )


def unfinished() -> list[uuid.UUID]:
    """Lists that wait for a worker, or whose worker died; the oldest first."""
    states = (State.WAITING, State.RUNNING)
    waiting = Batch.objects.filter(state__in=states, expires_at__gt=timezone.now())
    return list(waiting.order_by("created_at").values_list("pk", flat=True))


def run(pk: uuid.UUID) -> int:
    """Search for the lines that have not been; returns how many. One worker at a time per list.

    Raises SearchUnavailable and AuditUnavailable: what is done stays, the rest waits.
    """
    done = 0
    while _next_line(pk):
        done += 1
    return done


def _next_line(pk: uuid.UUID) -> bool:
    """Search for one line under the row's lock; False where there is none or another is at it."""
    with transaction.atomic():
        mine = Batch.objects.select_for_update(of=("self",), skip_locked=True)
        batch = mine.select_related("officer").filter(pk=pk).exclude(state=State.STOPPED).first()
        if batch is None or batch.state == State.DONE:
            return False
        line = batch.lines.filter(searched_at__isnull=True, error="").first()
        if line is None:
            return _end(batch, State.DONE)
        scope = scope_of(batch.officer, Purpose(batch.purpose_code, batch.purpose_reference))
        if not scope.may(Permission.PERSON_SEARCH_BATCH):
            return _end(batch, State.STOPPED, "Your roles do not include this any more")
        Batch.objects.filter(pk=pk, state=State.WAITING).update(state=State.RUNNING)
        _search(batch, line, scope)
    return True


def _end(batch: Batch, state: Batch.State, why: str = "") -> bool:
    Batch.objects.filter(pk=batch.pk).update(state=state, why_stopped=why)
    return False


def _search(batch: Batch, line: BatchLine, scope: Scope) -> None:
    question = Question.kept(line.question)
    try:
        found = index.search(question.criteria, scope, limit=BEST)
    except CriteriaError as error:
        line.error = str(error)
        line.save(update_fields=["error"])
        return
    matches = [
        {"id": match.person_id, "strength": match.strength.value, "rank": rank}
        for rank, match in enumerate(found.matches, 1)
    ]
    _record(batch, line, scope, question, found, matches)
    line.matches, line.total, line.searched_at = matches, found.total, timezone.now()
    line.save(update_fields=["matches", "total", "searched_at"])


def _record(  # noqa: PLR0913, PLR0917  what one event is made of
    batch: Batch,
    line: BatchLine,
    scope: Scope,
    question: Question,
    found: index.Found,
    matches: list[dict[str, Any]],
) -> None:
    ids = [match.person_id for match in found.matches]
    door.event(
        door.Entry(
            action=Action.PERSON_SEARCHED,
            actor=door.Actor(
                officer_id=batch.officer_id,
                officer=batch.officer.get_username(),
                unit_id=scope.unit_id,
                roles=scope.roles,
                device="list of people",
            ),
            operation_id=batch.pk,
            purpose_code=batch.purpose_code,
            purpose_reference=batch.purpose_reference,
            subject_kind="person",
            subject_ids=[str(pk) for pk in ids],
            query={"text": line.text, "understood": asdict(question.criteria)},
            shown=[{**match, "id": str(match["id"])} for match in matches],
            result_count=found.total,
            detail={
                "batch": str(batch.pk),
                "line": line.number,
                "index_build": found.index_build,
                "ranking": found.ranking,
                **restrictions.reported(ids, scope),
            },
        )
    )


def forget_expired() -> int:
    """Delete the lists whose time is over; returns how many."""
    _, deleted = Batch.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted.get("people.Batch", 0)
