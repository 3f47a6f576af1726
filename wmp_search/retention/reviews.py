"""Reviewing a person: the national questions, a decision, its author."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError
from wmp_search.retention import compute, due, overdue, rules
from wmp_search.retention.models import Review, Standing


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says: question → yes or no, the outcome and why."""

    answers: Mapping[str, bool]
    outcome: str
    reason: str


def decide(request: AccessRequest, standing: Standing, given: Answer) -> Review:
    """Keep the review and compute the person's next date. Raises ChangeRefusedError.

    Somebody against whose disposal something stands can be kept only.
    """
    if set(given.answers) != set(rules.load().questions):
        raise ChangeRefusedError("Answer every question.")
    person = standing.person_id
    said = due.against([person]).get(person, [])
    if given.outcome == Review.Outcome.DISPOSE and said:
        raise ChangeRefusedError(f"This person cannot be disposed of: there is {said[0]}.")
    with transaction.atomic():
        made = Review.objects.create(
            person_id=person,
            group=standing.group,
            rule=standing.rule,
            due_on=standing.review_on,
            answers=dict(given.answers),
            outcome=given.outcome,
            reason=given.reason,
            author_id=request.scope.officer_id,
            decided_at=timezone.now(),
        )
        compute.compute([person])
        overdue.settle([person])
        trail.record(
            request,
            Action.RETENTION_REVIEWED,
            subject_kind="person",
            subject_ids=[str(person)],
            detail={
                "review": made.pk,
                "outcome": given.outcome,
                "group": standing.group,
                "rule": standing.rule,
                "due_on": standing.review_on.isoformat(),
            },
        )
    return made


def to_dispose() -> list[int]:
    """People whose latest review says dispose, who are still due, and whom no disposal names."""
    from wmp_search.retention.disposal import running

    latest = Review.objects.order_by("person_id", "-decided_at").distinct("person_id")
    said = {r.person_id for r in latest if r.outcome == Review.Outcome.DISPOSE}
    named = {pk for disposal in running() for pk in disposal.person_ids}
    still_due = Standing.objects.filter(
        person__in=said - named, review_on__lte=timezone.localdate()
    )
    return sorted(still_due.values_list("pk", flat=True))
