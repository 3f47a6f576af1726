"""Making, changing and retiring roles. Audited with before and after, like `services`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from audit.actions import Action
from wmp_search.access import catalogue, holdings, separation, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Role, RoleAssignment, RoleRequest
from wmp_search.access.services import ChangeRefusedError


@dataclass(frozen=True, slots=True)
class Definition:
    """What a role is called, what it is for and which permissions it holds."""

    title: str
    description: str
    permissions: tuple[str, ...]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Definition":
        return cls(stored["title"], stored["description"], tuple(stored["permissions"]))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "permissions": sorted(self.permissions)}


def definition_of(role: Role) -> Definition:
    return Definition(role.title, role.description, tuple(role.permissions))


def create(request: AccessRequest, wanted: Definition) -> Role:
    """Make a role; nobody holds it yet. Raises ChangeRefusedError for a title in use, permissions
    that do not exist and permissions that may not stand together.
    """
    with transaction.atomic():
        _check_definition(wanted)
        slug = _free_slug(wanted.title)
        role = Role.objects.create(
            group=Group.objects.create(name=f"role:{slug}"),
            slug=slug,
            title=wanted.title,
            description=wanted.description,
            permissions=sorted(wanted.permissions),
        )
        _record(request, Action.ROLE_CREATED, role, before={}, after=wanted.as_json())
    return role


def added_sensitive(role: Role, wanted: Definition) -> list[catalogue.Described]:
    """The sensitive permissions that the change adds: any of them asks for four eyes."""
    return catalogue.sensitive(set(wanted.permissions) - set(role.permissions))


def check_change(officer_id: int, role: Role, wanted: Definition) -> None:
    """Raise ChangeRefusedError if this administrator may not change this role so."""
    _check_may_touch(officer_id, role)
    _check_definition(wanted, role)
    holders = holdings.open_now().filter(role=role).values("officer")
    beside = Role.objects.filter(
        pk__in=holdings.open_now().filter(officer__in=holders).values("role")
    ).exclude(pk=role.pk)
    if found := separation.clash(wanted.permissions, beside):
        raise ChangeRefusedError(
            f"Somebody holds this role and the role {found[0]} together. {found[1]}"
        )


def change(
    request: AccessRequest, role: Role, wanted: Definition, *, approved: RoleRequest | None = None
) -> None:
    """Change the role for everybody who holds it, from their next request on."""
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        check_change(request.scope.officer_id, role, wanted)
        if added_sensitive(role, wanted) and approved is None:
            raise ChangeRefusedError("Adding a sensitive permission needs a second administrator.")
        before = definition_of(role).as_json()
        role.title, role.description = wanted.title, wanted.description
        role.permissions = sorted(wanted.permissions)
        role.save(update_fields=["title", "description", "permissions"])
        detail = {"holders": holdings.open_now().filter(role=role).count()}
        if approved:
            detail |= {"asked": approved.pk, "requested_by": approved.requested_by_id}
        _record(request, Action.ROLE_CHANGED, role, before, wanted.as_json(), **detail)


def retire(request: AccessRequest, role: Role) -> int:
    """Take the role out of use: everybody who holds it loses it at once, what was stays noted.

    Returns how many held it. Raises ChangeRefusedError for a role one holds or a retired one.
    """
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        _check_may_touch(request.scope.officer_id, role)
        held = holdings.open_now().filter(role=role)
        before = holdings.of(held.values_list("officer", flat=True))
        now = timezone.now()
        RoleAssignment.objects.filter(role=role, revoked_at=None).update(
            revoked_at=now, revoked_by_id=request.scope.officer_id
        )
        RoleRequest.objects.filter(role=role, state=RoleRequest.State.PENDING).update(
            state=RoleRequest.State.EXPIRED, decision_reason="The role was retired"
        )
        role.retired_at = now
        role.save(update_fields=["retired_at"])
        _record(
            request,
            Action.ROLE_CHANGED,
            role,
            {"retired": False},
            {"retired": True},
            holders=len(before),
        )
        holdings.record(request, Action.ROLE_REVOKED, before, {"role": role.slug})
    return len(before)


def _check_may_touch(officer_id: int, role: Role) -> None:
    if role.retired_at:
        raise ChangeRefusedError(f"The role {role} is retired.")
    if holdings.open_now().filter(role=role, officer=officer_id).exists():
        raise ChangeRefusedError(
            "Nobody can change a role that they hold themselves. Ask another administrator."
        )


def _check_definition(wanted: Definition, role: Role | None = None) -> None:
    others = Role.objects.exclude(pk=role.pk) if role else Role.objects.all()
    if others.filter(title__iexact=wanted.title).exists():
        raise ChangeRefusedError(f"There is already a role called {wanted.title}.")
    if not wanted.permissions or any(catalogue.described(p) is None for p in wanted.permissions):
        raise ChangeRefusedError("Choose at least one permission from the list.")
    if reasons := separation.broken(wanted.permissions):
        raise ChangeRefusedError(reasons[0])


def _free_slug(title: str) -> str:
    base = slugify(title)[:34] or "role"
    taken = set(Role.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _record(
    request: AccessRequest,
    action: Action,
    role: Role,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    **detail: Any,
) -> None:
    trail.record(
        request,
        action,
        subject_kind="role",
        subject_ids=[str(role.pk)],
        detail={"role": role.slug, "before": before, "after": after, **detail},
    )
