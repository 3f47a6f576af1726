"""The page that says why two numbers differ."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.reports import differ
from wmp_search.reports.forms import DifferForm
from wmp_search.reports.views import READ


@require_GET
@permission_required(*READ)
def differs(request: AccessRequest) -> HttpResponse:
    """Two runs side by side, by their numbers."""
    form = DifferForm(request.GET or None)
    rows, numbers = [], []
    if form.is_bound and form.is_valid():
        numbers = [form.cleaned_data["one"], form.cleaned_data["other"]]
        one, other = (differ.run_of(request.scope, pk) for pk in numbers)
        for name, run in (("one", one), ("other", other)):
            if run is None:
                form.add_error(name, "There is no run of this number that you may see")
        if one and other:
            rows = differ.differences(request.scope, one, other)
    return trail.show(
        request,
        Action.REPORT_COMPARED,
        "reports/differ.html",
        {
            "form": form,
            "rows": rows,
            "numbers": numbers,
            "reasons": sum(row.differs for row in rows if row.what not in ("Who", "Total")),
        },
        subject_kind="report",
        query={"runs": numbers},
        result_count=len(rows),
    )
