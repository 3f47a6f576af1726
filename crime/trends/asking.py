"""What a page of trends is asked by its address: area, offence, and months or weeks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.http import urlencode

from crime.map import drawn
from crime.search import MAX_LENGTH
from crime.trends.steps import Step, following
from crime.where import AREAS, Where, named
from wmp_search.access.middleware import AccessRequest

PERIODS = {3: "3 months", 12: "12 months", 36: "3 years"}
USUAL_PERIOD = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """`area` and `category`: "" for all; `months`: how many of the last whole ones, of PERIODS;
    `by`: "week" where weeks are counted, else ""; `within`: the number of an area that was drawn
    on the map, in place of `area`.
    """

    area: str = ""
    category: str = ""
    months: int = USUAL_PERIOD
    by: str = ""
    within: str = ""

    def there(self, request: AccessRequest) -> Where:
        """Where it is; one query. Raises Http404 for a drawn area that is not the officer's."""
        return drawn.of_request(request, self.within) if self.within else named(self.area)

    @property
    def elsewhere(self) -> "Asked":
        """The same without what says where."""
        return replace(self, area="", within="")

    @property
    def step(self) -> Step:
        return Step.WEEK if self.by else Step.MONTH

    @property
    def query(self) -> str:
        """What of it stands in an address; the usual period does not."""
        given = asdict(self) | {"months": self.months if self.months != USUAL_PERIOD else ""}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def where(self) -> dict[str, str]:
        """Area and category, as the audit trail of the trend keeps them; what else was chosen."""
        more = {name: value for name in ("by", "within") if (value := getattr(self, name))}
        return {"area": self.area, "category": self.category, **more}

    def last(self, months: Sequence[date]) -> tuple[date, date] | None:
        """First and last day of the period among the whole months known; None without any."""
        if not months:
            return None
        kept = months[-self.months :]
        return kept[0], following(kept[-1], 2)[1] - timedelta(days=1)


def asked(request: AccessRequest) -> Asked:
    """Of the address; a period that is not offered is the usual one."""
    area, category, within = (request.GET.get(n, "").strip()[:MAX_LENGTH] for n in _NAMES)
    months = request.GET.get("months", "")
    known = months.isdecimal() and int(months) in PERIODS
    by = Step.WEEK.value if request.GET.get("by") == Step.WEEK else ""
    months_asked = int(months) if known else USUAL_PERIOD
    return Asked("" if within else area, category, months_asked, by, within)


_NAMES = ("area", "category", "within")


class TrendForm(forms.Form):
    """Where and what; both may be left out."""

    area = forms.CharField(
        label="Area",
        required=False,
        max_length=MAX_LENGTH,
        help_text=f"{AREAS}. Leave it empty for all",
    )
    category = forms.ChoiceField(label="Offence", required=False)
    within = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Asked, categories: Sequence[str]) -> None:
        """`categories`: of the area; the one asked for is offered, too: none is an answer."""
        super().__init__(asdict(asked))
        names = sorted({*categories, asked.category} - {""})
        choices = [("", "All offences"), *((name, name) for name in names)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class StepForm(TrendForm):
    """The same by month or by week."""

    by = forms.ChoiceField(
        label="Count by", choices=[("", "Months"), (Step.WEEK.value, "Weeks")], required=False
    )


class PeriodForm(TrendForm):
    """The same for the last months together."""

    months = forms.ChoiceField(label="Period", choices=list(PERIODS.items()), required=False)


def context(asked: Asked, there: Where) -> dict[str, Any]:
    """What every page of trends says of what it was asked."""
    return {
        **asdict(asked),
        "area": there.name,
        "note": there.note,
        "query": asked.query,
        "anywhere": asked.elsewhere.query,
        "of_all": replace(asked, category="").query,
    }
