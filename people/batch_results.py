"""What the lines of a list found, as far as the scope may find it now (policing.md F5)."""

import csv
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.utils import timezone

from audit.extracts import harmless
from people import rule, selectors
from people.models import Batch, BatchLine
from people.summary import Summary
from wmp_search.access.scope import Scope

HEADINGS = (*("line", "searched_for", "outcome", "strength", "person", "name", "born", "records"),)


@dataclass(frozen=True, slots=True)
class Best:
    """One person whom a line found: `rank` from 1; rank and strength are of that time."""

    summary: Summary
    strength: str
    rank: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line with whom it found."""

    line: BatchLine
    best: tuple[Best, ...]

    @property
    def outcome(self) -> str:
        """In words: whether it was searched for, and found anybody."""
        if self.line.error:
            return f"Not searched: {self.line.error}"
        if not self.line.searched_at:
            return "Waiting"
        return "Found" if self.best else "No trace"


def own(scope: Scope, pk: uuid.UUID) -> Batch | None:
    """The officer's own list; None for another's, or one whose time is over."""
    mine = Batch.objects.filter(officer=scope.officer_id, expires_at__gt=timezone.now())
    return mine.filter(pk=pk).first()


def rows(scope: Scope, found: Sequence[BatchLine]) -> list[Row]:
    """Each line with those of its matches whom the scope may find now."""
    ids = {match["id"] for line in found for match in line.matches}
    allowed = rule.findable(scope).filter(pk__in=ids).values_list("pk", flat=True)
    known = selectors.summaries(allowed, scope)
    return [
        Row(
            line,
            tuple(
                Best(known[match["id"]], match["strength"], match["rank"])
                for match in line.matches
                if match["id"] in known
            ),
        )
        for line in found
    ]


def audited(found: Iterable[Row]) -> list[dict[str, Any]]:
    """What is shown, as the trail keeps it."""
    return [
        {"id": str(best.summary.person_id), "line": row.line.number, "rank": best.rank}
        for row in found
        for best in row.best
    ]


def table(found: Iterable[Row], marking: str, facts: Mapping[str, str]) -> str:
    """The rows as CSV: the marking first and last, the facts of the copy, then a line a match.

    No cell is a formula to a spreadsheet.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    said = ([name, harmless(value)] for name, value in facts.items())
    writer.writerows([[marking], *said, [], HEADINGS])
    writer.writerows([harmless(cell) for cell in cells] for row in found for cells in _cells(row))
    writer.writerow([marking])
    return text.getvalue()


def _cells(row: Row) -> Iterator[list[str]]:
    asked = [str(row.line.number), row.line.text, row.outcome]
    if not row.best:
        yield [*asked, *[""] * (len(HEADINGS) - len(asked))]
    for best in row.best:
        person = best.summary
        yield [
            *asked,
            best.strength,
            str(person.person_id),
            person.name,
            person.born.iso if person.born else "",
            "; ".join(f"{source.system} {source.source_ref}" for source in person.records),
        ]
