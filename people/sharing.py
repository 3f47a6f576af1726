"""A person is shared with a colleague by number: the recipient's own access decides what is seen.

Nothing is copied and nothing opened. Whom the recipient may not see is neither listed nor counted,
and the sender is not told: a share must not tell anybody that somebody is hidden.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from people import rule
from people.models import Share
from wmp_search.access.models import Officer
from wmp_search.access.scope import Scope

LIFETIME = timedelta(days=28)


def send(scope: Scope, person_id: int, recipient: Officer, reason: str) -> Share:
    """Keep that the officer shares the person with another."""
    return Share.objects.create(
        sender_id=scope.officer_id,
        recipient=recipient,
        person_id=person_id,
        reason=reason,
        expires_at=timezone.now() + LIFETIME,
    )


def received(scope: Scope) -> QuerySet[Share]:
    """What was shared with the officer, newest first, of people whom the scope may see now."""
    mine = Share.objects.filter(recipient=scope.officer_id, expires_at__gt=timezone.now())
    mine = mine.alias(current=Coalesce("person__merged_into", "person"))
    return mine.filter(current__in=rule.visible(scope).values("pk"))


def seen(shares: Iterable[Share]) -> None:
    """They stood in the recipient's list: not new any more. One statement."""
    new = [share.pk for share in shares if share.seen_at is None]
    Share.objects.filter(pk__in=new).update(seen_at=timezone.now())


def forget_expired() -> int:
    """Delete the shares whose time is over; returns how many."""
    deleted, _ = Share.objects.filter(expires_at__lte=timezone.now()).delete()
    return deleted
