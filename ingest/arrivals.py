"""When each system's data last arrived, and whether the next delivery is late."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from ingest.models import Batch
from ingest.registry import sources
from ingest.spec import crontab_of
from people.feeds import Feed

GRACE = timedelta(hours=1)  # a delivery may take this long


def feeds() -> Iterator[Feed]:
    """Every system that has a source file. One query."""
    loaded = Batch.objects.filter(state=Batch.State.LOADED).values_list("system")
    arrived = dict(loaded.annotate(Max("finished_at")).order_by())
    for name, source in sources().items():
        at = arrived.get(name)
        late = at is None or is_late(source.schedule, at, timezone.localtime())
        yield Feed(name, source.title, source.tier_number, at, late)


def is_late(schedule: str, arrived_at: datetime, now: datetime) -> bool:
    """Whether a delivery fell due since the last one, and GRACE is over. Times are aware."""
    last, until_due, _ = crontab_of(schedule).remaining_delta(timezone.localtime(arrived_at))
    return bool(last + until_due + GRACE < now)
