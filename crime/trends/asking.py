"""What a page of trends is asked by its address: area, offence and number of months."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.http import urlencode

from crime.search import MAX_LENGTH
from crime.trends.verdicts import following

PERIODS = {3: "3 months", 12: "12 months", 36: "3 years"}
USUAL_PERIOD = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """`area` and `category`: "" for all; `months`: how many of the last whole ones, of PERIODS."""

    area: str = ""
    category: str = ""
    months: int = USUAL_PERIOD

    @property
    def query(self) -> str:
        """What of it stands in an address; the usual period does not."""
        given = asdict(self) | {"months": self.months if self.months != USUAL_PERIOD else ""}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def where(self) -> dict[str, str]:
        """Area and category, as the audit trail of the trend keeps them."""
        return {"area": self.area, "category": self.category}

    def last(self, months: Sequence[date]) -> tuple[date, date] | None:
        """First and last day of the period among the whole months known; None without any."""
        if not months:
            return None
        kept = months[-self.months :]
        return kept[0], following(kept[-1], 2)[1] - timedelta(days=1)


def asked(request: HttpRequest) -> Asked:
    """Of the address; a period that is not offered is the usual one."""
    area, category = (request.GET.get(name, "").strip()[:MAX_LENGTH] for name in _NAMES)
    months = request.GET.get("months", "")
    known = months.isdecimal() and int(months) in PERIODS
    return Asked(area, category, int(months) if known else USUAL_PERIOD)


_NAMES = ("area", "category")


class TrendForm(forms.Form):
    """Where and what; both may be left out."""

    area = forms.CharField(
        label="Area",
        required=False,
        max_length=MAX_LENGTH,
        help_text="Postcode district (B23), authority (Walsall) or LSOA. Leave it empty for all",
    )
    category = forms.ChoiceField(label="Offence", required=False)

    def __init__(self, asked: Asked, categories: Sequence[str]) -> None:
        """`categories`: of the area; the one asked for is offered, too: none is an answer."""
        super().__init__(asdict(asked))
        names = sorted({*categories, asked.category} - {""})
        choices = [("", "All offences"), *((name, name) for name in names)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class PeriodForm(TrendForm):
    """The same for the last months together."""

    months = forms.ChoiceField(label="Period", choices=list(PERIODS.items()), required=False)


def context(asked: Asked) -> dict[str, Any]:
    """What every page of trends says of what it was asked."""
    return {**asdict(asked), "query": asked.query}
