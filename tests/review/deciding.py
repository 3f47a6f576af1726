"""Decisions for tests, without a browser: what they did stands in the trail all the same."""

from typing import Any

from audit import record
from audit.actions import Action
from ingest.review import decisions
from ingest.review.decisions import Wish
from ingest.review.models import Decision, Verdict
from people.models import Address, BirthDate, Identifier, Link, Name, Person, WarningMarker
from wmp_search.access.models import Officer

REASON = "Compared both sets of records by hand"
EVIDENCE = (Name, BirthDate, Identifier, Address, WarningMarker)


def tell(action: Action, particulars: dict[str, Any]) -> None:
    """The audit row of a decision, by nobody's request."""
    record.event(record.Entry(action=action, actor=record.SYSTEM, **particulars))


def say(who: Officer, verdict: Verdict, left: list[int], right: list[int]) -> Decision:
    """Take a decision."""
    return decisions.take(Wish(verdict, left, right, REASON), who.pk, tell)


def take_back(who: Officer, decision: Decision) -> Decision:
    """Undo it."""
    return decisions.take_back(decision, who.pk, REASON, tell)


def partition() -> set[frozenset[int]]:
    """The records of each person."""
    found: dict[int, set[int]] = {}
    for record_id, person in Link.objects.values_list("record", "person"):
        found.setdefault(person, set()).add(record_id)
    return {frozenset(records) for records in found.values()}


def picture() -> dict[str, Any]:
    """All that can be seen of people: ids, golden values, links with weights, evidence."""
    people = Person.objects.filter(status="current").order_by("id")
    return {
        "people": [_without(row, "version", "updated_at") for row in people.values()],
        "links": list(Link.objects.order_by("record").values()),
        **{
            model.__name__: sorted(
                repr(sorted(_without(row, "id").items())) for row in model.objects.values()
            )
            for model in EVIDENCE
        },
    }


def _without(row: Any, *names: str) -> dict[str, Any]:
    return {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()
            if k not in names}  # fmt: skip
