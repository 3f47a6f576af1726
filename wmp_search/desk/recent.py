"""The people an officer opened last. Kept apart from the trail, which must not serve this."""

from datetime import datetime, timedelta

from django.utils import timezone

from wmp_search.desk.models import Recent

KEPT = 10
LIFETIME = timedelta(days=7)


def remember(officer_id: int, person_id: int, version: int) -> None:
    """The officer has just opened the person. One statement."""
    Recent.objects.bulk_create(
        [
            Recent(
                officer_id=officer_id,
                person_id=person_id,
                version=version,
                seen_at=timezone.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["officer", "person_id"],
        update_fields=["version", "seen_at"],
    )


def last_look(officer_id: int, person_id: int) -> datetime | None:
    """When the officer last opened the person, if that is among what is kept."""
    mine = Recent.objects.filter(officer=officer_id, person_id=person_id)
    return mine.values_list("seen_at", flat=True).first()


def of(officer_id: int) -> list[Recent]:
    """Newest first; older ones are deleted."""
    mine = Recent.objects.filter(officer=officer_id)
    mine.filter(seen_at__lt=timezone.now() - LIFETIME).delete()
    return list(mine.order_by("-seen_at")[:KEPT])
