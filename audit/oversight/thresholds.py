"""Thresholds of the rules by role and unit: reading and setting them. Each change is an event."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from audit.actions import Action
from audit.oversight.models import RuleSetting
from audit.oversight.rules import RULES, Rule
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Role, Unit


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value. `value` None: the rule's own counts again."""

    rule: str
    name: str
    role: str
    unit_id: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Described:
    """A rule with its thresholds in words: (name, value, for whom)."""

    rule: Rule
    values: list[tuple[str, float, str]]


def listed() -> list[Described]:
    """Every rule with its own values, then what differs by role and unit."""
    with reachable():
        rows = list(RuleSetting.objects.order_by("rule", "name", "role", "unit_id"))
    roles = {role.slug: str(role) for role in Role.objects.all()}
    units = {unit.pk: unit.name for unit in Unit.objects.all()}
    found = []
    for rule in RULES.values():
        own = [(_words(name), value, "everybody") for name, value in rule.thresholds.items()]
        differ = [
            (_words(row.name), row.value, _whom(row, roles, units))
            for row in rows
            if row.rule == rule.code
        ]
        found.append(Described(rule, own + differ))
    return found


def put(request: AccessRequest, what: Threshold) -> None:
    """Set or take away one value, with before and after in the trail."""
    given = asdict(what)
    which: dict[str, Any] = {key: given[key] for key in ("rule", "name", "role", "unit_id")}
    with reachable(), transaction.atomic(using="audit"):
        row = RuleSetting.objects.select_for_update().filter(**which).first()
        before = row.value if row else None
        if what.value is None:
            RuleSetting.objects.filter(**which).delete()
        else:
            RuleSetting.objects.update_or_create(**which, defaults={"value": what.value})
        trail.record(
            request,
            Action.MISUSE_CHANGED,
            subject_kind="rule",
            subject_ids=[what.rule],
            detail={"what": "threshold", "before": before, **given},
        )


def choices() -> list[tuple[str, str]]:
    """Every threshold as (rule:name, words)."""
    return [
        (f"{rule.code}:{name}", f"{rule.title}: {_words(name)}")
        for rule in RULES.values()
        for name in rule.thresholds
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _whom(row: RuleSetting, roles: dict[str, str], units: dict[int, str]) -> str:
    role = roles.get(row.role, row.role)
    unit = units.get(row.unit_id or 0, "")
    return ", ".join(part for part in (role, unit) if part) or "everybody, changed"
