"""An officer arrives from the identity provider: the account is found or made, roles follow.

Roles given by a group carry its name (`RoleAssignment.by_group`) and are withdrawn at the next
sign-in after the group has gone. Roles that an administrator gave are never touched here.
"""

from collections.abc import Mapping as ReadOnly
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import holdings
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit
from wmp_search.identity import mapping

PROVIDER = "force"
ACTOR = door.Actor(officer_id=None, officer="identity provider")


class RefusedError(Exception):
    """The officer does not get in; the text says why, for the audit trail."""


def arrived(subject: str, claims: ReadOnly[str, Any]) -> Officer:
    """The officer behind the provider's `subject`, up to date with the claims.

    Raises RefusedError (closed account, no group, name taken) and AuditUnavailable; roles that
    have to go are gone even for those who are refused.
    """
    rules = mapping.current()
    groups = rules.groups(claims)
    with transaction.atomic():
        officer = _known(subject) or _made(subject, claims, rules, groups)
        _describe(officer, claims, rules)
        _follow_groups(officer, rules.wanted(groups))
    if not officer.is_active:
        raise RefusedError("the account is closed")
    if rules.require_group and not holdings.open_now().filter(officer=officer).exists():
        raise RefusedError("no group that this system knows")
    return officer


def of_subject(subject: str) -> Officer | None:
    """The officer who has signed in with this subject before."""
    account = SocialAccount.objects.filter(provider=PROVIDER, uid=subject)
    found: Officer | None = Officer.objects.filter(pk__in=account.values("user_id")).first()
    return found


def _known(subject: str) -> Officer | None:
    officer = of_subject(subject)
    return Officer.objects.select_for_update().get(pk=officer.pk) if officer else None


def _made(
    subject: str, claims: ReadOnly[str, Any], rules: mapping.Mapping, groups: tuple[str, ...]
) -> Officer:
    """A new account, or the one that an administrator prepared under the same user name."""
    username = rules.told(claims, "username")
    if not username or len(username) > 150:
        raise RefusedError("no user name in the token")
    officer = Officer.objects.filter(username=username).first()
    if officer is None:
        if rules.require_group and not groups:
            raise RefusedError("no group that this system knows")
        officer = Officer.objects.create_user(username)
        detail = {"username": username, "by": "identity provider"}
        _record(Action.OFFICER_ACTIVATED, officer, detail)
    elif officer.has_usable_password():
        raise RefusedError("a local account has this user name")
    elif SocialAccount.objects.filter(user=officer, provider=PROVIDER).exists():
        raise RefusedError("another subject has this user name")
    SocialAccount.objects.create(user=officer, provider=PROVIDER, uid=subject)
    return Officer.objects.select_for_update().get(pk=officer.pk)


def _describe(officer: Officer, claims: ReadOnly[str, Any], rules: mapping.Mapping) -> None:
    """Name, collar number and unit as the provider says; what it does not say stays."""
    for name, longest in {"first_name": 150, "last_name": 150, "collar_number": 10}.items():
        told = rules.told(claims, name)
        if told:
            setattr(officer, name, told[:longest])
    unit = rules.told(claims, "unit")
    if unit:
        name = rules.units.get(unit, unit)[:80]
        officer.unit = Unit.objects.get_or_create(name=name)[0]
    officer.save(update_fields=["first_name", "last_name", "collar_number", "unit"])


def _follow_groups(officer: Officer, wanted: ReadOnly[str, str]) -> None:
    """Withdraw what no group gives any more, give what one gives now; each recorded."""
    before = holdings.of([officer.pk])
    mapped = officer.assignments.filter(revoked_at=None).exclude(by_group="")
    gone = mapped.exclude(role__slug__in=wanted)
    withdrawn = sorted(gone.values_list("role__slug", flat=True))
    gone.update(revoked_at=timezone.now())
    _revoke_ended(officer, wanted)
    held = officer.assignments.filter(revoked_at=None).values("role_id")
    missing = list(Role.objects.filter(slug__in=wanted).exclude(pk__in=held))
    today = timezone.localdate()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(officer=officer, role=r, starts_on=today, by_group=wanted[r.slug][:200])
        for r in missing
    )
    changes = {"before": before, "after": holdings.of([officer.pk]), "by": "identity provider"}
    if withdrawn:
        _record(Action.ROLE_REVOKED, officer, {"roles": withdrawn, **changes})
    if missing:
        _record(Action.ROLE_GRANTED, officer, {"roles": [r.slug for r in missing], **changes})


def _revoke_ended(officer: Officer, wanted: ReadOnly[str, str]) -> None:
    """An assignment that has run out must not stand in the way of the group's."""
    officer.assignments.filter(
        revoked_at=None, role__slug__in=wanted, ends_on__lt=timezone.localdate()
    ).update(revoked_at=timezone.now())


def _record(action: Action, officer: Officer, detail: ReadOnly[str, Any]) -> None:
    door.event(
        door.Entry(
            action=action,
            actor=ACTOR,
            subject_kind="officer",
            subject_ids=[str(officer.pk)],
            detail=detail,
        )
    )
