"""Trends of crime in an area, each number with what may be said of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import MAXYEAR, date

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import selectors
from crime.trends import asking, breaks, figure, offences, rates
from crime.trends.counts import Counted, behind, counted
from crime.trends.steps import Step
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def trends(request: AccessRequest) -> HttpResponse:
    """Crimes by month or week in an area: what is usual, what is not, of what nothing is told."""
    asked = asking.asked(request)
    there = asked.there(request)
    found = counted(asked.step, there, request.scope)
    counts = found.of(asked.category)
    declared = breaks.within(found.periods, asked.category, asked.step)
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/trends.html",
        {
            "form": asking.StepForm(asked, tuple(found.by_category)),
            **asking.context(asked, there),
            "counted": found,
            **(figure.of(found, asked.category, declared) if counts else {}),
            "rate": _rate(asked, found),
            "rows": offences.compared(found, declared),
        },
        subject_kind="crime",
        query=asked.where,
        result_count=sum(counts),
    )


def _rate(asked: asking.Asked, found: Counted) -> rates.Rate | rates.NoRate | None:
    """Of the last year, where months are counted."""
    if asked.step is not Step.MONTH or asked.within:
        return None
    return rates.rate(asked.area, found.periods, found.of(asked.category))


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def month(request: AccessRequest, year: int, number: int) -> HttpResponse:
    """The crimes behind one number of the trend: exactly so many, the newest first."""
    return _behind(request, Step.MONTH, _first(date, year, number))


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def week(request: AccessRequest, year: int, number: int) -> HttpResponse:
    """The same of a week, by its ISO year and number."""
    return _behind(request, Step.WEEK, _first(date.fromisocalendar, year, number))


def _first(of: Callable[[int, int, int], date], year: int, number: int) -> date:
    """Raises Http404 for what no calendar has."""
    if year >= MAXYEAR:
        raise Http404
    try:
        return of(year, number, 1)
    except ValueError as error:
        raise Http404 from error


def _behind(request: AccessRequest, step: Step, first: date) -> HttpResponse:
    asked, at = asking.asked(request), requests.page_number(request)
    asked = replace(asked, by="" if step is Step.MONTH else step.value)
    there = asked.there(request)
    ids, total = behind(
        step,
        first,
        asked.category,
        there,
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
            **asking.context(asked, there),
            "period": step.words(first),
            "crimes": crimes,
            "total": total - (len(ids) - len(crimes)),
            "page": requests.paging(total, at, selectors.PAGE_SIZE),
        },
        **_listed(crimes, total, {**asked.where, step.value: first.isoformat()}),
    )


def _listed(
    crimes: list[selectors.CrimeSummary], total: int, query: dict[str, str]
) -> trail.Particulars:
    listed = trail.ranked(crime.crime_id for crime in crimes)
    return {**listed, "subject_kind": "crime", "query": query, "result_count": total}
