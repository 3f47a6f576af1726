"""An officer's own searches, for that officer (DPA 2018 s.62(4): self-monitoring, proceedings)."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.record import reachable
from audit.selectors import Key
from wmp_search.access.scope import Scope

DAYS = 90
MOST = 50


def searches(scope: Scope) -> list[Event]:
    """The officer's last searches for people, the newest first. Another tab of the same answer
    is no other search, nor is a list that was not asked for in words (associates, people opened
    last). Raises AuditUnavailable.
    """
    with reachable():
        return list(_own(scope).defer("content_hash").order_by("-at", "-id")[:MOST])


def search(scope: Scope, key: Key) -> Event | None:
    """One of them; None if it is missing, too old or somebody else's."""
    with reachable():
        return _own(scope).filter(pk=(key.at, key.id)).first()


def _own(scope: Scope) -> QuerySet[Event]:
    since = timezone.now() - timedelta(days=DAYS)
    own = Event.objects.filter(officer_id=scope.officer_id, at__gte=since)
    asked = own.filter(action=Action.PERSON_SEARCHED, query__has_key="understood")
    return asked.exclude(detail__has_any_keys=["batch", "tab"])
