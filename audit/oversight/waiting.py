"""What the start page tells an officer of oversight: counts only, nobody's name."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.oversight import misuse, notices, reviews
from audit.oversight.models import Alert, ReviewItem
from audit.record import reachable
from wmp_search.access.scope import Scope

LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Questions to answer; items to review and how many of them are late; looks at records that
    the officer limits since their notices were last read (30 days at most); for professional
    standards new alerts and uses of emergency access that nobody has decided on.
    """

    questions: int = 0
    reviews: int = 0
    late: int = 0
    looks: int = 0
    alerts: int = 0
    emergencies: int = 0

    def __bool__(self) -> bool:
        return any(astuple(self))


def of(scope: Scope) -> Waiting:
    """Raises AuditUnavailable. Nobody is counted who may not be read (`for_scope`)."""
    with reachable():
        due = list(
            reviews.for_scope(scope)
            .filter(state__in=reviews.TO_DO)
            .order_by()
            .values_list("due_at", flat=True)
        )
        now = timezone.now()
        return Waiting(
            questions=ReviewItem.objects.filter(
                officer_id=scope.officer_id, state=ReviewItem.State.ASKED
            ).count(),
            reviews=len(due),
            late=sum(at < now for at in due),
            looks=_looks(scope, now - LOOK_BACK),
            alerts=misuse.for_scope(scope).filter(state=Alert.State.NEW).count(),
            emergencies=misuse.emergencies_for(scope).filter(decided_at=None).count(),
        )


def _looks(scope: Scope, since: datetime) -> int:
    found = list(
        notices.for_scope(scope).filter(event_at__gte=since).values_list("event_at", flat=True)
    )
    if not found:
        return 0
    read = Event.objects.filter(
        officer_id=scope.officer_id,
        at__gte=since,
        action=Action.NOTICES_VIEWED,
        subject_kind="notice",
    )
    last = read.order_by("-at").values_list("at", flat=True).first()
    return sum(last is None or at > last for at in found)
