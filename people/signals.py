"""How old a warning is: current, due for review, or expired (policing.md C11; DPA 2018 s.38(4)).

It counts from the newest day for which a record states it (the day of its own that the feed gives,
else the record's), or on which somebody confirmed it. The periods stand in `signals.toml`. An old
warning is never left out: it says since when nobody has confirmed it.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import LiteralString

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format

from people import rule
from people.models import WarningMarker
from people.signal_models import Confirmation
from wmp_search import prepared
from wmp_search.access.scope import Scope
from wmp_search.dates import months_after

FILE = Path(__file__).with_name("signals.toml")
LOOK_BACK_DAYS = 3  # a night without the task is made up for


class State(StrEnum):
    CURRENT = "current"
    DUE = "due"  # for review: nobody has confirmed it for so long
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Period:
    """Months without confirmation until a review is due, and until the warning expires."""

    review: int
    expires: int


@dataclass(frozen=True, slots=True)
class Periods:
    """Those of each kind of warning, by its code; `default` of all others."""

    default: Period
    kind: Mapping[str, Period]
    confirmed_by: str
    confirmed_on: str

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody answers for them."""
        return bool(self.confirmed_by and self.confirmed_on)

    def of(self, code: str) -> Period:
        """The period of a kind of warning."""
        return self.kind.get(code, self.default)


@dataclass(frozen=True, slots=True)
class Age:
    """Since when nobody has confirmed a warning, and what follows. Days None: no record is dated.

    `confirmed_on`: when a reviewer did, where that is the newest day.
    """

    state: State
    since: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    confirmed_on: date | None = None

    @property
    def is_current(self) -> bool:
        return self.state is State.CURRENT

    @property
    def is_expired(self) -> bool:
        return self.state is State.EXPIRED

    @property
    def words(self) -> str:
        """Beside the warning on a page."""
        if self.since is None:
            return "No date: not confirmed by anybody"
        since = date_format(self.since, "j F Y")
        if self.is_current and self.review_on:
            said = "Confirmed" if self.confirmed_on else "Stated"
            return f"{said} {since}, review by {date_format(self.review_on, 'j F Y')}"
        return f"{'Expired: not' if self.is_expired else 'Not'} confirmed since {since}"

    @property
    def short(self) -> str:
        """In a list, after the warning: "not confirmed since May 2019"."""
        if self.since is None:
            return "no date, not confirmed"
        return f"not confirmed since {date_format(self.since, 'M Y')}"


@lru_cache(maxsize=1)
def periods() -> Periods:
    """The periods in force. Raises what tomllib does, KeyError and TypeError for a wrong file."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = {code: Period(**values) for code, values in said["kind"].items()}
    return Periods(Period(**said["default"]), kinds, said["confirmed_by"], said["confirmed_on"])


def age(marker: WarningMarker, seen: Iterable[date | None] = ()) -> Age:
    """How old a warning is today; `seen`: days of the records that the reader is shown."""
    stated = [marker.set_on] if marker.set_on else [marker.last_on, *seen]
    since = max((day for day in (*stated, marker.confirmed_on) if day), default=None)
    if since is None:
        return Age(State.DUE)
    period, confirmed = periods().of(marker.code), marker.confirmed_on
    review_on, expires_on = (months_after(since, n) for n in (period.review, period.expires))
    own = marker.review_on  # by the feed; a confirmation after it counts instead
    if own and (confirmed is None or confirmed < own):
        review_on = own
    today = timezone.localdate()
    late = today >= max(review_on, expires_on)
    state = State.EXPIRED if late else State.DUE if today >= review_on else State.CURRENT
    return Age(
        state,
        since,
        review_on,
        max(review_on, expires_on),
        confirmed if confirmed == since else None,
    )


# when somebody last confirmed it, whoever its records belonged to then: no query of its own
_CONFIRMED: LiteralString = """(SELECT max(c.confirmed_on) FROM people_confirmation c
    WHERE c.code = people_warningmarker.code AND c.records && people_warningmarker.records)"""


def shown(person_ids: Iterable[int], scope: Scope) -> list[WarningMarker]:
    """The warnings that the scope is shown, best first, each with `confirmed_on`."""
    names, columns = _fields()
    statement: LiteralString = f"""SELECT {columns}, {_CONFIRMED} FROM people_warningmarker
        WHERE person_id = ANY(%(people)s::bigint[]) AND {rule.SHOWN} ORDER BY rank, id"""
    asked = {"people": list(person_ids), **rule.shown_by(scope)}
    return [_made(names, row) for row in prepared.rows(statement, asked)]


def shown_one(pk: int, scope: Scope) -> WarningMarker | None:
    """The warning with this number, if the scope is shown it."""
    visible = WarningMarker.objects.filter(
        rule.shown(scope), pk=pk, person__in=rule.visible(scope).values("pk")
    )
    whose = visible.values_list("person", flat=True).first()
    found = shown([whose], scope) if whose is not None else []
    return next((marker for marker in found if marker.pk == pk), None)


def every(person_ids: Sequence[int]) -> list[WarningMarker]:
    """All warnings of these people, for their documents, each with `confirmed_on`."""
    names, columns = _fields()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {columns}, {_CONFIRMED} FROM people_warningmarker
            WHERE person_id = ANY(%s)""",
            [list(person_ids)],
        )
        return [_made(names, row) for row in cursor.fetchall()]


