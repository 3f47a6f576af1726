"""The administrator's pages about officers: finding them, their roles and accounts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from wmp_search.access import catalogue, four_eyes, selectors, services, trail
from wmp_search.access.administration_forms import AskForm
from wmp_search.access.decorators import permission_required
from wmp_search.access.forms import GrantForm, OfficerSearchForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, RoleAssignment
from wmp_search.access.permissions import Permission

PAGE_SIZE = 50
WORDS = "officer_words"  # in the session: names of officers do not belong into addresses

managing = permission_required(Permission.ROLE_MANAGE)


@managing
def officers(request: AccessRequest) -> HttpResponse:
    """List and find officers; the words are posted and kept in the session."""
    if request.method == "POST":
        form = OfficerSearchForm(request.POST)
        request.session[WORDS] = form.cleaned_data["words"] if form.is_valid() else ""
        return redirect("officers")
    words = request.session.get(WORDS, "")
    pages = Paginator(selectors.officers(words), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        query={"words": words} if words else {},
        subject_kind="officer",
        subject_ids=[str(officer.pk) for officer in page],
        result_count=pages.count,
    )
    context = {
        "form": OfficerSearchForm({"words": words}),
        "page": page,
        "words": words,
        "waiting": four_eyes.pending().count(),
    }
    return render(request, "access/officers.html", context)


@managing
@require_safe
def officer(request: AccessRequest, pk: int) -> HttpResponse:
    """One officer: roles now, roles before, and what can be changed."""
    return _officer_page(request, _officer(pk), GrantForm())


@managing
@require_POST
def grant(request: AccessRequest, pk: int) -> HttpResponse:
    """Give a role: the first post shows what will happen, the second (`confirmed`) does it. For a
    sensitive role it asks a second administrator.
    """
    subject = _officer(pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _officer_page(request, subject, form)
    wanted = services.Grant(officer=subject, **form.cleaned_data)
    sensitive = catalogue.sensitive(wanted.role.permissions)
    ask = AskForm(request.POST if "confirmed" in request.POST else None)
    if "confirmed" not in request.POST or (sensitive and not ask.is_valid()):
        context = {
            "officer": subject,
            "wanted": wanted,
            "permissions": catalogue.in_order(wanted.role.permissions),
            "sensitive": sensitive,
            "form": ask,
        }
        return render(request, "access/confirm_grant.html", context)
    if sensitive:
        reason = ask.cleaned_data["reason"]
        done = f"The role {wanted.role} for {subject} waits for a second administrator"
        return _change(request, subject, done, lambda: four_eyes.ask(request, wanted, reason))
    done = f"{subject} now has the role {wanted.role}"
    return _change(request, subject, done, lambda: services.grant(request, wanted))


@managing
def revoke(request: AccessRequest, pk: int, assignment: int) -> HttpResponse:
    """Withdraw a role, after a page that asks whether to."""
    held = get_object_or_404(
        RoleAssignment.objects.select_related("officer", "role"), pk=assignment, officer=pk
    )
    if request.method != "POST":
        return render(request, "access/confirm_revoke.html", {"held": held})
    done = f"{held.officer} no longer has the role {held.role}"
    return _change(request, held.officer, done, lambda: services.revoke(request, held))


@managing
def status(request: AccessRequest, pk: int) -> HttpResponse:
    """Close an open account or open a closed one, after a page that asks whether to."""
    subject = _officer(pk)
    if request.method != "POST":
        return render(request, "access/confirm_status.html", {"officer": subject})
    active = request.POST.get("active") == "yes"
    done = f"The account of {subject} is {'open' if active else 'closed'}"
    return _change(
        request, subject, done, lambda: services.set_active(request, subject, active=active)
    )


def _officer(pk: int) -> Officer:
    return get_object_or_404(selectors.officers(), pk=pk)


def _officer_page(request: AccessRequest, subject: Officer, form: GrantForm) -> HttpResponse:
    trail.record(
        request, Action.OFFICERS_VIEWED, subject_kind="officer", subject_ids=[str(subject.pk)]
    )
    context = {
        "officer": subject,
        "waiting": four_eyes.pending().filter(officer=subject),
        "closed": selectors.closed_assignments(subject)[:PAGE_SIZE],
        "form": form,
        "oneself": subject.pk == request.user.pk,
    }
    return render(request, "access/officer.html", context)


def _change(
    request: AccessRequest, subject: Officer, done: str, change: Callable[[], Any]
) -> HttpResponse:
    try:
        change()
    except services.ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("officer", pk=subject.pk)
