"""A CSV file of roles and units for many officers: read, checked line by line, nothing changed.

Columns: officer (user name or collar number), role (its name), from, until, unit. A line gives a
role, or moves the officer to a unit, or both. The number of queries does not grow with the lines.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from wmp_search.access import holdings, separation
from wmp_search.access.models import Officer, Role, RoleRequest, Unit

COLUMNS = ("officer", "role", "from", "until", "unit")
MAX_LINES = 10_000
TEMPLATE = "officer,role,from,until,unit\nWM2101,Officer,2026-12-01,,\nWM2377,,,,Aston response\n"
SUPPOSED = "Write days as 2026-12-31 or 31/12/2026."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line (counted as a spreadsheet counts) and how to put it right."""

    line: int
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line that can be carried out: a role, a unit, or both."""

    line: int
    officer: Officer
    role: Role | None
    starts_on: date
    ends_on: date | None
    unit: Unit | None

    def overlaps(self, starts_on: date, ends_on: date | None) -> bool:
        begins_before = self.ends_on is None or starts_on <= self.ends_on
        return begins_before and (ends_on is None or ends_on >= self.starts_on)


@dataclass(slots=True)
class Plan:
    """What a file would do; with any problem it does nothing at all."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def grants(self) -> list[Change]:
        return [c for c in self.changes if c.role and not c.role.is_sensitive]

    @property
    def requests(self) -> list[Change]:
        """Sensitive roles: each becomes a request that another administrator decides."""
        return [c for c in self.changes if c.role and c.role.is_sensitive]

    @property
    def moves(self) -> list[Change]:
        return [c for c in self.changes if c.unit and c.unit.pk != c.officer.unit_id]


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that the lines are checked against, read once."""

    officers: Mapping[str, list[Officer]]
    roles: Mapping[str, Role]
    units: Mapping[str, Unit]
    held: Mapping[int, list[tuple[Role, date, date | None]]]
    asked: frozenset[tuple[int, int]]


class _LineError(Exception):
    """(what, remedy)"""


def plan(content: str, administrator: int) -> Plan:
    """Check every line for this administrator. Eight queries at most, whatever the length."""
    made = Plan()
    try:
        rows = _rows(content)
    except _LineError as error:
        made.problems.append(Problem(1, *error.args))
        return made
    known = _known(rows)
    for line, row in rows:
        try:
            made.changes.append(_change(line, row, known, administrator))
        except _LineError as error:
            made.problems.append(Problem(line, *error.args))
    made.problems.extend(_between_lines(made.changes))
    made.problems.sort(key=lambda problem: problem.line)
    return made


def _rows(content: str) -> list[tuple[int, dict[str, str]]]:
    first = content.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        heading = [name.strip().casefold() for name in next(reader, [])]
        if missing := [c for c in ("officer",) if c not in heading]:
            raise _LineError(
                f"The first line has no column “{missing[0]}”",
                f"Begin with the line: {','.join(COLUMNS)}",
            )
        if unknown := [name for name in heading if name not in COLUMNS]:
            raise _LineError(
                f"The column “{unknown[0]}” is not known", f"Use only: {', '.join(COLUMNS)}"
            )
        rows = [
            (reader.line_num, dict(zip(heading, (v.strip() for v in values), strict=False)))
            for values in reader
            if any(value.strip() for value in values)
        ]
    except csv.Error as error:
        raise _LineError("The file is not CSV", "Save the table as CSV UTF-8") from error
    if not rows or len(rows) > MAX_LINES:
        raise _LineError(
            f"The file has {len(rows):,} lines", f"Send between 1 and {MAX_LINES:,} lines"
        )
    return rows


def _known(rows: list[tuple[int, dict[str, str]]]) -> _Known:
    names = {row.get("officer", "").casefold() for _, row in rows} - {""}
    found = (
        Officer.objects.annotate(user=Lower("username"), collar=Lower("collar_number"))
        .filter(Q(user__in=names) | Q(collar__in=names))
        .select_related("unit")
    )
    officers: dict[str, list[Officer]] = defaultdict(list)
    for officer in found:
        for name in {officer.username.casefold(), officer.collar_number.casefold()} - {""}:
            officers[name].append(officer)
    roles = Role.objects.filter(retired_at=None)
    ids = [o.pk for several in officers.values() for o in several]
    held: dict[int, list[tuple[Role, date, date | None]]] = defaultdict(list)
    for one in holdings.open_now().filter(officer__in=ids).select_related("role"):
        held[one.officer_id].append((one.role, one.starts_on, one.ends_on))
    waiting = RoleRequest.objects.filter(
        officer__in=ids, state=RoleRequest.State.PENDING, expires_at__gt=timezone.now()
    )
    return _Known(
        officers=officers,
        roles={name: r for r in roles for name in (r.title.casefold(), r.slug)},
        units={u.name.casefold(): u for u in Unit.objects.all()},
        held=held,
        asked=frozenset(waiting.values_list("officer", "role")),
    )


def _change(line: int, row: Mapping[str, str], known: _Known, administrator: int) -> Change:
    officer = _officer(row.get("officer", ""), known, administrator)
    role, unit = row.get("role", ""), row.get("unit", "")
    if not role and not unit:
        raise _LineError("The line names neither a role nor a unit", "Fill in role, unit or both")
    if unit and unit.casefold() not in known.units:
        raise _LineError(f"There is no unit “{unit}”", "Make the unit first, or correct the name")
    starts_on = _day(row.get("from", "")) or timezone.localdate()
    change = Change(
        line=line,
        officer=officer,
        role=_role(role, known) if role else None,
        starts_on=starts_on,
        ends_on=_day(row.get("until", "")),
        unit=known.units[unit.casefold()] if unit else None,
    )
    _check_days(change)
    if change.role:
        _check_role(change, change.role, known)
    return change


def _officer(name: str, known: _Known, administrator: int) -> Officer:
    found = known.officers.get(name.casefold(), []) if name else []
    if not found:
        raise _LineError(
            f"There is no officer “{name}”", "Give a user name or a collar number as in Officers"
        )
    if len(found) > 1:
        raise _LineError(f"“{name}” is the number of {len(found)} officers", "Give the user name")
    if found[0].pk == administrator:
        raise _LineError("This is your own account", "Leave it to another administrator")
    if not found[0].is_active:
        raise _LineError(f"The account of “{name}” is closed", "Open it first, or take it out")
    return found[0]


def _role(name: str, known: _Known) -> Role:
    role = known.roles.get(name.casefold())
    if role is None:
        raise _LineError(f"There is no role “{name}”", "Give a name as the page Roles lists it")
    return role


def _day(text: str) -> date | None:
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day, not a moment
        except ValueError:
            continue
    raise _LineError(f"“{text}” is not a day", SUPPOSED)


def _check_days(change: Change) -> None:
    if change.starts_on < timezone.localdate():
        raise _LineError("The first day is over", "Give today or a later day, or leave it empty")
    if change.ends_on and change.ends_on < change.starts_on:
        raise _LineError("The last day is before the first", "Correct one of the days")


def _check_role(change: Change, role: Role, known: _Known) -> None:
    held = known.held.get(change.officer.pk, [])
    if any(other.pk == role.pk for other, _, _ in held):
        raise _LineError(
            f"{change.officer} already has the role {role}",
            "Take the line out",
        )
    if (change.officer.pk, role.pk) in known.asked:
        raise _LineError(
            f"The role {role} has already been asked for", "Decide on the request, or take it out"
        )
    beside = [other for other, since, until in held if change.overlaps(since, until)]
    if found := separation.clash(role.permissions, beside):
        raise _LineError(f"{role} and {found[0]} cannot be held together", found[1])


def _between_lines(changes: list[Change]) -> Iterator[Problem]:
    """Lines that are right alone and wrong together."""
    moves = Counter(c.officer.pk for c in changes if c.unit)
    of_officer: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if change.unit and moves[change.officer.pk] > 1:
            yield Problem(
                change.line, f"{change.officer} is moved by several lines", "Keep one unit"
            )
        if change.role is None:
            continue
        for other in of_officer[change.officer.pk]:
            if other.role and (problem := _together(change, change.role, other, other.role)):
                yield problem
        of_officer[change.officer.pk].append(change)


def _together(change: Change, role: Role, other: Change, others: Role) -> Problem | None:
    if role.pk == others.pk:
        return Problem(change.line, f"Line {other.line} gives the same role", "Take one line out")
    overlap = change.overlaps(other.starts_on, other.ends_on)
    if overlap and (found := separation.clash(role.permissions, [others])):
        what = f"{role} and {others} in line {other.line} cannot be held together"
        return Problem(change.line, what, found[1])
    return None
