"""Taking a report out as a file: a disclosure, recorded with who gets it before it leaves (A7)."""

import hashlib
import uuid
from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from kombu.exceptions import OperationalError

from audit.actions import Action
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING, DisclosureForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.reports import answering, files, saved, tasks, writers
from wmp_search.reports.models import Report, ReportFile
from wmp_search.reports.running import run
from wmp_search.reports.spec import Chart, ReportSpec
from wmp_search.reports.views import READ


class DownloadForm(DisclosureForm):
    """As what, for whom and why."""

    form = forms.ChoiceField(
        label="As what?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a kind of file"},
    )
    field_order = ["form", "recipient", "organisation", "reason"]

    def __init__(self, *args: Any, chart: Chart = Chart.TABLE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(writers.offered(chart).items())
        cast("forms.ChoiceField", self.fields["form"]).choices = choices

    @property
    def given(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("recipient", "organisation", "reason")}


@require_http_methods(["GET", "POST"])
@permission_required(*READ)
@purpose_required
@step_up_required
def download(request: AccessRequest) -> HttpResponse:
    """Ask as what and for whom; the form shows no number. The answer to a good one is the file, or
    the page on which it will be.
    """
    spec = answering.asked(request)
    if isinstance(spec, HttpResponse):
        return spec
    if asked := asking.again(request, SubjectFacts("report", spec.hash, export=True)):
        return asked
    form = DownloadForm(request.POST if request.method == "POST" else None, chart=spec.chart)
    if form.is_bound and form.is_valid():
        return _made(request, spec, form)
    context = {
        "form": form,
        "spec": spec,
        "marking": MARKING,
        "without_pdf": "pdf" not in writers.offered(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "reports/download.html", context, status=status)


def _made(request: AccessRequest, spec: ReportSpec, form: DownloadForm) -> HttpResponse:
    report, kind = _named(request), form.cleaned_data["form"]
    title = report.title if report else spec.of.label
    result = None if kind == "pdf" else run(spec, request.scope)
    if result is None or (kind != "svg" and len(result.rows) > files.AT_ONCE):
        file = files.queue(title, spec.as_json(), kind, request.scope, form.given)
        transaction.on_commit(lambda: _tell(file.pk))
        return redirect("report-file", pk=file.pk)
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    officer = cast("Officer", request.user)
    content = writers.write(kind, files.paper(title, result, officer, request.purpose, form.given))
    saved.keep(request.scope.officer_id, [result], [report])
    sha256 = hashlib.sha256(content).hexdigest()
    trail.record(
        request,
        Action.REPORT_EXPORTED,
        subject_kind="report",
        subject_ids=[str(report.pk)] if report else [],
        query=spec.as_json(),
        result_count=int(result.total),
        detail=files.disclosed(result, kind, sha256, form.given),
    )
    return _attached(content, kind)


def _tell(pk: uuid.UUID) -> None:
    """Tell a worker; where the broker is away, the next beat finds the file."""
    try:
        tasks.make_file.delay(str(pk))
    except OperationalError:
        return


def _attached(content: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=writers.TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{files.name_of(kind)}"'
    return answer


def _named(request: AccessRequest) -> Report | None:
    given = request.GET.get("report", "")
    if not given.isdecimal() or len(given) > 12:
        return None
    return saved.visible(request.scope).filter(pk=int(given)).first()


@require_GET
@permission_required(*READ)
@purpose_required
@step_up_required
def file(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The officer's own file: whether it is ready; with `take`, the file itself."""
    found = files.own(request.scope, pk)
    if found is None:
        raise not_found(request, "report-file", pk)
    ready = found.state == ReportFile.State.READY and found.content is not None
    trail.record(
        request,
        Action.REPORT_EXPORTED if ready and "take" in request.GET else Action.REPORT_LISTED,
        operation_id=found.pk,
        subject_kind="report",
        query=found.spec,
        detail={"means": found.form, "sha256": found.sha256, "state": found.state, **found.given},
    )
    if ready and "take" in request.GET:
        return _attached(bytes(found.content or b""), found.form)
    context = {"file": found, "ready": ready, "words": writers.WORDS[found.form]}
    return render(request, "reports/file.html", context)
