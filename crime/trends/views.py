"""Trends of crime in an area, each number with what may be said of it."""

from datetime import date

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import selectors
from crime.trends import asking, breaks, chart, offences, rates
from crime.trends.breaks import Numbered
from crime.trends.counts import behind, monthly
from crime.trends.verdicts import of_months, sentence
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

MEAN_OF = 12  # months: a year, so that no season is left in the mean


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def trends(request: AccessRequest) -> HttpResponse:
    """Crimes by month in an area: what is usual, what is not, and of what nothing can be told."""
    asked = asking.asked(request)
    counted = monthly(asked.area, request.scope)
    counts = counted.of(asked.category)
    declared = breaks.within(counted.months, asked.category)
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/trends.html",
        {
            "form": asking.TrendForm(asked, tuple(counted.by_category)),
            **asking.context(asked),
            "counted": counted,
            **(_figure(counted.months, counts, asked.category, declared) if counts else {}),
            "rate": rates.rate(asked.area, counted.months, counts),
            "rows": offences.compared(counted, declared),
        },
        subject_kind="crime",
        query=asked.where,
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
    asked, at = asking.asked(request), requests.page_number(request)
    ids, total = behind(
        first,
        asked.category,
        asked.area,
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
            **asking.context(asked),
            "month": first,
            "crimes": crimes,
            "total": total - (len(ids) - len(crimes)),
            "page": requests.paging(total, at, selectors.PAGE_SIZE),
        },
        **_listed(crimes, total, {**asked.where, "month": first.isoformat()}),
    )


def _listed(
    crimes: list[selectors.CrimeSummary], total: int, query: dict[str, str]
) -> trail.Particulars:
    listed = trail.ranked(crime.crime_id for crime in crimes)
    return {**listed, "subject_kind": "crime", "query": query, "result_count": total}


def _figure(
    months: tuple[date, ...], counts: tuple[int, ...], category: str, declared: list[Numbered]
) -> dict[str, object]:
    begin = breaks.begin(declared, category)
    judged = of_months(months[0], counts, begin)
    usual = (judged.low, judged.high) if judged.low is not None and judged.high else None
    what = f"crimes of the category {category}" if category else "crimes"
    marks = chart.Marks(breaks=breaks.marks(declared), begin=begin, mean=MEAN_OF)
    unusual = judged.verdict.is_unusual
    return {
        "judged": judged,
        "month": months[-1],
        "finding": sentence(judged, _year_before(months, counts, begin), what),
        "breaks": declared,
        "crossed": breaks.crossed(declared, months, category),
        "since": begin,
        "chart": chart.drawn(months, counts, usual, unusual=unusual, marks=marks),
        "table": list(zip(months, counts, strict=True))[::-1],
    }


def _year_before(
    months: tuple[date, ...], counts: tuple[int, ...], begin: date | None
) -> int | None:
    """The same month a year before, where it was recorded in the same way."""
    if len(counts) <= 12 or (begin and months[-13] < begin):
        return None
    return counts[-13]
