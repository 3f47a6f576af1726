"""Everything that is held about one person, as the database has it (DPA 2018 s.45(1), (2)).

`gather` reads every tier that the scope reaches, over all systems, with what was merged and
derived, earlier states of records, decisions on matches, recipients and looks. Each part has a
key, by which an officer can withhold it. Set-based: the number of queries does not grow with what
is held.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from audit import disclosed
from crime.models import Involvement, Outcome
from gangs.kept_models import KeptMembership, Status
from gangs.models import Membership, MembershipDisclosure, SafeguardingStep
from ingest.models import LinkChange, SourceRecord, SourceRecordVersion
from ingest.review.models import Decision
from people import contested, restrictions, rule, signals, sources
from people.models import (
    Address,
    BirthDate,
    Confirmation,
    Identifier,
    Link,
    Name,
    NominalRecord,
    WarningMarker,
)
from wmp_search.access import purposes
from wmp_search.access.models import Role, Unit
from wmp_search.access.scope import Scope
from wmp_search.retention import rules
from wmp_search.retention.models import Standing

Part = dict[str, Any]
DERIVED: tuple[tuple[str, Any], ...] = (
    ("names", Name),
    ("births", BirthDate),
    ("identifiers", Identifier),
    ("addresses", Address),
    ("warnings", WarningMarker),
)
_OWN = {"id", "person", "person_id", "records", "tier", "rank", "first_on", "last_on"} | {
    "set_on", "review_on"
}  # fmt: skip
_STATES = {
    signals.State.CURRENT: "Counts as a warning",
    signals.State.DUE: "To be reviewed: not confirmed for long",
    signals.State.EXPIRED: "Expired: not confirmed for too long",
}
# of a typed record; its raw row says the rest
_SYSTEM_FIELDS = {"id", "tier", "unmasked_tier", "issues", "deleted_at", "author"}


def gather(person: int, scope: Scope, *, name_staff: bool = False) -> Part:
    """The pack as data, without anything withheld. `name_staff`: the annex names officers."""
    links = list(_links(person, scope))
    records = [link.record for link in links]
    ids = [record.pk for record in records]
    everybody = restrictions.ids_of(person)
    return {
        "scope": _scope(person, everybody, records),
        "derived": _derived(person, records, scope),
        "records": _records(links),
        "crimes": _crimes(ids, scope),
        "gangs": _gangs(ids),
        "matching": _matching(ids),
        "contested": _contested(person),
        "confirmed": _confirmed(ids),
        "retention": _retention(person),
        "recipients": [_row(f"recipient:{n}", asdict(r)) for n, r in _counted(everybody)],
        "looks": _looks(disclosed.looks(everybody, ids), name_staff=name_staff),
    }


def _links(person: int, scope: Scope) -> Iterable[Link]:
    """Every link of a live record up to the scope's highest tier, masked or not: it is theirs."""
    visible = rule.visible(scope).filter(pk=person)
    held = Link.objects.filter(person__in=visible, record__deleted_at__isnull=True)
    held = held.filter(record__tier__in=scope.tiers)
    return held.select_related("record").order_by("record__system", "record_id")


def _scope(person: int, everybody: Sequence[int], records: Sequence[NominalRecord]) -> Part:
    """What was searched and by what (s.45(2A))."""
    every = sources.titles()
    found = {record.system for record in records}
    return {
        "person": person,
        "also_known_by_number": [pk for pk in everybody if pk != person],
        "systems_searched": [every[system] for system in sorted(every)],
        "systems_with_records": [sources.title(system) for system in sorted(found)],
        "records": len(records),
        "not_searched": [
            "records that were judged to be of another person, or too thin to be anybody's",
            "free text of crimes and of records of other people that may name the person",
            "files, paper, photographs and systems that the product does not read",
        ],
    }


def _derived(person: int, records: Sequence[NominalRecord], scope: Scope) -> Part:
    """What the product made of the records: every value with the records that say so."""
    titles = {r.pk: f"{sources.title(r.system)} {r.source_ref}" for r in records}
    found: Part = {}
    states = _states(person)
    for name, model in DERIVED:
        held = model.objects.filter(person=person, tier__in=scope.tiers)
        rows = held.order_by("rank", "pk")
        found[name] = [
            _row(
                f"{name}:{row.pk}",
                _values(row, without=_OWN)
                | (states.get(row.pk, {}) if name == "warnings" else {}),
                records=[pk for pk in row.records if pk in titles],
                said_by=[titles[pk] for pk in row.records if pk in titles],
            )
            for row in rows
        ]
    return found


