"""Watching a person or a search: told when new evidence arrives, never by re-resolution alone.

Evidence counts by the record: one that a system delivered or changed after the watch was set
(`changed_at`, which resolution never touches) and of which the watch has not told yet (`ToldOf`).
The check runs over all watches at once; what it finds is decided for each officer by the access
rule under the purpose of the watch, and again when the alert is shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from people import rule
from people.criteria import CriteriaError
from people.models import Link, Person, ToldOf, Watch, WatchAlert
from people.question import Question
from people.search import TELLING, search
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of
from wmp_search.search import outbox

LIFETIMES = (7, 28, 90)  # days
USUAL = 28  # days, where nobody chooses
MOST_WATCHES = 20  # of an officer
MOST_A_WEEK = 350  # alerts: more are noise (anchors.md 2.27: 50 a day)
LOOK_BACK = timedelta(days=2)  # records are resolved and indexed long before that
SAMPLE = timedelta(days=28)
News = dict[int, list[tuple[int, Any]]]  # person → (record, when it changed)


class WatchError(Exception):
    """It cannot be watched; the text says why."""


def alive(officer_id: int | None = None) -> QuerySet[Watch]:
    """The watches that count now, of one officer or of all."""
    found = Watch.objects.filter(expires_at__gt=timezone.now(), ended_at__isnull=True)
    return found.filter(officer=officer_id) if officer_id else found


def of_person(scope: Scope, person_id: int) -> Watch | None:
    """The officer's watch of the person, or of somebody merged into them. One query."""
    return alive(scope.officer_id).filter(_about([person_id])).first()


def unopened(scope: Scope) -> QuerySet[WatchAlert]:
    """The officer's new alerts about people whom the scope may see now."""
    mine = WatchAlert.objects.filter(watch__in=alive(scope.officer_id), opened_at__isnull=True)
    survivor = Coalesce("person__merged_into", "person")
    return mine.annotate(survivor=survivor).filter(survivor__in=rule.visible(scope).values("pk"))


def expected(scope: Scope, *, person_id: int = 0, question: Question | None = None) -> float:
    """How many alerts a week the last four weeks would have brought. Raises CriteriaError."""
    ids = [person_id] if person_id else _matching(question, scope) if question else []
    links = rule.visible_links(scope).filter(person__in=ids)
    recent = links.filter(record__changed_at__gt=timezone.now() - SAMPLE)
    days = recent.values_list("person_id", "record__changed_at__date").distinct()
    return days.count() * 7 / SAMPLE.days


def keep(
    scope: Scope, purpose: Purpose, days: int, *, person_id: int = 0,
    question: Question | None = None,
) -> Watch:  # fmt: skip
    """Begin to watch; a person who is watched already is watched on, now for this purpose and as
    long. Raises WatchError, CriteriaError.
    """
    watch = of_person(scope, person_id) if person_id else None
    if watch is None and alive(scope.officer_id).count() >= MOST_WATCHES:
        raise WatchError(f"You watch {MOST_WATCHES} already. Stop one first")
    weekly = expected(scope, person_id=person_id, question=question)
    if weekly > MOST_A_WEEK:
        raise WatchError(
            f"About {weekly:.0f} alerts a week are more than anybody reads. Narrow the search"
        )
    watch = watch or Watch(
        officer_id=scope.officer_id,
        person_id=person_id or None,
        question=question.as_json() if question else {},
    )
    watch.purpose_code = purpose.code
    watch.purpose_reference = purpose.reference
    watch.expected = weekly
    watch.expires_at = timezone.now() + timedelta(days=days)
    watch.save()
    return watch


def check() -> int:
    """Raise alerts for new evidence; returns how many. Waits while the index is behind.

    Raises SearchUnavailable.
    """
    if outbox.backlog("person"):
        return 0
    news = _news()
    if not news:
        return 0
    watches = alive().select_related("officer")
    near = [*watches.filter(_about(news)), *watches.filter(person__isnull=True)]
    return sum(_tell(watch, news) for watch in near)


def forget_expired() -> int:
    """Delete the watches that ended or expired a week ago; returns how many."""
    over = timezone.now() - timedelta(days=7)
    _, deleted = Watch.objects.filter(Q(expires_at__lt=over) | Q(ended_at__lt=over)).delete()
    return deleted.get("people.Watch", 0)


def _news() -> News:
    """Records that were delivered or changed of late, by the person they belong to."""
    since = timezone.now() - LOOK_BACK
    rows = Link.objects.filter(record__changed_at__gt=since, record__deleted_at__isnull=True)
    found: News = defaultdict(list)
    for person, record, at in rows.values_list("person_id", "record_id", "record__changed_at"):
        found[person].append((record, at))
    return found


def _about(people: Iterable[int]) -> Q:
    """Watches of these people, or of somebody merged into them."""
    ids = list(people)
    return Q(person__in=ids) | Q(person__merged_into__in=ids)


def _tell(watch: Watch, news: News) -> int:
    """Raise the watch's alerts; returns how many people they are about."""
    scope = scope_of(watch.officer, Purpose(watch.purpose_code, watch.purpose_reference))
    if not scope.may(Permission.PERSON_WATCH):
        return 0
    try:
        people = _people(watch, scope, news)
    except CriteriaError:
        return 0  # the notation is not understood any more
    told = 0
    for person in people:
        told += _raise(watch, person, _new(watch, scope, person, news))
    return told


def _people(watch: Watch, scope: Scope, news: News) -> Iterable[int]:
    if watch.person_id is None:
        return _matching(Question.kept(watch.question), scope, among=list(news))
    survivor = Coalesce("merged_into", "pk")
    people = Person.objects.filter(pk=watch.person_id).values_list(survivor, flat=True)
    return rule.visible(scope).filter(pk__in=list(people)).values_list("pk", flat=True)


def _matching(
    question: Question | None, scope: Scope, among: Sequence[int] | None = None
) -> list[int]:
    """The strong and possible matches of a search, among these people or all."""
    if question is None:
        return []
    narrowing = replace(question.narrowing, among=None if among is None else tuple(among))
    found = search(question.criteria, scope, limit=100, narrowing=narrowing)
    return [match.person_id for match in found.matches if match.strength in TELLING]


def _new(watch: Watch, scope: Scope, person: int, news: News) -> list[tuple[int, Any]]:
    """The news about the person that the scope is shown and that came after the watch."""
    recent = [(record, at) for record, at in news.get(person, ()) if at > watch.created_at]
    shown = rule.visible_links(scope).filter(person=person, record__in=[r for r, _ in recent])
    allowed = set(shown.values_list("record_id", flat=True))
    return [(record, at) for record, at in recent if record in allowed]


@transaction.atomic
def _raise(watch: Watch, person: int, found: list[tuple[int, Any]]) -> int:
    before = set(
        ToldOf.objects.filter(watch=watch, record_id__in=[record for record, _ in found])
        .values_list("record_id", "changed_at")
    )  # fmt: skip
    fresh = [one for one in found if one not in before]
    if not fresh:
        return 0
    told = [ToldOf(watch=watch, record_id=record, changed_at=at) for record, at in fresh]
    ToldOf.objects.bulk_create(told, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_ALERT, [watch.pk, person, [record for record, _ in fresh]])
    return 1


_ALERT = """
    INSERT INTO people_watchalert (id, watch_id, person_id, records, raised_at)
    VALUES (gen_random_uuid(), %s, %s, %s, now())
    ON CONFLICT (watch_id, person_id) WHERE opened_at IS NULL DO UPDATE
    SET raised_at = now(), records = people_watchalert.records || excluded.records
"""
