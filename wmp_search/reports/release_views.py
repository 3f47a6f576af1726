"""The page that releases rounded figures: a file, a row in the ledger, a row in the trail."""

import hashlib
from datetime import date
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from crime.datasets import CRIMES
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import (
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.reports import answering, files, indexed, release, writers
from wmp_search.reports.export_views import DownloadForm
from wmp_search.reports.models import IssuedCut
from wmp_search.reports.periods import Days
from wmp_search.reports.spec import SpecError

YEARS = 5  # of quarters and years on offer
SHOWN = 50


class ReleaseForm(DownloadForm):
    """Which cut, as what, for whom and why."""

    by = forms.MultipleChoiceField(
        label="Split by (two at most)",
        required=False,
        choices=[(d.key, d.label) for d in CRIMES.dimensions if d.release],
        widget=forms.CheckboxSelectMultiple,
    )
    category = forms.ChoiceField(label="Offence", required=False)
    authority = forms.ChoiceField(label="Authority", required=False)
    when = forms.ChoiceField(
        label="When", help_text="A calendar month, quarter or year that is over"
    )
    field_order = [
        *("by", "category", "authority", "when", "form"),
        *("recipient", "organisation", "reason"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = indexed.values(CRIMES, release.FILTERS, release.WHOLE_FORCE)
        for name in release.FILTERS:
            words = CRIMES.dimension(name).words
            choices = [("", "All"), *((v, words(v) or v) for v in known[name])]
            cast("forms.ChoiceField", self.fields[name]).choices = choices
        cast("forms.ChoiceField", self.fields["when"]).choices = times(timezone.localdate())
        kinds = [(k, w) for k, w in writers.offered().items() if k != "pdf"]
        cast("forms.ChoiceField", self.fields["form"]).choices = kinds


def times(today: date) -> list[tuple[str, str]]:
    """Years, quarters and months that are over, the newest first of each."""
    found = []
    for length in (12, 3, 1):
        for year in range(today.year, today.year - YEARS - 1, -1):
            for first in range(13 - length, 0, -length):
                begin = date(year, first, 1)
                days = Days(begin, Days(begin, begin).with_before(-length).first)
                if days.until <= today.replace(day=1):
                    found.append((f"{begin:%Y-%m}.{length}", words(days, length)))
    return found


def words(days: Days, length: int) -> str:
    """A calendar year, quarter or month as it is called."""
    names = {
        12: f"{days.first.year}",
        3: f"{days.first.year}, quarter {(days.first.month + 2) // 3}",
    }
    return names.get(length) or date_format(days.first, "F Y")


@require_http_methods(["GET", "POST"])
@permission_required(Permission.REPORT_RELEASE)
@purpose_required
@step_up_required
def release_figures(request: AccessRequest) -> HttpResponse:
    """Ask which cut and for whom; the answer to a good form is the file."""
    if closed := answering.closed(request, CRIMES):
        return closed
    if asked := asking.again(request, SubjectFacts("report", "release", export=True)):
        return asked
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _file(request, form)
        except SpecError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "marking": MARKING,
        "issued": IssuedCut.objects.order_by("-pk").select_related("officer")[:SHOWN],
    }
    trail.record(request, Action.REPORT_LISTED, subject_kind="report", detail={"what": "ledger"})
    status = 400 if form.is_bound else 200
    return render(request, "reports/release.html", context, status=status)


def _file(request: AccessRequest, form: ReleaseForm) -> HttpResponse:
    data = form.cleaned_data
    begin, _, length = data["when"].partition(".")
    first = date.fromisoformat(f"{begin}-01")
    days = Days(first, Days(first, first).with_before(-int(length)).first)
    where = {name: data[name] for name in release.FILTERS}
    spec = release.question(data["by"], where, days)
    officer = cast("Officer", request.user)
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    result = release.issue(spec, officer.pk, form.given)
    kind = data["form"]
    title = f"{CRIMES.label}, {words(days, int(length))}, rounded"
    content = writers.write(kind, files.paper(title, result, officer, request.purpose, form.given))
    trail.record(
        request,
        Action.REPORT_RELEASED,
        subject_kind="report",
        query=spec.as_json(),
        result_count=int(result.total),
        detail=files.disclosed(result, kind, hashlib.sha256(content).hexdigest(), form.given),
    )
    answer = HttpResponse(content, content_type=writers.TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="figures.{kind}"'
    return answer
