"""Accounts with a password: in the demonstration, else the sealed emergency account alone (K1)."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.identity import opening
from wmp_search.identity.models import EmergencyAccount


def may_use_password(officer: Officer) -> bool:
    return bool(settings.LOCAL_ACCOUNTS) or is_emergency(officer)


def is_emergency(officer: Officer) -> bool:
    return EmergencyAccount.objects.filter(officer=officer, used_at=None).exists()


def open_with_envelope(request: AccessRequest, officer: Officer) -> bool:
    """Spend the secret and open the session; False if somebody was quicker.

    Raises AuditUnavailable, and then the secret is unspent and nobody is signed in.
    """
    with transaction.atomic():
        left = EmergencyAccount.objects.select_for_update().filter(officer=officer, used_at=None)
        if not left.update(used_at=timezone.now()):
            return False
        officer.set_unusable_password()
        officer.save(update_fields=["password"])
        opening.open_session(request, officer, "emergency")
        trail.record(
            request,
            Action.EMERGENCY_USED,
            subject_kind="officer",
            subject_ids=[str(officer.pk)],
            detail={"username": officer.get_username()},
        )
    return True
