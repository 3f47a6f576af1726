"""The pages of a new source: sample, columns, the file itself, the trial, the decision.

What is shown of a sample's rows is recorded with the page; nothing of them is in an address.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from ingest.errors import DeliveryError, SpecError
from ingest.mapping import drafts, dry_run
from ingest.mapping.forms import (
    MOST_COLUMNS,
    ColumnsForm,
    DecisionForm,
    FileForm,
    SampleForm,
    SettingsForm,
    StopForm,
)
from ingest.mapping.picking import apply
from ingest.mapping.shown import Row, shown
from ingest.models import SourceDraft
from ingest.newsource import write
from ingest.newsource.draft import Wanted, sample
from ingest.newsource.sniff import Sniffed
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

State = SourceDraft.State
managing = permission_required(Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
@managing
def new(request: AccessRequest) -> HttpResponse:
    """Take a sample and guess a mapping."""
    form = SampleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = Wanted(
            system=given["system"],
            title=given["title"],
            kind=given["kind"] or None,
            record=given["record"] or None,
        )
        upload = drafts.Upload(given["file"].name, given["file"].read(), wanted)
        try:
            return redirect("source", pk=drafts.begin(request, upload).pk)
        except DeliveryError as error:
            form.add_error("file", str(error))
        except drafts.NotPossibleError as error:
            form.add_error("system", str(error))
    return render(request, "sources/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@managing
def source(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """What was mapped, what it would load, and the next step for whoever looks."""
    found = _found(request, pk)
    form = _step_form(request, found)
    if request.method == "POST" and _took_step(request, found, form):
        gone = found.state == State.ABANDONED
        return redirect("feeds") if gone else redirect("source", pk=pk)
    return _page(request, found, "sources/source.html", {"form": form, "rows": _preview(found)})


@require_http_methods(["GET", "POST"])
@managing
def columns(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Pick what each column becomes."""
    found = _own(request, pk)
    values = drafts.values_of(found)
    stream = values["stream"][0]
    try:
        with drafts.sample_file(found) as path:
            frame = sample(_sniffed(stream), path)
    except (DeliveryError, drafts.NotPossibleError) as error:
        messages.error(request, str(error))
        return redirect("source", pk=pk)
    data = request.POST or None
    whole, picked = SettingsForm(values, data), ColumnsForm(stream, frame, data)
    if data is not None and whole.is_valid() and picked.is_valid():
        whole.apply(values)
        apply(stream, picked.chosen(), frame)
        if _changed(request, found, write.whole(values), whole):
            return redirect("source", pk=pk)
    more = max(len(frame.columns) - MOST_COLUMNS, 0)
    context = {"settings": whole, "form": picked, "more": more}
    return _page(request, found, "sources/columns.html", context)


@require_http_methods(["GET", "POST"])
@managing
def file(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit the source file itself: all that the pages of columns do not offer."""
    found = _own(request, pk)
    form = FileForm(request.POST or None, initial={"toml": found.toml})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["toml"].replace("\r\n", "\n")
        if _changed(request, found, text, form):
            return redirect("source", pk=pk)
    return _page(request, found, "sources/file.html", {"form": form})


def _sniffed(stream: dict[str, Any]) -> Sniffed:
    """How the draft's file says that the sample is read."""
    return Sniffed(
        stream["format"], stream.get("encoding", "utf-8"), dict(stream.get("options", {}))
    )


def _found(request: AccessRequest, pk: uuid.UUID) -> SourceDraft:
    seen = drafts.seen_by(request.scope.officer_id).select_related("author", "decided_by")
    found = seen.filter(pk=pk).first()
    if found is None:
        raise not_found(request, "source", pk)
    return found


def _own(request: AccessRequest, pk: uuid.UUID) -> SourceDraft:
    found = _found(request, pk)
    if found.author_id != request.scope.officer_id or found.state != State.DRAFT:
        raise not_found(request, "source", pk)
    return found


def _page(
    request: AccessRequest, found: SourceDraft, template: str, context: dict[str, Any]
) -> HttpResponse:
    common = {"draft": found, "own": found.author_id == request.scope.officer_id}
    return trail.show(
        request,
        Action.SOURCE_VIEWED,
        template,
        common | context,
        subject_kind="source",
        subject_ids=[found.system],
        shown=[{"draft": str(found.pk), "rows": len(context.get("rows", ()))}],
    )


def _changed(request: AccessRequest, found: SourceDraft, toml: str, form: Any) -> bool:
    """Whether the file was taken; else the form says what is wrong with it."""
    try:
        drafts.change(request, found.pk, toml)
    except (SpecError, drafts.NotPossibleError) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "Saved, and tried on the sample")
    return True


def _step_form(request: AccessRequest, found: SourceDraft) -> Any:
    """The form of the next step; None where it is a button."""
    data = request.POST or None
    if found.state == State.WAITING and found.author_id != request.scope.officer_id:
        return DecisionForm(data)
    return StopForm(data) if found.state == State.APPROVED else None


def _took_step(request: AccessRequest, found: SourceDraft, form: Any) -> bool:
    try:
        if form is None:
            step = drafts.drop if "drop" in request.POST else drafts.send
            found.state = step(request, found.pk).state
        elif not form.is_valid():
            return False
        elif isinstance(form, StopForm):
            drafts.stop(request, found.pk, form.cleaned_data["reason"])
        else:
            approve = form.cleaned_data["decision"] == "approve"
            drafts.decide(request, found.pk, approve=approve, reason=form.cleaned_data["reason"])
    except drafts.NotPossibleError as error:
        messages.error(request, str(error))
    return True


def _preview(found: SourceDraft) -> list[Row]:
    """The first rows as they would be loaded; none where the sample is gone."""
    if found.state not in (State.DRAFT, State.WAITING):
        return []
    try:
        read = drafts.source_of(found)
        with drafts.sample_file(found) as path:
            return [shown(*row) for row in dry_run.preview(read, read.streams[0], path)]
    except (DeliveryError, SpecError, drafts.NotPossibleError):
        return []  # the trial says why
