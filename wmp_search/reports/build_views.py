"""The builder: what to count, split by, where and when; then the answer, and saving the question.

Each step is a page with an address; what was chosen travels in it. Nothing needs JavaScript.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.reports import answering, saved
from wmp_search.reports.forms import CountForm, SplitForm, TitleForm, WhereForm, answers
from wmp_search.reports.models import Report
from wmp_search.reports.reading import from_query
from wmp_search.reports.registry import DATASETS
from wmp_search.reports.spec import ReportSpec, SpecError
from wmp_search.reports.views import changed


@require_GET
@permission_required(Permission.REPORT_BUILD)
def new(request: AccessRequest) -> HttpResponse:
    """Step 1: what to count."""
    form = CountForm(scope=request.scope, initial={"of": request.GET.get("of", "")})
    return render(request, "reports/new.html", {"form": form, "carried": _carried(request, ())})


@require_GET
@permission_required(Permission.REPORT_BUILD)
def split(request: AccessRequest) -> HttpResponse:
    """Step 2: by what to split it."""
    form = CountForm(request.GET, scope=request.scope)
    if not form.is_valid():
        context = {"form": form, "carried": _carried(request, ())}
        return render(request, "reports/new.html", context, status=400)
    dataset = DATASETS[form.cleaned_data["of"].partition(".")[0]]
    by = [*request.GET.getlist("by"), "", ""]
    step = SplitForm(dataset=dataset, initial={"by": by[0], "by2": by[1]})
    context = {"form": step, "dataset": dataset, "carried": _carried(request, ("of",))}
    return render(request, "reports/split.html", context)


@require_GET
@permission_required(Permission.REPORT_BUILD)
@purpose_required
def where(request: AccessRequest) -> HttpResponse:
    """Step 3: where and when. Its choices are values that the scope sees."""
    try:
        spec = from_query(request.GET)
    except SpecError as error:
        return answering.refused(request, error)
    if closed := answering.closed(request, spec.of):
        return closed
    return _where(request, spec, answers(spec), "")


@require_GET
@permission_required(Permission.REPORT_BUILD)
@purpose_required
def preview(request: AccessRequest) -> HttpResponse:
    """The answer to a question that is not saved, and the way to save it."""
    try:
        spec = from_query(request.GET)
    except SpecError as error:
        return _mistaken(request, error)
    if closed := answering.closed(request, spec.of):
        return closed
    report = _named(request)
    form = TitleForm(initial={"title": report.title if report else ""})
    return answering.answer(request, spec, None, {"form": form, "changing": report})


@require_POST
@permission_required(Permission.REPORT_BUILD)
def save(request: AccessRequest) -> HttpResponse:
    """Keep the question under a name; with `report`, in place of that one's."""
    try:
        spec = from_query(QueryDict(request.POST.get("spec", "")))
    except SpecError as error:
        return answering.refused(request, error)
    if closed := answering.closed(request, spec.of):
        return closed
    form = TitleForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "spec": spec, "changing": _named(request)}
        return render(request, "reports/save.html", context, status=400)
    report = _named(request) or Report(owner_id=request.scope.officer_id)
    report.title, report.spec = form.cleaned_data["title"], spec.as_json()
    with transaction.atomic():
        report.save()
        changed(request, report, "saved")
    messages.success(request, f"Saved as “{report.title}”")
    return redirect("report", pk=report.pk)


def _named(request: AccessRequest) -> Report | None:
    """The report that is being changed, if it is the officer's own."""
    given = request.GET.get("report", "") or request.POST.get("report", "")
    if not given.isdecimal() or len(given) > 12:
        return None
    return saved.own(request.scope).filter(pk=int(given)).first()


def _mistaken(request: AccessRequest, error: SpecError) -> HttpResponse:
    """The last step again with what is wrong, if it is the last step that is."""
    given = request.GET.copy()
    for key in ("when", "from", "to", "compare", "chart", "last", "days"):
        given.pop(key, None)
    try:
        spec = from_query(given)
    except SpecError:
        return answering.refused(request, error)
    if closed := answering.closed(request, spec.of):
        return closed
    return _where(request, spec, request.GET.dict(), str(error))


def _where(
    request: AccessRequest, spec: ReportSpec, given: dict[str, str], error: str
) -> HttpResponse:
    data = given if error else None
    form = WhereForm(data, dataset=spec.of, by=spec.by, scope=request.scope, initial=given)
    if error:
        form.full_clean()
        form.add_error(None, error)
    context = {"form": form, "spec": spec, "carried": _carried(request, ("of", "by", "by2"))}
    return render(request, "reports/where.html", context, status=400 if error else 200)


def _carried(request: AccessRequest, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """What of the address a step hands on."""
    return [
        (key, value)
        for key in (*keys, "report")
        for value in dict.fromkeys(request.GET.getlist(key))
        if value
    ]
