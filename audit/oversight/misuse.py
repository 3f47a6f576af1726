"""Alerts, for professional standards alone: reading, closing, measuring the noise (H1, H12).

Nobody reads an alert about themselves or their household, not even here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.oversight import hr
from audit.oversight.models import Alert, Notice, ReviewItem
from audit.oversight.rules import RULES
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

PAGE = 50
EVIDENCE = 50  # events on an alert's page; the rest stands in the officer's story
REFERRED = "referred"
REFERRED_TITLE = "Referred by a supervisor"
REFERRED_MEANING = "A supervisor reviewed this and thinks that professional standards should know."
State, Outcome = Alert.State, Alert.Outcome


class AlertError(Exception):
    """What was asked cannot be done with this alert now; the text says why."""


def for_scope(scope: Scope) -> QuerySet[Alert]:
    """The alerts that this scope may read."""
    if not scope.may(Permission.MISUSE_VIEW):
        return Alert.objects.none()
    home = [scope.officer_id, *hr.household(scope.officer_id)]
    about_home = Q(officer_id__in=home)
    for one in home:
        about_home |= Q(facts__who__contains=one) | Q(facts__contains={"about": one})
    return Alert.objects.exclude(pk__in=Alert.objects.filter(about_home).values("pk"))


def page(scope: Scope, *, is_closed: bool, before: int | None) -> list[Alert]:
    """The newest first, at most PAGE + 1."""
    with reachable():
        found = for_scope(scope).filter(state__in=[State.CLOSED] if is_closed else _LIVE)
        if before is not None:
            found = found.filter(pk__lt=before)
        return list(found.order_by("-pk")[: PAGE + 1])


def get(scope: Scope, pk: int) -> Alert | None:
    with reachable():
        return for_scope(scope).filter(pk=pk).select_related("case").first()


def evidence(alert: Alert) -> list[Event]:
    """The first EVIDENCE events of the alert, oldest first."""
    with reachable():
        found = Event.objects.filter(
            at__gte=alert.first_at, at__lte=alert.last_at, id__in=alert.events
        )
        return list(found.defer("shown", "content_hash").order_by("at", "id")[:EVIDENCE])


def take(request: AccessRequest, alert: Alert) -> None:
    """Say that the alert is being looked into. Raises AlertError if it is closed."""
    _change(request, alert, state=State.OPEN)


def close(request: AccessRequest, alert: Alert, outcome: str, note: str) -> None:
    """Keep what the alert turned out to be. Raises AlertError if it is closed already."""
    now = timezone.now()
    by = request.scope.officer_id
    _change(
        request,
        alert,
        state=State.CLOSED,
        outcome=outcome,
        note=note,
        closed_by=by,
        closed_at=now,
    )


def _change(request: AccessRequest, alert: Alert, **values: object) -> None:
    with reachable(), transaction.atomic(using="audit"):
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        if row.state == State.CLOSED:
            raise AlertError("Somebody else has closed this alert already")
        before = row.state
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        trail.record(
            request,
            Action.ALERT_CLOSED if row.state == State.CLOSED else Action.MISUSE_CHANGED,
            subject_kind="alert",
            subject_ids=[str(row.pk)],
            detail={
                "rule": row.rule,
                "before": before,
                "after": row.state,
                "outcome": row.outcome,
                "note": row.note,
            },
        )


def title(code: str) -> str:
    """The name of the rule in words."""
    return RULES[code].title if code in RULES else REFERRED_TITLE


def meaning(code: str) -> str:
    """What the rule looks for."""
    return RULES[code].meaning if code in RULES else REFERRED_MEANING


@dataclass(frozen=True, slots=True)
class Noise:
    """How a rule did: alerts raised and closed, what they turned out to be, hours to close.

    `precision` is the share of misuse and concern among those whose end is known; None: none yet.
    """

    code: str
    title: str
    raised: int = 0
    closed: int = 0
    right: int = 0
    legitimate: int = 0
    hours: float | None = None

    @property
    def precision(self) -> int | None:
        known = self.right + self.legitimate
        return round(100 * self.right / known) if known else None


def noise(since: datetime) -> list[Noise]:
    """Every rule, whether it raised anything or not, noisiest first."""
    took = F("closed_at") - F("raised_at")
    with reachable():
        rows = list(
            Alert.objects.filter(raised_at__gte=since)
            .values("rule")
            .annotate(
                raised=Count("pk"),
                closed=Count("pk", filter=Q(state=State.CLOSED)),
                right=Count("pk", filter=Q(outcome__in=[Outcome.MISUSE, Outcome.CONCERN])),
                legitimate=Count("pk", filter=Q(outcome=Outcome.LEGITIMATE)),
                took=Avg(took),
            )
        )
    counted = {row["rule"]: _noise(row) for row in rows}
    found = [counted.get(code) or Noise(code, title(code)) for code in (*RULES, REFERRED)]
    return sorted(found, key=lambda n: (-n.raised, n.title))


def _noise(row: Mapping[str, object]) -> Noise:
    values = dict(row)
    code, took = str(values.pop("rule")), values.pop("took")
    hours = round(took.total_seconds() / 3600, 1) if took else None  # type: ignore[attr-defined]
    return Noise(code=code, title=title(code), hours=hours, **values)  # type: ignore[arg-type]


def notices(scope: Scope) -> list[Notice]:
    """Looks at covert and restricted records of the whole force, newest first."""
    with reachable():
        found = Notice.objects.exclude(looker_id=scope.officer_id)
        return list(found.order_by("-event_at")[:PAGE])


def emergencies_for(scope: Scope) -> QuerySet[ReviewItem]:
    """Uses of break-glass by others, with their review, for who may see misuse."""
    if not scope.may(Permission.MISUSE_VIEW):
        return ReviewItem.objects.none()
    found = ReviewItem.objects.filter(kind=ReviewItem.Kind.BREAK_GLASS)
    return found.exclude(officer_id=scope.officer_id)


def emergencies(scope: Scope) -> list[ReviewItem]:
    """The newest PAGE of them."""
    with reachable():
        return list(emergencies_for(scope).order_by("-event_at")[:PAGE])


_LIVE = [State.NEW, State.OPEN]
