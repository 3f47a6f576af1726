"""Erasure: what quarantine has kept long enough goes everywhere, and a restore keeps it gone.

It reaches source records and their versions, rejected rows, golden rows, evidence, links, events,
gang links, the working set, indices (the earlier builds, too), saved lists, watches, shares,
recent people, reviews, restrictions and the screens of the audit trail. What officers typed stays
in the trail until the trail's own time is over: it says what they did. Files that a source
delivered stay where the source put them; the report names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from audit.erasure import erase_screens
from audit.record import SYSTEM, Entry, event
from ingest import erasing, pipeline
from people.models import Name, Restriction
from wmp_search.retention import disposal as disposals
from wmp_search.retention import due
from wmp_search.retention.models import Disposal, Erased, Standing
from wmp_search.search import outbox
from wmp_search.search.index import spec_of
from wmp_search.search.models import IndexBuild

STOPPED = "Something stands against it now: out of quarantine"
_OF_RECORDS = "records && %(records)s::bigint[]"  # whoever they belonged to when it was kept
# table → what of it refers to the people, or was typed with a name that nobody else bears
_ABOUT = {
    "people_watchalert": "person_id = ANY(%(people)s)",
    "people_watch": "person_id = ANY(%(people)s) OR upper(question::text) LIKE ANY(%(words)s)",
    "people_share": "person_id = ANY(%(people)s)",
    "people_batchline": """EXISTS (SELECT FROM jsonb_array_elements(matches) AS m
        WHERE (m ->> 'id')::bigint = ANY(%(people)s)) OR upper(text) LIKE ANY(%(words)s)""",
    "people_searchrequest": "upper(criteria::text) LIKE ANY(%(words)s)",
    "desk_recent": "person_id = ANY(%(people)s)",
    "people_contested": f"person_id = ANY(%(people)s) OR {_OF_RECORDS}",
    "people_confirmation": f"person_id = ANY(%(people)s) OR {_OF_RECORDS}",
    "rights_correction": "person_id = ANY(%(people)s)",
    "retention_review": "person_id = ANY(%(people)s)",
    "retention_standing": "person_id = ANY(%(people)s)",
}
# what hangs on a row of _ABOUT, without a rule of the database
_BEFORE = {
    "people_toldof": "watch_id IN (SELECT id FROM people_watch WHERE {people_watch})",
    "people_watchalert": "watch_id IN (SELECT id FROM people_watch WHERE {people_watch})",
    "rights_notice": """correction_id IN
        (SELECT id FROM rights_correction WHERE {rights_correction})""",
}
_GUARDED = (
    ("gangs_keptmembership", "only_supersede"),
    ("gangs_membershipevidence", "never_changes"),
    ("gangs_safeguardingstep", "never_changes"),
)
_VERSIONS = "(SELECT id FROM gangs_keptmembership WHERE cited && %(records)s::bigint[])"
# the gangs unit's and safeguarding's own tables, what refers to others first
_KEPT = {
    "gangs_membershipdisclosure": f"membership_id IN {_VERSIONS}",
    "gangs_membershipproposal": f"cited && %(records)s::bigint[] OR renews_id IN {_VERSIONS}",
    "gangs_membershipevidence": f"membership_id IN {_VERSIONS}",
    "gangs_keptmembership": "cited && %(records)s::bigint[]",
    "gangs_safeguardingstep": "records && %(records)s::bigint[]",
    "gangs_historydecision": "person_id = ANY(%(people)s) OR records && %(records)s::bigint[]",
}


@dataclass(frozen=True, slots=True)
class Scattered:
    """Where else these people stand: crimes, gangs, whole names as pages show them, rare names."""

    crimes: list[int] = field(default_factory=list)
    gangs: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rare: list[str] = field(default_factory=list)


def waiting() -> list[Disposal]:
    """Disposals whose quarantine is over."""
    over = Disposal.objects.filter(
        state=Disposal.State.QUARANTINED, erase_after__lte=timezone.localdate()
    )
    return list(over.order_by("erase_after", "pk"))


def carry_out(disposal: Disposal, owner: psycopg.Connection) -> dict[str, Any]:
    """Erase those who are still in quarantine; the report, in numbers and names of files.

    `owner`: a connection as the owner of the tables, for screens. May be repeated after a crash.
    Raises RefreshRunning, AuditUnavailable, then nothing was erased.
    """
    disposals.release_renewed()
    disposal.refresh_from_db()
    going, stopped = _plan(disposal)
    files = erasing.files_of([r for records in going.values() for r in records])
    _record(disposal, going)
    report = _erase(going, owner, disposal) if going else {}
    report |= {"people": len(going), "stopped": stopped, "files": files}
    Disposal.objects.filter(pk=disposal.pk).update(
        state=Disposal.State.ERASED, ended_at=timezone.now(), report=report
    )
    return report


def _plan(disposal: Disposal) -> tuple[dict[int, list[int]], int]:
    """Who goes (person → records), and how many do not; written down first, for after a crash."""
    if plan := disposal.report.get("going"):
        return {int(pk): records for pk, records in plan.items()}, disposal.report["stopped"]
    stopped = _stopped(disposal)
    if stopped:
        disposals.lift(disposal, stopped, STOPPED)
    going = {pk: disposal.people[str(pk)] for pk in disposals.in_quarantine(disposal)}
    disposal.report = {"going": going, "stopped": len(stopped)}
    disposal.save(update_fields=["report"])
    return going, len(stopped)


def again(records: Mapping[int, Sequence[int]], owner: psycopg.Connection) -> int:
    """After a restore: erase records (→ people) as the ledger says; the caller resolves."""
    ids, people = sorted(records), sorted({pk for found in records.values() for pk in found})
    found = _scattered(people, ids)
    with transaction.atomic():
        _note(dict(records), None)
        erasing.erase(ids, people, timezone.now())
        forget(people, ids, found.rare)
    _erase_memberships(people, ids, owner)
    _erase_screens(people, ids, found, owner)
    return len(ids)


def forget(people: Sequence[int], records: Sequence[int], rare: Sequence[str]) -> dict[str, int]:
    """Delete what refers to the people, and what was kept about their records when these were
    somebody else's; table → rows.
    """
    given: dict[str, Any] = {
        "people": list(people),
        "records": list(records),
        "words": [f"%{name}%" for name in rare],
    }
    gone = {}
    with connection.cursor() as cursor:
        for table, condition in _BEFORE.items():
            cursor.execute(f"DELETE FROM {table} WHERE {condition.format(**_ABOUT)}", given)
        for table, condition in _ABOUT.items():
            cursor.execute(f"DELETE FROM {table} WHERE {condition}", given)
            gone[table] = int(cursor.rowcount)
    gone["people_restriction"], _ = Restriction.objects.filter(person__in=people).delete()
    return gone


def _erase(
    going: Mapping[int, Sequence[int]], owner: psycopg.Connection, disposal: Disposal
) -> dict[str, Any]:
    people, records = sorted(going), sorted(r for found in going.values() for r in found)
    found = _scattered(people, records)
    gone: dict[str, int] = {}

    def beside() -> None:
        _note({r: [pk] for pk, of in going.items() for r in of}, disposal)
        gone.update(forget(people, records, found.rare))

    done = pipeline.erase_records(records, people, beside)
    Standing.objects.filter(pk__in=people).delete()
    _forget_earlier_builds(people)
    _erase_memberships(people, records, owner)
    screens = _erase_screens(people, records, found, owner)
    return {"rows": gone | done.erased, "screens": screens, "index": done.index_error}


def _scattered(people: Sequence[int], records: Sequence[int]) -> Scattered:
    names = Name.objects.filter(person__in=people)
    with connection.cursor() as cursor:
        ends: list[list[int]] = []
        for table, column in (("crime_involvement", "crime_id"), ("gangs_membership", "gang_id")):
            cursor.execute(
                f"SELECT DISTINCT {column} FROM {table} "
                f"WHERE record_id = ANY(%s) AND {column} IS NOT NULL",
                [list(records)],
            )
            ends.append([pk for (pk,) in cursor.fetchall()])
    crimes, gangs = ends
    return Scattered(
        crimes, gangs, sorted({str(name) for name in names}), erasing.rare_names(records)
    )


def _stopped(disposal: Disposal) -> list[int]:
    """Those against whose disposal something stands that is not the quarantine itself."""
    people = disposals.in_quarantine(disposal)
    others = Restriction.objects.filter(person__in=people, lifted_at__isnull=True)
    restricted = set(others.exclude(root=disposal.pk).values_list("person", flat=True))
    found = due.against(people)
    return [pk for pk in people if pk in restricted or set(found.get(pk, ())) - {due.RESTRICTED}]


def _note(records: Mapping[int, Sequence[int]], disposal: Disposal | None) -> None:
    """What the ledger reads: in the transaction that erases."""
    at = timezone.now()
    Erased.objects.bulk_create(
        (
            Erased(record_id=pk, people=list(people), disposal=disposal, at=at)
            for pk, people in records.items()
        ),
        ignore_conflicts=True,
    )


def _erase_memberships(
    people: Sequence[int], records: Sequence[int], owner: psycopg.Connection
) -> None:
    """Ended memberships that the gangs unit kept: their versions refuse all others (ADR 28)."""
    given = {"people": list(people), "records": list(records)}
    with owner.transaction():
        for table, trigger in _GUARDED:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}".encode())
        for table, condition in _KEPT.items():
            owner.execute(f"DELETE FROM {table} WHERE {condition}".encode(), given)
        for table, trigger in _GUARDED:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}".encode())


def _erase_screens(
    people: Sequence[int], records: Sequence[int], found: Scattered, owner: psycopg.Connection
) -> dict[str, int]:
    subjects = {"person": people, "record": records, "crime": found.crimes, "gang": found.gangs}
    return asdict(erase_screens(owner, subjects, found.names))


def _forget_earlier_builds(people: Sequence[int]) -> None:
    """Builds kept for a roll-back know nothing of them either."""
    spec = spec_of("person")
    retired = IndexBuild.objects.filter(entity="person", state="retired")
    names = list(retired.values_list("name", flat=True))
    if spec is not None and names:
        outbox.write(spec, names, list(people))


def _record(disposal: Disposal, going: Mapping[int, Sequence[int]]) -> None:
    """The event before it is done: ids, rules and who decided, nothing of what was known."""
    standings = Standing.objects.filter(pk__in=going)
    ruled = {str(s.pk): [s.group, s.rule, s.review_on.isoformat()] for s in standings}
    event(
        Entry(
            Action.DISPOSAL_ERASED,
            SYSTEM,
            subject_kind="person",
            subject_ids=[str(pk) for pk in going],
            result_count=len(going),
            detail={
                "disposal": disposal.pk,
                "proposed_by": disposal.proposed_by_id,
                "approved_by": disposal.decided_by_id,
                "rules": ruled,
                "records": {str(pk): list(records) for pk, records in going.items()},
            },
        )
    )
