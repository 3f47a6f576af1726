"""The page that gives an extract of the trail, for those who must answer the regulator (A11)."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from audit import extracts
from audit.actions import Action
from audit.forms import FilterForm
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, step_up_required
from wmp_search.access.forms import ReasonField
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

MOST = 20_000  # events on the page's own time; more by the command


class ExtractForm(FilterForm):
    """What to take, for whom and why (A7: a disclosure names its recipient)."""

    recipient = forms.CharField(
        label="Who receives it",
        help_text="A person, for example “Jane Smith”",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label="Their organisation",
        help_text="For example “Information Commissioner”",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = ReasonField("Why they receive it", "Enter why they receive it")

    def about(self, taken_by: str) -> dict[str, str]:
        """What the manifest and the first page say."""
        named = {name: self.cleaned_data[name] for name in ("recipient", "organisation", "reason")}
        return {"taken_by": taken_by, **named}


@permission_required(Permission.AUDIT_EXPORT)
@step_up_required
def extract(request: AccessRequest) -> HttpResponse:
    """Ask what is to be taken and for whom; the answer to a good form is the file itself."""
    form = ExtractForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, "audit/extract.html", {"form": form}, status=status)
    filters = form.filters
    found = extracts.rows(request.scope, filters)
    if found[MOST : MOST + 1].exists():
        form.add_error(
            None,
            f"More than {MOST:,} events match. Choose fewer days, or ask the support team for an "
            "extract by command.",
        )
        return render(request, "audit/extract.html", {"form": form}, status=400)
    about = form.about(request.user.get_username())
    made = extracts.make(found, filters, about)
    trail.record(
        request,
        Action.AUDIT_EXPORTED,
        query=filters.given(),
        result_count=made.events,
        detail={**about, "sha256": dict(made.files)},
    )
    answer = HttpResponse(made.content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="audit-extract.zip"'
    return answer
