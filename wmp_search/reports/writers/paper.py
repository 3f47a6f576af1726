"""What a file of a report says, before it is CSV, Excel or PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from wmp_search.access.disclosures import MARKING
from wmp_search.reports.result import Result

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Paper:
    """A result with who took it, when, what for and for whom. `note`: said with the caveats."""

    title: str
    result: Result
    author: str
    purpose: str
    reference: str
    copy_for: str
    reason: str
    made_at: datetime
    note: str = ""
    marking: str = MARKING

    @property
    def facts(self) -> dict[str, str]:
        """Label → words, in the order of reading."""
        made = date_format(timezone.localtime(self.made_at), "j F Y, H:i")
        return {
            "Report": self.title,
            **self.result.facts,
            "Copy made": made,
            "Copy made by": self.author,
            "Purpose": f"{self.purpose}, {self.reference}" if self.reference else self.purpose,
            "Copy for": self.copy_for,
            "Why": self.reason,
            "Question": self.result.spec_hash,
        }

    @property
    def caveats(self) -> tuple[str, ...]:
        return (*self.result.caveats, *((self.note,) if self.note else ()))

    def headings(self) -> list[str]:
        return [column.label for column in self.result.columns]

    def lines(self) -> Iterator[list[Cell]]:
        """A row each, the total last where the parts are told."""
        for row in self.result.rows:
            cells: list[Cell] = [*row.labels, number(row.value)]
            if row.before is not None and row.change is not None:
                cells += [number(row.before), number(row.change)]
            yield cells
        total: list[Cell] = ["Total", *[""] * (len(self.result.spec.by) - 1)]
        total = total if self.result.spec.by else []
        total.append(number(self.result.total))
        if self.result.total_before is not None:
            total.append(number(self.result.total_before))
            total.append(number(self.result.total - self.result.total_before))
        yield total


def number(value: float) -> int | float:
    """Whole numbers as such, others to two places."""
    return int(value) if value == int(value) else round(value, 2)
