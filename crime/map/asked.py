"""What a map is asked for, from its address: area, offence, time, and in what to count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode

from crime import where
from crime.models import Boundary
from crime.place import EXACT_ONLY, RESOLUTIONS
from crime.search import MAX_LENGTH
from crime.trends.counts import OTHER
from crime.trends.steps import following
from wmp_search.search.query import Clause, term

HEXAGONS = {
    "7": "Hexagons of 2.4 km",
    "8": "Hexagons of 900 m",
    "9": "Hexagons of 350 m",
}
PERIODS = {
    "1": "The last whole month",
    "3": "The last 3 whole months",
    "12": "The last 12 whole months",
    "all": "All there is",
}
USUAL_PERIOD, WIDE, NEAR = "12", "7", "8"


@dataclass(frozen=True, slots=True)
class Asked:
    """`by`: the size of hexagons or a kind of boundary; the rest as `crime.trends` has it."""

    area: str = ""
    category: str = ""
    period: str = USUAL_PERIOD
    by: str = WIDE

    @classmethod
    def of(cls, sent: Mapping[str, str], kinds: Sequence[str] = Boundary.Kind.values) -> "Asked":
        """What stands in the address; what is not offered becomes what is usual."""
        area, category = (sent.get(n, "").strip()[:MAX_LENGTH] for n in ("area", "category"))
        period, by = sent.get("period", ""), sent.get("by", "")
        return cls(
            area=area,
            category=category,
            period=period if period in PERIODS else USUAL_PERIOD,
            by=by if by in HEXAGONS or by in kinds else (NEAR if area else WIDE),
        )

    @property
    def resolution(self) -> int | None:
        """Of the hexagons; None where boundaries are counted in."""
        return int(self.by) if self.by in HEXAGONS else None

    @property
    def needs_exact(self) -> bool:
        """Whether only places told exactly may be counted in it."""
        return self.resolution is not None and self.resolution >= EXACT_ONLY

    @property
    def days(self) -> tuple[date, date] | None:
        """The first day, and the day after the last; None for all there is."""
        if self.period == "all":
            return None
        today, months = timezone.localdate(), int(self.period)
        start = date(today.year - 2, today.month, 1)
        first = following(start, 25)  # this month is the last of these
        return first[24 - months], first[24]

    @property
    def in_words(self) -> str:
        """The time in words: "November 2025", "December 2024 to November 2025"."""
        if self.days is None:
            return "all there is"
        last = following(self.days[0], int(self.period))[-1]
        ends = (date_format(day, "F Y") for day in (self.days[0], last))
        return " to ".join(dict.fromkeys(ends))

    @property
    def query(self) -> str:
        """What of it stands in an address."""
        sent = {"area": self.area, "category": self.category, "period": self.period, "by": self.by}
        return urlencode({name: value for name, value in sent.items() if value})

    def where(self) -> list[Clause]:
        """The area, as filters of the index."""
        return list(where.named(self.area).clauses)

    def which(self) -> list[Clause]:
        """Offence and time, as filters of the index."""
        filters: list[Clause] = []
        if self.category:
            filters.append(term("category", "" if self.category == OTHER else self.category))
        if self.days:
            begin, end = (day.isoformat() for day in self.days)
            filters.append({"range": {"day": {"gte": begin, "lt": end}}})
        return filters


class MapForm(forms.Form):
    """The questions above the map; each may be left as it is."""

    area = forms.CharField(
        label="Area",
        required=False,
        max_length=MAX_LENGTH,
        help_text=f"{where.AREAS}. Leave it empty for all",
    )
    category = forms.ChoiceField(label="Offence", required=False)
    period = forms.ChoiceField(label="Time", required=False, choices=list(PERIODS.items()))
    by = forms.ChoiceField(label="Count in", required=False)

    def __init__(
        self, asked: Asked, *, categories: Sequence[str], kinds: Sequence[str], exact: bool
    ) -> None:
        values: dict[str, Any] = {
            name: getattr(asked, name) for name in ("area", "category", "period", "by")
        }
        super().__init__(values)
        offences = [("", "All offences"), *((name, name) for name in categories)]
        sizes = [(k, v) for k, v in HEXAGONS.items() if exact or int(k) < EXACT_ONLY]
        areas = [(kind, f"{Boundary.Kind(kind).label}s") for kind in kinds]
        self.fields["category"].choices = offences  # type: ignore[attr-defined]
        self.fields["by"].choices = [*sizes, *areas]  # type: ignore[attr-defined]


assert set(HEXAGONS) == {str(size) for size in RESOLUTIONS}  # noqa: S101  each is in the index
