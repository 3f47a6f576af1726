"""How fresh each source is: last asked, last changed, and what is wrong, in one query each.

Officers see a banner for what is late, failed or held; operations get the same as log lines and
metrics. Deliveries are looked for by their listing (names, sizes, times), so a folder may be asked
every few minutes without reading a file.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from ingest import registry
from ingest.models import Asked, Batch
from ingest.spec import Source, crontab_of

GRACE = timedelta(minutes=30)  # after a schedule's minute; a refresh waits for another one
SETTLED_SECONDS = 60  # a file that changed since may still be on its way
_BAD = {
    Batch.State.FAILED: "its last delivery could not be read",
    Batch.State.HELD: "its last delivery is held until somebody decides",
    Batch.State.REFUSED: "its last delivery was refused",
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """One source. `problem` is "" or words that follow its title: "was due at 12:00"."""

    system: str
    title: str
    asked_at: datetime | None
    changed_at: datetime | None
    problem: str


def asked(source: Source, feeds: Path) -> None:
    """Note that a source was asked now."""
    Asked.objects.update_or_create(
        system=source.system, defaults={"at": timezone.now(), "listing": listing(source, feeds)[0]}
    )


def listing(source: Source, feeds: Path) -> tuple[str, float]:
    """A hash of what lies there (names, sizes, times), and the newest file's time."""
    digest, newest = hashlib.sha256(source.spec_version.encode()), 0.0
    for stream in source.streams:
        for path in sorted((feeds / source.system).glob(stream.path)) if stream.path else ():
            found = path.stat()
            newest = max(newest, found.st_mtime)
            digest.update(f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest(), newest


def delivered_since(sources: Iterable[Source], feeds: Path) -> list[str]:
    """Systems where something else lies than when they were last asked, and has settled."""
    known = dict(Asked.objects.values_list("system", "listing"))
    found = []
    for source in sources:
        now, newest = listing(source, feeds)
        if newest and now != known.get(source.system) and time.time() - newest > SETTLED_SECONDS:
            found.append(source.system)
    return found


def states(sources: Iterable[Source] | None = None) -> list[Freshness]:
    """Every source, in order of title; three queries."""
    if sources is None:
        sources = registry.sources().values()
    asked_at = dict(Asked.objects.values_list("system", "at"))
    loaded = Batch.objects.filter(state=Batch.State.LOADED).order_by()
    changed = dict(loaded.values_list("system").annotate(Max("finished_at")))
    last = Batch.objects.order_by("system", "stream", "-id").distinct("system", "stream")
    bad = {b.system: _BAD[Batch.State(b.state)] for b in last if b.state in _BAD}
    rows = [
        Freshness(
            s.system,
            s.title,
            asked_at.get(s.system),
            changed.get(s.system),
            bad.get(s.system) or _late(s, asked_at.get(s.system), changed.get(s.system)),
        )
        for s in sources
    ]
    return sorted(rows, key=lambda r: r.title)


def problems() -> list[Freshness]:
    """What officers should know of, kept for `settings.FRESHNESS_KEPT_SECONDS` in each process."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] >= settings.FRESHNESS_KEPT_SECONDS:
        _kept = (now, [s for s in states() if s.problem])
    return _kept[1]


_kept: tuple[float, list[Freshness]] | None = None


def _late(source: Source, asked_at: datetime | None, changed_at: datetime | None) -> str:
    """A source that was never asked is not late: nobody relies on it yet."""
    if asked_at is None:
        return ""
    now = timezone.now()
    start, delta, _ = crontab_of(source.schedule).remaining_delta(asked_at)
    due = start + delta
    if due + GRACE < now:
        return f"was due at {timezone.localtime(due):%H:%M on %-d %B} and has not been asked"
    hours = source.stale_after_hours
    if hours and changed_at and now - changed_at > timedelta(hours=hours):
        return f"has brought nothing new since {timezone.localtime(changed_at):%H:%M on %-d %B}"
    return ""