def _states(person: int) -> dict[int, Part]:
    """Whether each warning still counts (policing.md C11); no days: a withheld record's may be
    among them.
    """
    return {m.pk: {"state": _STATES[signals.age(m).state]} for m in signals.every([person])}


def _records(links: Sequence[Link]) -> list[Part]:
    """Each record as it was read and as it was delivered, with its earlier states, and why it is
    taken to be of this person.
    """
    ids = [link.record_id for link in links]
    raw = {s.pk: s for s in SourceRecord.objects.filter(pk__in=ids).select_related("batch")}
    earlier: dict[int, list[Part]] = defaultdict(list)
    for one in SourceRecordVersion.objects.filter(record__in=ids).order_by("record", "valid_to"):
        state = {"until": one.valid_to, "delivered": one.raw}
        earlier[one.record_id].append(_row(f"record:{one.record_id}:earlier.{one.pk}", state))
    return [_record(link, raw.get(link.record_id), earlier[link.record_id]) for link in links]


def _record(link: Link, raw: SourceRecord | None, earlier: list[Part]) -> Part:
    record = link.record
    key = f"record:{record.pk}"
    return {
        "key": key,
        "system": sources.title(record.system),
        "reference": record.source_ref,
        "origin": raw.batch.file_name if raw else "",
        "received": raw.loaded_at if raw else None,
        "is_assessment": bool(record.grade),
        "values": _values(record, without=_SYSTEM_FIELDS),
        "delivered": raw.raw if raw else {},
        "earlier": earlier,
        "why_here": {"method": link.get_method_display(), "weight": link.weight},
    }


def _crimes(ids: Sequence[int], scope: Scope) -> list[Part]:
    held = Involvement.objects.filter(record__in=ids, deleted_at__isnull=True, crime__isnull=False)
    held = held.filter(crime__deleted_at__isnull=True, crime__tier__in=scope.tiers)
    rows = list(held.select_related("crime").order_by("crime", "pk"))
    ended: dict[int | None, list[Part]] = defaultdict(list)
    outcomes = Outcome.objects.filter(crime__in=[r.crime_id for r in rows], deleted_at=None)
    for one in outcomes.order_by("outcome_on", "pk"):
        ended[one.crime_id].append({"outcome": one.outcome, "on": one.outcome_on})
    return [
        _row(
            f"crime:{row.pk}",
            {
                "crime_number": row.crime.crime_number if row.crime else "",
                "offence": row.crime.offence if row.crime else "",
                "role": row.get_role_display(),
                "recorded_on": row.recorded_on,
                "outcomes": ended[row.crime_id],
            },
            records=[row.record_id],
        )
        for row in rows
    ]


def _gangs(ids: Sequence[int]) -> list[Part]:
    """The gang history, removed links, too (settlement of November 2022)."""
    held = Membership.objects.filter(record__in=ids).select_related("gang").order_by("pk")
    return [
        _row(
            f"gang:{row.pk}",
            {
                "gang": row.gang.name if row.gang else "",
                "status": row.get_status_display(),
                "grade": row.grade,
                "rationale": row.rationale,
                "authorised_on": row.authorised_on,
                "review_on": row.review_on,
                "no_longer_delivered": row.deleted_at is not None,
            },
            records=[row.record_id],
        )
        for row in held
    ] + [*_kept(ids), *_protected(ids)]


def _kept(ids: Sequence[int]) -> list[Part]:
    """Memberships that the gangs unit kept here, every version, and who was told of each."""
    rows = KeptMembership.objects.filter(cited__overlap=list(ids)).select_related("gang")
    told: dict[int, list[Part]] = defaultdict(list)
    for one in MembershipDisclosure.objects.filter(membership__in=rows).order_by("at"):
        told[one.membership_id].append(
            {"recipient": one.recipient, "organisation": one.organisation, "at": one.at}
        )
    return [
        _row(
            f"kept:{row.pk}",
            {
                "gang": row.gang.name,
                "status": Status(row.kept_as).label,
                "criteria": row.criteria,
                "rationale": row.rationale,
                "authorised_on": row.authorised_on,
                "from": row.valid_from,
                "to": row.valid_to,
                "review_on": row.review_on,
                "ended": row.end_reason,
                "told": told[row.pk],
            },
            records=row.cited,
        )
        for row in rows.order_by("recorded_at", "number")
    ]


