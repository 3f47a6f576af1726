"""Searching for many people at once: hand in a list, watch it run, read the table."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from audit.actions import Action
from people import batch, batch_results, requests, restrictions
from people.batch_lines import Line, decoded, lines
from people.models import Batch
from people.tasks import run_batch
from wmp_search.access import asking, trail
from wmp_search.access.decorators import (
    challenges_answered,
    not_found,
    permission_required,
    purpose_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_forms import PurposeForm

PAGE_SIZE = 50
MOST_BYTES = 500_000


class BatchForm(PurposeForm):
    """A pasted list or a file; `found` holds the lines once the form is valid."""

    text = forms.CharField(
        label="People, one on each line",
        help_text="As you would type each into the search box, or a table with a heading.",
        max_length=MOST_BYTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="Or a CSV file",
        help_text="With a heading, for example: Surname, Forenames, DOB, Postcode, PNC.",
        required=False,
    )
    field_order = ["text", "file", "code", "reference"]
    found: list[Line]

    def clean(self) -> dict[str, Any]:
        """Take the list apart; it has to hold something that can be searched for."""
        data = super().clean()
        if self.errors:
            return data
        file = data.get("file")
        if file and file.size > MOST_BYTES:
            raise ValidationError({"file": "The file is larger than 500 kB. Split it"})
        self.found = lines(decoded(file.read()) if file else data["text"], self.request.scope)
        if not self.found:
            raise ValidationError({"text": "Enter people, one on each line, or choose a file"})
        if not any(line.question for line in self.found):
            first = self.found[0]
            raise ValidationError({"text": f"No line can be searched for. Line 1: {first.error}"})
        return data


@require_http_methods(["GET", "POST"])
@permission_required(Permission.PERSON_SEARCH_BATCH)
@challenges_answered
def batches(request: AccessRequest) -> HttpResponse:
    """The officer's lists, and the form for another."""
    form = BatchForm(request.POST or None, request.FILES or None, request=request)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _started(request, form)
            except batch.TooManyLines as error:
                form.add_error("text", str(error))
        status = 400
    mine = Batch.objects.filter(officer=request.scope.officer_id, expires_at__gt=timezone.now())
    context = {
        "form": form,
        "batches": mine,
        "left": batch.left(request.scope),
        "most": batch.most_lines(request.scope),
        "days": batch.LIFETIME.days,
    }
    return render(request, "people/batches.html", context, status=status)


def _started(request: AccessRequest, form: BatchForm) -> HttpResponse:
    asking.give(request, form.purpose)
    made = batch.keep(request.scope, form.purpose, form.found)
    trail.record(
        request,
        Action.BATCH_STARTED,
        operation_id=made.pk,
        query={"lines": [line.text for line in form.found]},
        result_count=len(form.found),
        detail={"batch": str(made.pk), "refused": sum(not li.question for li in form.found)},
    )
    transaction.on_commit(lambda: _queue(made.pk))
    return requests.SeeOther(resolve_url("batch", made.pk))


def _queue(pk: uuid.UUID) -> None:
    """Ask a worker to begin at once; without the broker the next beat does."""
    try:
        run_batch.delay(str(pk))
    except OperationalError:
        return


@require_safe
@permission_required(Permission.PERSON_SEARCH_BATCH)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """How far a list is, and its table: what is shown of people is read and decided now."""
    made = batch_results.own(request.scope, pk)
    if made is None:
        raise not_found(request, "batch", pk)
    page = Paginator(made.lines.all(), PAGE_SIZE).get_page(requests.page_number(request))
    rows = batch_results.rows(request.scope, list(page.object_list))
    total = made.lines.count()
    done = total - made.lines.filter(searched_at__isnull=True, error="").count()
    shown = batch_results.audited(rows)
    ids = list(dict.fromkeys(row["id"] for row in shown))
    return trail.show(
        request,
        Action.BATCH_VIEWED,
        "people/batch.html",
        {
            "batch": made,
            "rows": rows,
            "page": page,
            "done": done,
            "total": total,
            "is_running": made.state in (Batch.State.WAITING, Batch.State.RUNNING),
        },
        operation_id=made.pk,
        subject_kind="person",
        subject_ids=ids,
        shown=shown,
        result_count=len(rows),
        detail=restrictions.reported([int(pk) for pk in ids], request.scope),
    )
