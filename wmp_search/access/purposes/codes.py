"""The force's list of purposes and what each one opens; kept in memory for seconds."""

import time
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_models import PurposeVersion

TRAINING = "TRAINING"  # made-up people only, whatever else it is declared to open (Scope)
# what a purpose may take away; managing roles or reading the audit trail is another matter
NARROWABLE = (
    Permission.PERSON_SEARCH,
    Permission.PERSON_VIEW,
    Permission.PERSON_VIEW_RESTRICTED,
    Permission.PERSON_VIEW_MASKED,
    Permission.RECORD_VIEW_RAW,
    Permission.CRIME_VIEW,
    Permission.GANG_VIEW,
    Permission.INTELLIGENCE_SEARCH,
)


def narrow(permissions: Collection[str], code: str) -> frozenset[str]:
    """What stays of a role's permissions under a purpose (policing.md B8, DPA 2018 s.36).

    Without a purpose ("") nothing is taken away: pages with data ask for one. An unknown or
    retired code leaves nothing that a purpose could take, nor does any but training to those who
    practise only.
    """
    if not code:
        return frozenset(permissions)
    version = current(code) if _is_for(code, permissions) else None
    withheld = version.withholds if version else [p.value for p in NARROWABLE]
    return frozenset(permissions).difference(withheld)


def covers_victims(code: str) -> bool:
    """Whether people who were only ever victims or witnesses are found (policing.md C2)."""
    version = current(code)
    return version is not None and version.covers_victims


def current(code: str) -> PurposeVersion | None:
    """What the code means now; None for an unknown or retired one."""
    return in_force(code, timezone.now())


def in_force(code: str, at: datetime) -> PurposeVersion | None:
    """What the code meant at a moment."""
    for version in _list().get(code, ()):
        if version.from_at <= at and (version.until_at is None or at < version.until_at):
            return version
    return None


def label(code: str, at: datetime | None = None) -> str:
    """The label at a moment (now if left out), else the last one; an unknown code is its own."""
    versions = _list().get(code)
    if not versions:
        return code
    return (in_force(code, at or timezone.now()) or versions[-1]).label


def choices(permissions: Collection[str]) -> list[tuple[str, str]]:
    """(code, label) of what a role with these permissions may choose now, in the list's order."""
    return [(v.code, v.label) for v in everything() if may_choose(v, permissions)]


def may_give(code: str, permissions: Collection[str]) -> bool:
    """Whether a role with these permissions may give this purpose now."""
    version = current(code)
    return version is not None and may_choose(version, permissions)


def is_listed(code: str) -> bool:
    """Whether officers choose it from the list; break-glass is given by its own page alone."""
    version = current(code)
    return version is not None and version.listed


def may_choose(version: PurposeVersion, permissions: Collection[str]) -> bool:
    """Whether a role with these permissions may give this purpose."""
    if not version.listed or not _is_for(version.code, permissions):
        return False
    return not version.open_to or not frozenset(version.open_to).isdisjoint(permissions)


def _is_for(code: str, permissions: Collection[str]) -> bool:
    """Whether the code is training, or looking for something else is not taken away."""
    return code == TRAINING or Permission.PRACTICE_ONLY.value not in permissions


def everything() -> list[PurposeVersion]:
    """The versions in force now, in the list's order."""
    now = timezone.now()
    found = [version for code in _list() if (version := in_force(code, now))]
    return sorted(found, key=lambda version: (version.place, version.label))


def labels() -> list[tuple[str, str]]:
    """(code, label) of every purpose there ever was, for filters."""
    return sorted(((code, label(code)) for code in _list()), key=lambda pair: pair[1])


def forget() -> None:
    """Read the list anew at the next question."""
    _loaded.cache_clear()


def _list() -> dict[str, tuple[PurposeVersion, ...]]:
    return _loaded(int(time.monotonic() // settings.PURPOSES_KEPT_SECONDS))


@lru_cache(maxsize=1)
def _loaded(_slot: int) -> dict[str, tuple[PurposeVersion, ...]]:
    """Versions by code, oldest first. One query in PURPOSES_KEPT_SECONDS per process."""
    found: dict[str, tuple[PurposeVersion, ...]] = {}
    for version in PurposeVersion.objects.order_by("code", "version"):
        found[version.code] = (*found.get(version.code, ()), version)
    return found
