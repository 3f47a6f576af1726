"""Restricting a person, and the restrictions that the officer's unit owns (policing.md H3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import looks
from audit.actions import Action
from people import restricting, rule
from people import restrictions as selectors
from people.models import Person, Restriction, RestrictionUserPermission
from people.restriction_forms import LiftForm, RestrictForm
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Unit
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError

SHOWN_LIFTED = 20

managing = permission_required(Permission.RESTRICTION_MANAGE)


@managing
@require_http_methods(["GET", "POST"])
def restrict(request: AccessRequest, pk: int) -> HttpResponse:
    """Seal now: filled in for the own team, one click. Shows nothing of the person but the id."""
    if not _may_restrict(pk, request.scope):
        raise not_found(request, "person", pk)
    held = selectors.standing(pk).first()
    if held is not None and held.owner_unit_id == request.scope.unit_id:
        return redirect("restriction", pk=held.pk)
    posted = request.method == "POST"
    form = RestrictForm(request.POST) if posted else RestrictForm.for_new(request.scope.unit_id)
    if posted and form.is_valid():
        try:
            made = restricting.seal(request, pk, form.wanted)
        except ChangeRefusedError as refused:
            messages.error(request, str(refused))
            return redirect("restrict", pk=pk)
        messages.success(request, f"Person {pk} is now {made.short_level.lower()}")
        return redirect("restriction", pk=made.pk)
    return render(request, "people/restrict.html", {"form": form, "pk": pk})


@managing
@require_safe
def restrictions(request: AccessRequest) -> HttpResponse:
    """What the unit restricts: what waits for a decision first, then by review date."""
    owned = selectors.owned(request.scope)
    standing = list(owned.filter(lifted_at__isnull=True).order_by("review_on", "pk"))
    rows = [{"restriction": held, "waits": selectors.to_review(held)} for held in standing]
    rows.sort(key=lambda row: not row["waits"])
    lifted = list(owned.filter(lifted_at__isnull=False).order_by("-lifted_at")[:SHOWN_LIFTED])
    return trail.show(
        request,
        Action.RESTRICTIONS_VIEWED,
        "people/restrictions.html",
        {"rows": rows, "lifted": lifted},
        subject_kind="person",
        subject_ids=[str(held.person_id) for held in (*standing, *lifted)],
        result_count=len(standing),
    )


@managing
@require_safe
def restriction(request: AccessRequest, pk: int) -> HttpResponse:
    """One restriction: who may see the person, who has looked, and how to change or lift it."""
    held = _own(request, pk)
    return _page(request, held, RestrictForm.for_change(held), LiftForm())


@managing
@require_POST
def change(request: AccessRequest, pk: int) -> HttpResponse:
    """Change level, team, officers or review date; what was inherited counts as reviewed."""
    held = _own(request, pk)
    form = RestrictForm(request.POST)
    if not form.is_valid():
        return _page(request, held, form, LiftForm())
    return _done(request, held, "changed", lambda: restricting.change(request, held, form.wanted))


@managing
@require_POST
def lift(request: AccessRequest, pk: int) -> HttpResponse:
    """End the restriction, with a reason."""
    held = _own(request, pk)
    form = LiftForm(request.POST)
    if not form.is_valid():
        return _page(request, held, RestrictForm.for_change(held), form)
    reason = form.cleaned_data["reason"]
    return _done(request, held, "lifted", lambda: restricting.lift(request, held, reason))


def _done(request: AccessRequest, held: Restriction, what: str, act: Any) -> HttpResponse:
    try:
        act()
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The restriction of person {held.person_id} is {what}")
    return redirect("restriction", pk=held.pk)


def _page(
    request: AccessRequest, held: Restriction, form: RestrictForm, lift_form: LiftForm
) -> HttpResponse:
    ids = [str(pk) for pk in selectors.ids_of(held.person_id)]
    looked = looks.looked_at(request.scope, "person", ids)
    units: dict[int | None, str] = dict(Unit.objects.values_list("pk", "name"))
    grants = RestrictionUserPermission.objects.filter(content_object=held).select_related("user")
    context = {
        "held": held,
        "waits": "" if held.lifted_at else selectors.to_review(held),
        "units": held.units.all(),
        "officers": [grant.user for grant in grants.order_by("user__username")],
        "named": [{"look": look, "unit": units.get(look.unit_id, "")} for look in looked.named],
        "others": [(units.get(unit, "No unit"), count) for unit, count in looked.others],
        "form": form,
        "lift_form": lift_form,
    }
    return trail.show(
        request,
        Action.AUDIT_VIEWED,
        "people/restriction.html",
        context,
        query={"kind": "person", "subject": str(held.person_id)},
        subject_kind="person",
        subject_ids=ids,
        result_count=len(looked.named),
        detail={"restriction": held.pk},
    )


def _own(request: AccessRequest, pk: int) -> Restriction:
    held = selectors.owned(request.scope).filter(pk=pk).first()
    if held is None:
        raise not_found(request, "restriction", pk)
    return held


def _may_restrict(person_id: int, scope: Scope) -> bool:
    """People whom the scope may see; who sees no people (professional standards): any current one
    whom no restriction hides.
    """
    if scope.max_tier >= 0:
        return rule.visible(scope).filter(pk=person_id).exists()
    current = Person.objects.filter(pk=person_id, status=Person.Status.CURRENT)
    return current.exists() and not rule.shutting_out(scope).filter(person=person_id).exists()
