"""What an administrator changes in the list of purposes: a new version each time, with its audit.

A change counts in every process within `settings.PURPOSES_KEPT_SECONDS`.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import purposes, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.purpose_models import PurposeVersion
from wmp_search.access.services import ChangeRefusedError

MEANING = (
    *("label", "description", "category", "needs_reference", "covers_victims", "withholds"),
    *("open_to", "listed", "challenge_percent", "place"),
)


def add(request: AccessRequest, code: str, meaning: dict[str, Any]) -> PurposeVersion:
    """A new purpose, or a retired one again. Raises ChangeRefusedError where it is in use."""
    with transaction.atomic():
        versions = list(PurposeVersion.objects.select_for_update().filter(code=code))
        if any(version.until_at is None for version in versions):
            raise ChangeRefusedError(f"There is a purpose {code} already.")
        return _write(request, code, len(versions) + 1, meaning, before=None)


def change(
    request: AccessRequest, version: PurposeVersion, meaning: dict[str, Any]
) -> PurposeVersion:
    """The purpose means something else from now on. Raises ChangeRefusedError if it was changed
    or retired since the page was shown.
    """
    with transaction.atomic():
        old = _locked(version)
        _close(old)
        after = {"listed": old.listed, **meaning}
        return _write(request, old.code, old.version + 1, after, before=old)


def retire(request: AccessRequest, version: PurposeVersion) -> None:
    """Nobody can give it any more; old events keep its label. Raises ChangeRefusedError."""
    with transaction.atomic():
        old = _locked(version)
        others = PurposeVersion.objects.filter(until_at=None, listed=True, open_to=[])
        if not others.exclude(pk=old.pk).exists():
            raise ChangeRefusedError("One purpose that everybody may give has to stay.")
        _close(old)
        _record(request, old.code, meaning_of(old), None)
    transaction.on_commit(purposes.forget)


def meaning_of(version: PurposeVersion) -> dict[str, Any]:
    """The version's fields, for the before and after of an audit row."""
    return {name: getattr(version, name) for name in ("version", *MEANING)}


def _locked(version: PurposeVersion) -> PurposeVersion:
    old = PurposeVersion.objects.select_for_update().get(pk=version.pk)
    if old.until_at is not None:
        raise ChangeRefusedError("Somebody else has changed this purpose. Look at it again.")
    return old


def _close(old: PurposeVersion) -> None:
    old.until_at = timezone.now()
    old.save(update_fields=["until_at"])


def _write(
    request: AccessRequest,
    code: str,
    number: int,
    meaning: dict[str, Any],
    *,
    before: PurposeVersion | None,
) -> PurposeVersion:
    new = PurposeVersion.objects.create(
        code=code,
        version=number,
        from_at=(before and before.until_at) or timezone.now(),
        changed_by_id=request.user.pk,
        **meaning,
    )
    _record(request, code, meaning_of(before) if before else None, meaning_of(new))
    transaction.on_commit(purposes.forget)
    return new


def _record(
    request: AccessRequest, code: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    trail.record(
        request,
        Action.PURPOSE_CHANGED,
        subject_kind="purpose",
        subject_ids=[code],
        detail={"before": before, "after": after},
    )
