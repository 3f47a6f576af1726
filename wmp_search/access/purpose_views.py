"""Saying why one looks, saying more about a search, and the administrator's list of purposes."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_safe

from wmp_search.access import asking, challenges, purpose_changes, purposes
from wmp_search.access.decorators import not_found, permission_required, safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_forms import AnswerForm, NewPurposeForm, PurposeForm, VersionForm
from wmp_search.access.purpose_models import Challenge, PurposeVersion
from wmp_search.access.services import ChangeRefusedError

managing = permission_required(Permission.ROLE_MANAGE)
searching = permission_required(
    Permission.PERSON_SEARCH, Permission.CRIME_VIEW, Permission.GANG_VIEW
)
SEARCHES = {
    "person": "search-results",
    "crime": "crime-results",
    "crime_area": "crime-area",
    "gang": "gang-results",
    "intelligence": "intelligence-results",
}


def purpose(request: AccessRequest) -> HttpResponse:
    """Ask why the officer looks, keep the answer for `settings.PURPOSE_LIFETIME`, go on."""
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        form = PurposeForm(request.POST, request=request)
        if form.is_valid():
            form.count_seconds()
            asking.give(request, form.purpose, address=going_to)
            return redirect(going_to)
    else:
        form = PurposeForm(request=request)
    context = {"form": form, "next": going_to, "why": asking.why(request, going_to)}
    return render(request, "access/purpose.html", context)


@searching
def challenge(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One search that was drawn at random: what the officer says about it."""
    mine = challenges.waiting(request.scope.officer_id)
    found: Challenge | None = mine.filter(pk=pk).first()
    if found is None:
        raise not_found(request, "search", pk)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and form.is_valid():
        challenges.answer(request, found, form.cleaned_data["text"])
        messages.success(request, "Thank you. Your answer is recorded.")
        return redirect("home")
    context = {
        "form": form,
        "challenge": found,
        "label": purposes.label(found.purpose_code, found.asked_at),
        "search": resolve_url(SEARCHES[found.kind], found.pk),
    }
    return render(request, "access/challenge.html", context)


@managing
@require_safe
def listing(request: AccessRequest) -> HttpResponse:
    """The purposes in force, and those that were."""
    now = purposes.everything()
    gone = [pair for pair in purposes.labels() if pair[0] not in {v.code for v in now}]
    return render(request, "access/purposes.html", {"purposes": now, "gone": gone})


@managing
def add(request: AccessRequest) -> HttpResponse:
    """A new purpose; for everybody, from now on."""
    form = NewPurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        meaning = form.meaning()
        code = meaning.pop("code")
        try:
            purpose_changes.add(request, code, meaning)
        except ChangeRefusedError as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, f"{meaning['label']} is in the list")
            return redirect("purposes")
    return render(request, "access/purpose_change.html", {"form": form})


@managing
def change(request: AccessRequest, pk: int) -> HttpResponse:
    """One version: what it means and what it meant before; changing it makes the next one."""
    version = get_object_or_404(PurposeVersion, pk=pk)
    form = VersionForm(request.POST if request.method == "POST" else None, instance=version)
    if request.method == "POST" and form.is_valid():
        try:
            purpose_changes.change(request, version, form.meaning())
        except ChangeRefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{version.label} has been changed")
        return redirect("purposes")
    history = PurposeVersion.objects.filter(code=version.code).select_related("changed_by")
    context = {"form": form, "version": version, "history": history.order_by("-version")}
    return render(request, "access/purpose_change.html", context)


@managing
def retire(request: AccessRequest, pk: int) -> HttpResponse:
    """Take a purpose out of the list, after a page that asks whether to."""
    version = get_object_or_404(PurposeVersion, pk=pk)
    if request.method != "POST":
        return render(request, "access/purpose_retire.html", {"version": version})
    try:
        purpose_changes.retire(request, version)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{version.label} is no longer in the list")
    return redirect("purposes")
