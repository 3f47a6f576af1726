"""What the identity provider's claims mean here: one TOML file, `settings.OIDC_MAPPING`.

require_group = true            # who is in none of the groups below does not get in
[claims]
username = "preferred_username"
collar_number = "employee_id"
unit = "department"
groups = "groups"
[roles]
"WMP Search officers" = ["officer"]
[units]
"BCU Central" = "Central neighbourhood team"
"""

import tomllib
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

CLAIMS = {
    "username": "preferred_username",
    "first_name": "given_name",
    "last_name": "family_name",
    "collar_number": "collar_number",
    "unit": "unit",
    "groups": "groups",
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """claims: our field → claim; roles: group → slugs; units: value of the claim → unit's name."""

    claims: ReadOnly[str, str] = field(default_factory=lambda: dict(CLAIMS))
    roles: ReadOnly[str, tuple[str, ...]] = field(default_factory=dict)
    units: ReadOnly[str, str] = field(default_factory=dict)
    require_group: bool = True

    def groups(self, claims: ReadOnly[str, Any]) -> tuple[str, ...]:
        """The groups of the officer that this file knows."""
        told = claims.get(self.claims["groups"], [])
        held = [told] if isinstance(told, str) else told if isinstance(told, list) else []
        return tuple(group for group in self.roles if group in held)

    def wanted(self, groups: tuple[str, ...]) -> dict[str, str]:
        """Role slug → the first group that gives it."""
        return {slug: group for group in reversed(groups) for slug in self.roles[group]}

    def told(self, claims: ReadOnly[str, Any], name: str) -> str:
        """The claim for one of our fields as text; empty where it is missing."""
        value = claims.get(self.claims[name], "")
        return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def current() -> Mapping:
    """The mapping that is configured; without a file everybody may sign in and nobody has a role.

    Raises ImproperlyConfigured.
    """
    if not settings.OIDC_MAPPING:
        return Mapping(require_group=False)
    path = Path(settings.OIDC_MAPPING)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"OIDC_MAPPING {path} cannot be read: {error}") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping:
    told = tomllib.loads(path.read_text())
    unknown = {*told} - {"claims", "roles", "units", "require_group"}
    unknown |= {*told.get("claims", {})} - {*CLAIMS}
    if unknown:
        raise ImproperlyConfigured(f"OIDC_MAPPING {path}: unknown {', '.join(sorted(unknown))}")
    roles = told.get("roles", {})
    for group, slugs in roles.items():
        if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
            raise ImproperlyConfigured(f"OIDC_MAPPING {path}: {group} needs a list of role names")
    return Mapping(
        claims={**CLAIMS, **told.get("claims", {})},
        roles={group: tuple(slugs) for group, slugs in roles.items()},
        units=told.get("units", {}),
        require_group=told.get("require_group", True),
    )
