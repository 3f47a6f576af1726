"""A list's table as a file: a disclosure, with who gets it on the copy and in the trail (A7)."""

import hashlib
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from people import batch_results, restrictions
from people.models import Batch
from wmp_search.access import asking, purposes, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING, DisclosureForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@permission_required(Permission.PERSON_SEARCH_BATCH)
@purpose_required
@step_up_required
@require_http_methods(["GET", "POST"])
def download(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for whom, record it with what is in the file, give the file. The form shows nothing."""
    made = batch_results.own(request.scope, pk)
    if made is None:
        raise not_found(request, "batch", pk)
    if made.state in (Batch.State.WAITING, Batch.State.RUNNING):
        return redirect("batch", pk=pk)
    if asked := asking.again(request, SubjectFacts("batch", str(pk), export=True)):
        return asked
    form = DisclosureForm(request.POST or None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"form": form, "batch": made}
        return render(request, "people/batch_download.html", context, status=status)
    return _file(request, made, form.cleaned_data)


def _file(request: AccessRequest, made: Batch, given: dict[str, str]) -> HttpResponse:
    found = batch_results.rows(request.scope, list(made.lines.all()))
    shown = batch_results.audited(found)
    ids = list(dict.fromkeys(row["id"] for row in shown))
    text = batch_results.table(found, MARKING, _facts(request, made, given))
    content = text.encode("utf-8-sig")
    trail.record(
        request,
        Action.PERSON_EXPORTED,
        screen=format_html("<pre>{}</pre>", text).encode("utf-8", "replace"),
        operation_id=made.pk,
        subject_kind="person",
        subject_ids=ids,
        shown=shown,
        result_count=len(found),
        detail={
            "means": "csv",
            "marking": MARKING,
            "sha256": hashlib.sha256(content).hexdigest(),
            **given,
            **restrictions.reported([int(pk) for pk in ids], request.scope),
        },
    )
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="list-of-people.csv"'
    return answer


def _facts(request: AccessRequest, made: Batch, given: dict[str, str]) -> dict[str, str]:
    return {
        "list_of": f"{timezone.localtime(made.created_at):%Y-%m-%d %H:%M}",
        "copy_made": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "copy_made_by": request.user.get_username(),
        "purpose": purposes.label(made.purpose_code),
        "reference": made.purpose_reference,
        "copy_for": f"{given['recipient']}, {given['organisation']}",
        "reason": given["reason"],
    }
