"""The life of an index: build aside, verify, swap once, keep the old one for a rollback."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from wmp_search.search import client, workers
from wmp_search.search.index import IndexSpec, specs
from wmp_search.search.models import IndexBuild

logger = logging.getLogger(__name__)

KEPT_FOR_ROLLBACK = 1
_LOCK = 8_421_907_331  # any constant: the advisory lock that only builds take
_LOADING = {"refresh_interval": "-1", "number_of_replicas": 0, "translog.durability": "async"}
# a second copy as soon as there is a second node, so that one node is whole and two survive a loss
SERVING = {
    "refresh_interval": "1s",
    "translog.durability": "request",
    "auto_expand_replicas": "0-1",
}


class BuildFailed(Exception):
    """The new index does not hold what the database says; the old one stays in use."""


class BuildRunning(Exception):
    """Another process is building; only one may."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What reconciliation found: documents expected from the database and found in the index."""

    entity: str
    expected: int
    found: int


def migrate(*, force: bool = False) -> list[IndexBuild]:
    """Bring every registered index to its declaration; returns the builds made.

    An index whose hash has not changed is left alone unless `force`. Raises BuildFailed,
    BuildRunning, SearchError, SearchUnavailable; in every case the live index is unharmed.
    """
    with _only_one_builder():
        return [_build(spec) for spec in specs() if force or not _is_current(spec)]


def rollback(spec: IndexSpec) -> str:
    """Point the alias to the newest retired build; returns its name.

    Changes drained since the swap are not in it: `reconcile.reconcile` finds and queues them, as
    `search_migrate --rollback` does. Raises BuildFailed if there is none.
    """
    old = IndexBuild.objects.filter(entity=spec.entity, state="retired").first()
    if old is None:
        raise BuildFailed(f"No earlier build of {spec.entity} is kept")
    IndexBuild.objects.filter(entity=spec.entity, state="live").update(state="retired")
    client.point_alias(spec.alias, old.name)
    IndexBuild.objects.filter(pk=old.pk).update(state="live")
    return old.name


def reconcile_counts() -> list[Difference]:
    """Entities whose index does not hold as many documents as the database expects.

    While the outbox is not empty a difference may be in flight: it is not reported.
    """
    from wmp_search.search.outbox import backlog

    found = []
    for spec in specs():
        if not client.aliased(spec.alias) or backlog(spec.entity):
            continue
        client.refresh(spec.alias)
        difference = Difference(spec.entity, spec.expected(), client.count(spec.alias))
        if difference.expected != difference.found:
            found.append(difference)
    return found


def live_build(spec: IndexSpec) -> str:
    """The name of the index behind the alias; "" if there is none."""
    names = client.aliased(spec.alias)
    return names[0] if names else ""


def _is_current(spec: IndexSpec) -> bool:
    live = live_build(spec)
    recorded = IndexBuild.objects.filter(entity=spec.entity, name=live, state="live")
    return bool(live) and spec.is_current(live) and recorded.exists()


def _build(spec: IndexSpec) -> IndexBuild:
    """Build one index aside and swap it in."""
    stamp = timezone.now().strftime("%y%m%d%H%M%S%f")[:14]
    started = time.monotonic()
    name = spec.build_name(stamp)
    _forget_unfinished(spec)
    client.create_index(name, spec.mapping, {**spec.settings, "index": _LOADING})
    # from here the outbox is drained to this build too, so nothing changed meanwhile is lost
    build = IndexBuild.objects.create(entity=spec.entity, name=name)
    try:
        workers.load(spec, build.name)
        client.change_settings(build.name, {"index": SERVING})
        client.refresh(build.name)
        build.documents = _verified(spec, build.name)
        if not client.replicated(build.name):
            logger.warning("%s has no second copy yet: it serves without", build.name)
        client.point_alias(spec.alias, build.name)
    except Exception as error:
        build.state, build.error, build.finished_at = "failed", str(error), timezone.now()
        build.save()
        client.drop_index(build.name)
        raise
    IndexBuild.objects.filter(entity=spec.entity, state="live").update(state="retired")
    build.state, build.finished_at = "live", timezone.now()
    build.seconds = time.monotonic() - started
    build.save()
    _drop_old(spec)
    logger.info("Built %s: %d documents in %.1f s", build.name, build.documents, build.seconds)
    return build


def _verified(spec: IndexSpec, name: str) -> int:
    """The number of documents, if the database expects as many; else BuildFailed.

    Documents that changes add or remove while the count is taken are the outbox's business, so
    the difference may be as large as what waits there.
    """
    from wmp_search.search.outbox import backlog

    found, expected, in_flight = client.count(name), spec.expected(), backlog(spec.entity)
    if abs(found - expected) > 2 * in_flight:
        raise BuildFailed(f"{name} holds {found} documents, the database expects {expected}")
    return found


def _forget_unfinished(spec: IndexSpec) -> None:
    """Builds that a killed process left behind (we hold the lock, so nobody works on them)."""
    left = IndexBuild.objects.filter(entity=spec.entity, state="building")
    for old in left:
        client.drop_index(old.name)
    left.update(state="failed", error="interrupted", finished_at=timezone.now())


def _drop_old(spec: IndexSpec) -> None:
    """Drop retired builds but the newest, and indices of the entity that no build knows."""
    retired = IndexBuild.objects.filter(entity=spec.entity, state="retired")
    for old in retired[KEPT_FOR_ROLLBACK:]:
        client.drop_index(old.name)
        IndexBuild.objects.filter(pk=old.pk).delete()
    known = set(
        IndexBuild.objects.filter(entity=spec.entity, state__in=("live", "retired")).values_list(
            "name", flat=True
        )
    )
    for name in client.indices(f"{spec.alias}-*"):
        if name not in known:
            client.drop_index(name)


@contextmanager
def _only_one_builder() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise BuildRunning("Another process is building search indices")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
