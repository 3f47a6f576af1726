"""Pages for those who protect people whom gangs harm: their list, and one person (policing.md F2).

Apart from gangs' pages in every way: a permission, a list and an event of their own. Nothing leads
here from a gang, nothing is drawn, and there is no file.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import Action
from gangs import safeguarding
from gangs.safeguarding import Protected
from gangs.safeguarding_forms import StepForm
from gangs.safeguarding_models import SafeguardingStep
from people import restrictions
from people import selectors as people
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.trail import Particulars

PAGE_SIZE = 20


@require_safe
@permission_required(Permission.SAFEGUARD)
@purpose_required
def listed(request: AccessRequest) -> HttpResponse:
    """For whom something is to be done, and for whom the officer answers."""
    scope = request.scope
    found = safeguarding.listed(scope)
    page = Paginator(found.cases, PAGE_SIZE).get_page(request.GET.get("page"))
    cases = list(page.object_list)
    known = people.summaries([case.person for case in cases], scope)
    rows = [(known[case.person], case) for case in cases if case.person in known]
    ids = [person.person_id for person, _ in rows]
    entry: Particulars = {
        **trail.ranked(ids),
        "subject_kind": "person",
        "result_count": len(found.cases),
        "detail": {"page": page.number, **restrictions.reported(ids, scope)},
    }
    return trail.show(
        request,
        Action.SAFEGUARDING_VIEWED,
        "gangs/safeguarding.html",
        {
            "rows": rows,
            "total": len(found.cases),
            "quiet": found.quiet,
            "page": page,
            "opens": safeguarding.may(scope),
        },
        **entry,
    )


@require_http_methods(["GET", "POST"])
@permission_required(Permission.SAFEGUARD)
@purpose_required
def protect(request: AccessRequest, pk: int) -> HttpResponse:
    """What harms one person, what was done, and by whom; sent: the next step."""
    scope = request.scope
    found = safeguarding.of_person(pk, scope)
    if found is None:
        raise not_found(request, "person", pk)
    facts = SubjectFacts("person", str(pk), people.has_restricted(pk, scope))
    if asked := asking.again(request, facts):
        return asked
    sent = request.method == "POST"
    form = StepForm(request.POST) if sent else StepForm()
    if sent and form.is_valid():
        _keep(request, found, form.cleaned_data)
        messages.success(request, "Kept")
        return redirect("protect", pk=pk)
    page = trail.show(
        request,
        Action.SAFEGUARDING_VIEWED,
        "gangs/protect.html",
        {"found": found, "form": form},
        subject_kind="person",
        subject_ids=[str(pk)],
        shown=[
            {
                "id": str(pk),
                "version": found.person.version,
                "records": list(found.records),
                "steps": [step.pk for step in found.steps],
            }
        ],
        result_count=1,
        detail=restrictions.reported([pk], scope),
    )
    page.status_code = 400 if sent else 200
    return page


def _keep(request: AccessRequest, found: Protected, given: dict[str, Any]) -> None:
    """The step and its audit row stand together."""
    with transaction.atomic():
        made = SafeguardingStep.objects.create(
            records=list(found.records),
            kind=given["kind"],
            whom=given["whom"],
            on=given["on"],
            words=given["words"],
            review_on=given["review_on"],
            officer_id=request.scope.officer_id,
            at=timezone.now(),
        )
        trail.record(
            request,
            Action.SAFEGUARDING_RECORDED,
            subject_kind="person",
            subject_ids=[str(found.person.person_id)],
            detail={
                "step": made.pk,
                "kind": made.kind,
                "whom": made.whom,
                "look_again_on": made.review_on,
            },
        )
