"""The administrator's pages about roles: what each may do, a new one, a change, the end of one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from audit.actions import Action
from wmp_search.access import catalogue, four_eyes, holdings, role_services, selectors, trail
from wmp_search.access.administration_forms import AskForm, RoleForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Role
from wmp_search.access.officer_views import PAGE_SIZE, managing
from wmp_search.access.services import ChangeRefusedError


@managing
@require_safe
def roles(request: AccessRequest) -> HttpResponse:
    """What each role may do, in plain words."""
    found = selectors.roles()
    context = {
        "roles": [row for row in found if not row.role.retired_at],
        "retired": [row for row in found if row.role.retired_at],
    }
    return render(request, "access/roles.html", context)


@managing
@require_safe
def role(request: AccessRequest, pk: int) -> HttpResponse:
    """One role: every permission with its sentence, who holds it, what waits for a decision."""
    found = get_object_or_404(Role, pk=pk)
    held = holdings.open_now().filter(role=found).select_related("officer__unit", "granted_by")
    page = Paginator(held.order_by("officer__username"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        subject_kind="officer",
        subject_ids=[str(a.officer_id) for a in page],
        result_count=page.paginator.count,
        detail={"role": found.slug},
    )
    context = {
        "role": found,
        "groups": list(catalogue.grouped(found.permissions)),
        "page": page,
        "waiting": four_eyes.pending().filter(role=found),
        "own": holdings.open_now().filter(role=found, officer=request.scope.officer_id).exists(),
    }
    return render(request, "access/role.html", context)


@managing
def create(request: AccessRequest) -> HttpResponse:
    """Make a role, from nothing or (`?copy=`) from the permissions of another."""
    form = RoleForm(request.POST or None, initial=_copied(request))
    if form.is_valid():
        try:
            made = role_services.create(request, form.definition)
        except ChangeRefusedError as refused:
            form.add_error("title", str(refused))
        else:
            messages.success(request, f"The role {made} is made. Nobody holds it yet")
            return redirect("role", pk=made.pk)
    return render(request, "access/role_form.html", {"form": form, "role": None})


@managing
def change(request: AccessRequest, pk: int) -> HttpResponse:
    """Change a role: the first post shows what will change for how many, the second does it, or
    asks a second administrator if a sensitive permission is added.
    """
    found = get_object_or_404(Role, pk=pk)
    before = role_services.definition_of(found)
    form = RoleForm(request.POST or None, initial=before.as_json())
    if not form.is_valid():
        return render(request, "access/role_form.html", {"form": form, "role": found})
    wanted = form.definition
    try:
        role_services.check_change(request.scope.officer_id, found, wanted)
    except ChangeRefusedError as refused:
        form.add_error(None, str(refused))
        return render(request, "access/role_form.html", {"form": form, "role": found})
    sensitive = role_services.added_sensitive(found, wanted)
    ask = AskForm(request.POST if "confirmed" in request.POST else None)
    if "confirmed" not in request.POST or (sensitive and not ask.is_valid()):
        context = _difference(found, wanted) | {"sensitive": sensitive, "form": ask}
        return render(request, "access/confirm_change.html", context)
    try:
        if sensitive:
            four_eyes.ask_change(request, found, wanted, ask.cleaned_data["reason"])
            messages.success(request, "The change waits for a second administrator")
        else:
            role_services.change(request, found, wanted)
            messages.success(request, f"The role {wanted.title} is changed")
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("role", pk=pk)


@managing
def retire(request: AccessRequest, pk: int) -> HttpResponse:
    """Take a role out of use, after a page that says for how many."""
    found = get_object_or_404(Role, pk=pk)
    if request.method != "POST":
        holders = holdings.open_now().filter(role=found).count()
        return render(request, "access/confirm_retire.html", {"role": found, "holders": holders})
    try:
        count = role_services.retire(request, found)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The role {found} is retired; {count} no longer hold it")
    return redirect("roles")


def _copied(request: AccessRequest) -> dict[str, Any]:
    copied = request.GET.get("copy", "")
    source = Role.objects.filter(pk=int(copied)).first() if copied.isdecimal() else None
    if source is None:
        return {}
    return {"description": source.description, "permissions": source.permissions}


def _difference(found: Role, wanted: role_services.Definition) -> dict[str, Any]:
    old, new = set(found.permissions), set(wanted.permissions)
    return {
        "role": found,
        "wanted": wanted,
        "added": catalogue.in_order(new - old),
        "removed": catalogue.in_order(old - new),
        "holders": holdings.open_now().filter(role=found).count(),
    }
