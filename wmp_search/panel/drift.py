"""What has moved beyond a declared limit becomes a notice to the panel (policing.md G9).

Match rate and weights between runs, how often people answer against the model, and searches that
find nobody by tradition of name. A notice stands until the force answers it; the same change is
told once.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from ingest.models import ResolutionRun
from ingest.resolution import release
from ingest.review import figures
from wmp_search.panel import use
from wmp_search.panel.models import Notice

FILE = Path(__file__).with_name("drift.toml")
DAYS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Moved:
    """A value beyond its limit; `about` names it once and for all: a run, a quarter, a month."""

    measure: str
    about: str
    value: float


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    """The limits in force."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def watch() -> int:
    """Make a notice of everything that has moved and was not told yet; how many."""
    found = [*_runs(), *_overrides(), *_nobody()]
    version = release.current()
    made = 0
    for moved in found:
        _, is_new = Notice.objects.get_or_create(
            measure=moved.measure,
            about=moved.about,
            defaults={
                "value": round(moved.value, 3),
                "limit": limits()[moved.measure]["limit"],
                "model_version": version,
            },
        )
        made += is_new
    return made


def banner() -> str:
    """What the pages of the panel say first while a notice has no answer; "" without one."""
    waiting = Notice.objects.filter(answered_at=None).count()
    if not waiting:
        return ""
    words = "change is" if waiting == 1 else "changes are"
    return f"{waiting} {words} beyond a limit and not answered by the force"


def _runs() -> Iterator[Moved]:
    """The last run against the one before it."""
    rows = figures.runs()
    if len(rows) < 2:
        return
    last, before = rows[0], rows[1]
    about = f"Run {last.run.pk}"
    if last.drift is not None and last.drift > limits()["weights"]["limit"]:
        yield Moved("weights", about, last.drift)
    now, then = matched(last.run), matched(before.run)
    if now is not None and then is not None and abs(now - then) > limits()["matched"]["limit"]:
        yield Moved("matched", about, now - then)


def matched(run: ResolutionRun) -> float | None:
    """Of a run's records, in per cent, those beyond the first of their person."""
    return 100 * (run.records - run.people) / run.records if run.records else None


def _overrides() -> Iterator[Moved]:
    now, limit = timezone.now(), limits()["overrides"]
    (hits, count), (earlier, before) = (
        use.overrides(now - (n + 1) * DAYS, now - n * DAYS) for n in (0, 1)
    )
    if min(count, before) >= limit["least"]:
        change = 100 * hits / count - 100 * earlier / before
        if abs(change) > limit["limit"]:
            quarter = f"{now.year}, quarter {(now.month + 2) // 3}"
            yield Moved("overrides", quarter, change)


def _nobody() -> Iterator[Moved]:
    month = use.last_month()
    everybody, rows = use.nobody(month)
    if everybody is None:
        return
    for name, rate in rows:
        if rate and rate.low - everybody.rate > limits()["nobody"]["limit"]:
            yield Moved("nobody", f"{name}, {month:%B %Y}", rate.rate - everybody.rate)