def _protected(ids: Sequence[int]) -> list[Part]:
    """What was done to protect them from a gang."""
    rows = SafeguardingStep.objects.filter(records__overlap=list(ids)).order_by("at", "pk")
    return [
        _row(
            f"safeguarding:{row.pk}",
            {
                "done": row.get_kind_display(),
                "whom": row.get_whom_display(),
                "on": row.on,
                "words": row.words,
                "look_again_on": row.review_on,
            },
            records=row.records,
        )
        for row in rows
    ]


def _matching(ids: Sequence[int]) -> list[Part]:
    """Where records went from one person to another, and what people decided about them."""
    changes = LinkChange.objects.filter(record_id__in=ids).select_related("run").order_by("pk")
    found = [
        _row(
            f"change:{c.pk}",
            {
                "record": c.record_id,
                "from_person": c.person_before,
                "to_person": c.person_after,
                "by": c.method,
                "model": c.run.model_version,
                "at": c.run.started_at,
            },
            records=[c.record_id],
        )
        for c in changes
    ]
    of_them = Q(left__overlap=list(ids)) | Q(right__overlap=list(ids))
    return found + [
        _row(
            f"decision:{d.pk}",
            {"verdict": d.get_verdict_display(), "state": d.get_state_display(),
             "decided_at": d.decided_at, "reason": d.reason, "records": d.records},
        )
        for d in Decision.objects.filter(of_them).order_by("pk")
    ]  # fmt: skip


def _contested(person: int) -> list[Part]:
    """The person's own statements, and what is restricted for them (ss.46, 47)."""
    return [
        _row(
            f"contested:{one.pk}",
            {
                "about": f"{one.get_kind_display()}: {one.value}",
                "statement": one.statement,
                "stated_by": one.stated_by,
                "stated_on": one.stated_on,
                "basis": one.basis,
                "kept_as": one.get_nature_display(),
                "restricted": one.get_ground_display() if one.restricts else "No",
            },
            records=one.records,
        )
        for one in contested.among([person]).get(person, ())
    ]


def _confirmed(ids: Sequence[int]) -> list[Part]:
    """Who looked at a warning and said that it still holds; staff stay unnamed."""
    rows = Confirmation.objects.filter(records__overlap=list(ids)).order_by("confirmed_on", "pk")
    return [
        _row(
            f"confirmed:{one.pk}",
            {
                "warning": one.code,
                "confirmed_on": one.confirmed_on,
                "reference": one.reference,
                "basis": one.basis,
            },
            records=one.records,
        )
        for one in rows
    ]


def _retention(person: int) -> Part:
    held = Standing.objects.filter(pk=person).first()
    if held is None:
        return {}
    found = rules.load()
    return {
        "group": f"{held.group}: {found.groups[held.group].title}",
        "rule": found.words(held.rule),
        "last_relevant_event": held.clear_from,
        "review_on": held.review_on,
    }


def _counted(everybody: Sequence[int]) -> Iterable[tuple[int, Any]]:
    return enumerate(disclosed.recipients(everybody), start=1)


def _looks(looks: Sequence[disclosed.Look], *, name_staff: bool) -> list[Part]:
    units: Mapping[int | None, str] = dict(Unit.objects.values_list("pk", "name"))
    roles = dict(Role.objects.values_list("slug", "title"))
    labels = dict(purposes.labels())
    return [
        {
            "key": f"look:{number}",
            "at": look.at,
            "what": look.action,
            "purpose": labels.get(look.purpose, look.purpose),
            "unit": units.get(look.unit_id, ""),
            "role": ", ".join(roles.get(slug, slug) for slug in look.roles),
            "officer": look.officer if name_staff else "Withheld: name of staff",
        }
        for number, look in enumerate(looks, start=1)
    ]


def _row(key: str, values: Mapping[str, Any], **more: Any) -> Part:
    return {"key": key, "values": dict(values), **more}


def _values(row: Any, *, without: set[str]) -> Part:
    """The filled fields of a row."""
    found = {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields}
    return {k: v for k, v in found.items() if k not in without and v not in (None, "", [], {})}


def plain(value: Any) -> Any:
    """For JSON: days and times as ISO 8601."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
