"""The material of a case: both lists on a page, and a schedule of one of them as a disclosure."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from people import restrictions
from wmp_search.access import trail
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING, DisclosureForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.rights import material, schedule
from wmp_search.rights.material import Material
from wmp_search.rights.schedule import Which

SHOWN = 200  # items of a list on the page; the files hold all


class ScheduleForm(DisclosureForm):
    """Which list, for whom and why. Who may not see the sensitive list is not offered it."""

    which = forms.ChoiceField(
        label="Which list?",
        choices=Which.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a list"},
    )
    field_order = ("which", "recipient", "organisation", "reason")

    def __init__(self, *args: object, sensitive: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not sensitive:
            field = self.fields["which"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  as declared above
            field.choices = [(Which.UNUSED.value, Which.UNUSED.label)]


@permission_required(Permission.MATERIAL_LIST)
@purpose_required
@require_safe
def case_material(request: AccessRequest, pk: int) -> HttpResponse:
    """Both lists, the sensitive one for those who may see it; a form for a schedule."""
    case, may = _case(request, pk), request.scope.may(Permission.MATERIAL_LIST_SENSITIVE)
    return trail.show(
        request,
        Action.MATERIAL_LISTED,
        "rights/material.html",
        {
            "pk": pk,
            "case": case,
            "unused": case.unused[:SHOWN],
            "sensitive": case.sensitive[:SHOWN] if may else (),
            "may_see_sensitive": may,
            "most": SHOWN,
            "not_listed": material.NOT_LISTED,
            "form": ScheduleForm(sensitive=may),
        },
        **_about(request, case, sensitive=may),
    )


@permission_required(Permission.MATERIAL_LIST)
@purpose_required
@step_up_required
@require_POST
def case_schedule(request: AccessRequest, pk: int) -> HttpResponse:
    """The schedule for its recipient, recorded as a disclosure before it leaves."""
    case, may = _case(request, pk), request.scope.may(Permission.MATERIAL_LIST_SENSITIVE)
    form = ScheduleForm(request.POST, sensitive=may)
    if not form.is_valid():
        messages.error(request, "Choose a list, and enter who it is for, the organisation and why")
        return redirect("case-material", pk=pk)
    given = dict(form.cleaned_data)
    which = Which(given.pop("which"))
    made = schedule.make(case, which, given)
    about = _about(request, case, sensitive=which == Which.SENSITIVE)
    about["detail"] = {
        **about["detail"],
        "means": "schedule of a case's material",
        "list": which.value,
        "marking": MARKING,
        "sha256": made.sha256,
        **given,
    }
    about["result_count"] = len(made.items)
    trail.record(request, Action.MATERIAL_EXPORTED, **about)
    answer = HttpResponse(made.content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="schedule-{which.value}.zip"'
    return answer


def _case(request: AccessRequest, pk: int) -> Material:
    case = material.of_case(pk, request.scope)
    if case is None:
        raise not_found(request, "crime", pk)
    return case


def _about(request: AccessRequest, case: Material, *, sensitive: bool) -> trail.Particulars:
    """The event: the crimes, the people whom the lists concern, and the records on them."""
    items = (*case.unused, *(case.sensitive if sensitive else ()))
    records = sorted({pk for one in items for pk in one.records})
    people = list(case.people)
    return {
        "subject_kind": "crime",
        "subject_ids": [str(pk) for pk in case.crimes],
        "shown": [{"id": str(case.crimes[0]), "people": people, "records": records}],
        "result_count": len(items),
        "detail": restrictions.reported(people, request.scope),
    }