@cache
def _fields() -> tuple[list[str], LiteralString]:
    fields = WarningMarker._meta.concrete_fields
    columns: LiteralString = ", ".join(f'"{field.column}"' for field in fields)
    return [field.attname for field in fields], columns


def _made(names: list[str], row: Sequence[object]) -> WarningMarker:
    *values, confirmed = row
    marker = WarningMarker.from_db("default", names, values)
    marker.confirmed_on = confirmed  # type: ignore[assignment]
    return marker


def queue(scope: Scope) -> QuerySet[WarningMarker]:
    """Warnings that the scope is shown and whose review is due, the oldest first.

    Set-based; one that somebody confirmed is due again only by the periods of its kind.
    """
    shown_to = WarningMarker.objects.filter(
        rule.shown(scope), person__in=rule.visible(scope).values("pk")
    )
    late = _before(timezone.localdate(), "review", field="since")
    dated = shown_to.annotate(since=Coalesce("set_on", "last_on"))
    due = Q(review_on__lte=timezone.localdate()) | Q(review_on=None) & (late | Q(since=None))
    again = _before(timezone.localdate(), "review", field="confirmed_on")
    named = Confirmation.objects.filter(
        code=OuterRef("code"),
        records__overlap=OuterRef("records"),
        confirmed_on__gte=Coalesce(OuterRef("review_on"), Value(date.min)),
    )
    return dated.filter(due).exclude(Exists(named.exclude(again))).order_by("since", "pk")


def expired_lately() -> list[int]:
    """Whose warnings expired within the last days, or whose confirmation did: their documents are
    made again. Set-based.
    """
    today = timezone.localdate()
    first = today - timedelta(days=LOOK_BACK_DAYS)
    dated = WarningMarker.objects.annotate(since=Coalesce("set_on", "last_on"))
    gone = {
        field: _before(today, "expires", field=field) & ~_before(first, "expires", field=field)
        for field in ("since", "confirmed_on")
    }
    people = set(dated.filter(gone["since"]).values_list("person", flat=True))
    for one in Confirmation.objects.filter(gone["confirmed_on"]):
        held = WarningMarker.objects.filter(code=one.code, records__overlap=one.records)
        people |= set(held.values_list("person", flat=True))
    return sorted(people)


def _before(today: date, what: str, *, field: str) -> Q:
    """Rows with a code whose period is over on a day."""
    found, known = Q(), periods()
    for code, period in known.kind.items():
        days = {f"{field}__lte": months_after(today, -getattr(period, what))}
        found |= Q(code=code, **days)
    others = {f"{field}__lte": months_after(today, -getattr(known.default, what))}
    return found | (~Q(code__in=known.kind) & Q(**others))
