"""Trends of crime in an area, each number with what may be said of it."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import Http404, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import selectors
from crime.search import MAX_LENGTH
from crime.trends import chart
from crime.trends.counts import Monthly, behind, monthly
from crime.trends.verdicts import Judged, among_many, of_months, sentence
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


class TrendForm(forms.Form):
    """Where and what; both may be left out."""

    area = forms.CharField(
        label="Area",
        required=False,
        max_length=MAX_LENGTH,
        help_text="Postcode district (B23), authority (Walsall) or LSOA. Leave it empty for all",
    )
    category = forms.ChoiceField(label="Offence", required=False)

    def __init__(self, *args: object, categories: tuple[str, ...] = ()) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        choices = [("", "All offences"), *((name, name) for name in categories)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """The last month of one category. `named`: unusual also among everything that was compared."""

    category: str
    judged: Judged
    named: bool


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def trends(request: AccessRequest) -> HttpResponse:
    """Crimes by month in an area: what is usual, what is not, and of what nothing can be told."""
    asked = _asked(request)
    counted = monthly(asked["area"], request.scope)
    counts = counted.of(asked["category"])
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/trends.html",
        {
            "form": TrendForm(asked, categories=_choices(counted, asked["category"])),
            **asked,
            "counted": counted,
            "query": _query(asked),
            **(_figure(counted.months, counts, asked["category"]) if counted.months else {}),
            "rows": _rows(counted),
        },
        subject_kind="crime",
        query=asked,
        result_count=sum(counts),
    )


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def month(request: AccessRequest, year: int, number: int) -> HttpResponse:
    """The crimes behind one number of the trend: exactly so many, the newest first."""
    try:
        first = date(year, number, 1)
    except ValueError as error:
        raise Http404 from error
    asked, at = _asked(request), requests.page_number(request)
    ids, total = behind(
        first,
        asked["category"],
        asked["area"],
        request.scope,
        limit=selectors.PAGE_SIZE,
        offset=(at - 1) * selectors.PAGE_SIZE,
    )
    known = {crime.crime_id: crime for crime in selectors.summaries(ids, request.scope)}
    crimes = [known[pk] for pk in ids if pk in known]
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "crime/month.html",
        {
            **asked,
            "month": first,
            "crimes": crimes,
            "total": total - (len(ids) - len(crimes)),
            "page": requests.paging(total, at, selectors.PAGE_SIZE),
            "query": _query(asked),
        },
        **_listed(crimes, total, {**asked, "month": first.isoformat()}),
    )


def _choices(counted: Monthly, asked: str) -> tuple[str, ...]:
    """The categories of the area, and the one asked for: none of it here is an answer, too."""
    return tuple(sorted({*counted.by_category, asked} - {""}))


def _listed(
    crimes: list[selectors.CrimeSummary], total: int, query: dict[str, str]
) -> trail.Particulars:
    listed = trail.ranked(crime.crime_id for crime in crimes)
    return {**listed, "subject_kind": "crime", "query": query, "result_count": total}


def _asked(request: AccessRequest) -> dict[str, str]:
    """Area and category of the address."""
    return {name: request.GET.get(name, "").strip()[:MAX_LENGTH] for name in ("area", "category")}


def _query(asked: dict[str, str]) -> str:
    """What of it stands in an address."""
    return urlencode({name: value for name, value in asked.items() if value})


def _figure(months: tuple[date, ...], counts: tuple[int, ...], category: str) -> dict[str, object]:
    judged = of_months(months[0], counts)
    usual = (judged.low, judged.high) if judged.low is not None and judged.high else None
    what = f"crimes of the category {category}" if category else "crimes"
    return {
        "judged": judged,
        "month": months[-1],
        "finding": sentence(judged, _year_before(counts), what),
        "chart": chart.drawn(months, counts, usual, unusual=judged.verdict.is_unusual),
        "table": list(zip(months, counts, strict=True))[::-1],
    }


def _rows(counted: Monthly) -> list[Row]:
    """Each category's last month; what is named is so among all of them (false discoveries)."""
    judged = {
        name: of_months(counted.months[0], counts) for name, counts in counted.by_category.items()
    }
    named = among_many(list(judged.values()))
    rows = [
        Row(name, one, is_named)
        for (name, one), is_named in zip(judged.items(), named, strict=True)
    ]
    return sorted(rows, key=lambda row: (not row.named, -row.judged.count))


def _year_before(counts: tuple[int, ...]) -> int | None:
    return counts[-13] if len(counts) > 12 else None
