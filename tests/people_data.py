"""A few made-up people for tests: records of several systems, and the golden person over them.

    someone = person(record("custody", given_names="Robert", ...), record("pnc", ...))
    index()  # afterwards they can be found

The golden rows are built as plainly as possible: every value of every record, in record order.
"""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from people.models import (
    Address,
    BirthDate,
    Identifier,
    Link,
    Name,
    NominalRecord,
    Person,
    WarningMarker,
)
from wmp_search.search import client, outbox, sync, workers
from wmp_search.search.index import IndexSpec, specs
from wmp_search.search.models import IndexBuild

CHANGED = datetime(2026, 1, 5, 9, tzinfo=UTC)
RESTRICTED = {"domestic_abuse"}
Attested = dict[tuple[tuple[str, Any], ...], list[NominalRecord]]
_ids = itertools.count(1_000)


def next_id() -> int:
    """An id that no other made-up row of this process has."""
    return next(_ids)


def record(system: str = "custody", **fields: Any) -> NominalRecord:
    """One standardised record, saved. Restricted systems get their tier by themselves."""
    pk = next_id()
    defaults: dict[str, Any] = {
        "source_ref": f"{system[:3].upper()}/{pk}",
        "tier": 1 if system in RESTRICTED else 0,
        "role": "suspect",
        "recorded_on": date(2024, 5, 3),
        "changed_at": CHANGED,
        "born_precision": "D" if fields.get("born_on") else "",
    }
    return NominalRecord.objects.create(pk=pk, system=system, **{**defaults, **fields})


def person(*records: NominalRecord, method: str = "model", weight: float | None = 12.5) -> Person:
    """The golden person over the records, with evidence, links and an outbox entry."""
    first = records[0]
    made = Person.objects.create(
        pk=next_id(),
        version=3,
        tiers=sorted({r.tier for r in records}),
        given_names=first.given_names,
        surname=first.surname,
        born_on=first.born_on,
        born_precision=first.born_precision,
        sex=first.sex,
        record_count=len(records),
        systems=sorted({r.system for r in records}),
        roles=sorted({r.role for r in records}),
        last_seen_on=max((r.recorded_on for r in records if r.recorded_on), default=None),
        updated_at=CHANGED,
    )
    for one in records:
        Link.objects.create(record=one, person=made, method=method, weight=weight, run_id=1)
    for model, rows in _evidence(records).items():
        for rank, (values, attesting) in enumerate(rows.items()):
            model.objects.create(
                person=made,
                rank=rank,
                records=[r.pk for r in attesting],
                tier=min(r.tier for r in attesting),
                **dict(values),
            )
    outbox.queue("person", [made.pk])
    return made


def index() -> None:
    """Everything that is in the database becomes findable now."""
    for spec in specs():
        _take_over(spec)
    sync.migrate()
    outbox.drain()
    for spec in specs():
        client.refresh(spec.alias)


def _take_over(spec: IndexSpec) -> None:
    """Empty and fill the index that an earlier test left, if it did: far faster than a new one."""
    name = sync.live_build(spec)
    builds = IndexBuild.objects.filter(entity=spec.entity, name=name)
    if not name or builds.exists() or not spec.is_current(name):
        return
    # a deleted document's version is forgotten, so that its id may come again
    client.change_settings(name, {"index": {"gc_deletes": "0s"}})
    everything: dict[str, Any] = {"query": {"match_all": {}}}
    client.client().delete_by_query(
        index=name, body=everything, refresh=True, request_timeout=client.ADMIN_TIMEOUT_SECONDS
    )
    IndexBuild.objects.create(entity=spec.entity, name=name, state="live")
    workers.load(spec, name)


def _evidence(records: Sequence[NominalRecord]) -> dict[Any, Attested]:
    """Model → value → the records that attest it, values in order of first appearance."""
    found: dict[Any, Attested] = {
        m: {} for m in (Name, BirthDate, Identifier, Address, WarningMarker)
    }
    for one in records:
        for model, values in _values(one):
            found[model].setdefault(tuple(values.items()), []).append(one)
    return found


def _values(one: NominalRecord) -> list[tuple[Any, dict[str, Any]]]:
    names = [("name", one.given_names, one.surname)]
    for other in one.names:
        given, _, family = other["full"].rpartition(" ")
        names.append((other["kind"], given, family))
    births = [(one.born_on, one.born_precision)] if one.born_on else []
    births += [(day, "D") for day in one.alias_births]
    numbers = [("pnc", one.pnc_id), ("cro", one.cro)]
    for kind, values in (("phone", one.phones), ("email", one.emails), ("vehicle", one.vehicles)):
        numbers += [(kind, value) for value in values]
    places = [
        {k: a.get(k, "") for k in ("house", "street", "town", "postcode")} for a in one.addresses
    ]
    return [
        *((Name, {"kind": k, "given_names": g, "surname": s}) for k, g, s in names if g or s),
        *((BirthDate, {"born_on": day, "precision": p}) for day, p in births),
        *((Identifier, {"kind": k, "value": v}) for k, v in numbers if v),
        *((Address, place) for place in places),
        *((WarningMarker, dict(marker)) for marker in one.markers),
    ]
