"""The people around a decision, made anew at once and in one transaction, without a run.

The model is not asked again: people are its clusters (`MachineLink`, or the person itself where no
decision is near) plus the standing decisions. Golden rows, links, outbox and masks are written by
the very steps of a run.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from gangs.network import build
from ingest.registry import sources
from ingest.resolution import golden, identity, publish, working_set, workspace
from ingest.resolution.run import rules_of
from ingest.resolution.workspace import Workspace
from ingest.review import constraints
from ingest.review.models import MachineLink
from people.models import Link


@dataclass(slots=True)
class Neighbourhood:
    """All records that a decision can move: links as they stand, and the model's clusters."""

    links: dict[int, Link] = field(default_factory=dict)
    machine: dict[int, MachineLink] = field(default_factory=dict)

    @property
    def people(self) -> dict[int, int]:
        """Record → person, as it stands."""
        return {pk: link.person_id for pk, link in self.links.items()}


def around(records: Collection[int]) -> Neighbourhood:
    """Everything of one person or one model's cluster with a record, and so on to the end.

    Decisions that name a record found reach on to the other records that they name.
    """
    found, wanted = Neighbourhood(), set(records)
    while wanted - found.links.keys():
        named = frozenset[int]().union(*(c.records for c in constraints.standing(wanted)))
        people = Link.objects.filter(record__in=wanted | named).values("person")
        links = Link.objects.filter(person__in=people).select_related("person")
        found.links = {link.record_id: link for link in links}
        clusters = MachineLink.objects.filter(record_id__in=found.links).values("cluster")
        rows = MachineLink.objects.filter(cluster__in=clusters)
        found.machine = {row.record_id: row for row in rows}
        known = set(Link.objects.filter(record__in=found.machine).values_list("record", flat=True))
        wanted = (known | found.links.keys()) if known - found.links.keys() else set()
    _complete(found)
    return found


def _complete(found: Neighbourhood) -> None:
    """People near no decision until now: each is one cluster of the model's own."""
    found.machine = {pk: row for pk, row in found.machine.items() if pk in found.links}
    first: dict[int, int] = {}
    for record in sorted(found.links.keys() - found.machine.keys()):
        link = found.links[record]
        label = first.setdefault(link.person_id, record)
        found.machine[record] = MachineLink(
            record_id=record,
            cluster=label,
            weight=link.weight,
            mention=link.person.is_mention,
        )


def remake(near: Neighbourhood, claims: Mapping[int, int]) -> dict[int, int]:
    """Write the people of the neighbourhood as the decisions that stand now say; record → person.

    `claims`: record → the person whose it was before, who is to have it back. In a transaction,
    while holding `run.exclusively_until_commit`.
    """
    with workspace.opened() as space:
        _fetch(space, near)
        binding = constraints.standing(near.links.keys())
        constraints.put_decided(space, {r: m.cluster for r, m in near.machine.items()}, binding)
        space.run(
            """create or replace table assigned as
            select id, decided.cluster, weight, mention, by_hand
            from machine join decided on id = record_id"""
        )
        _previous(space, near, claims)
        identity.assign(space, reserve=publish.reserve_people)
        _forget_the_rest(space)
        _write(space)
        people = dict(space.rows("select id, person from person_of"))
    held = ", ".join(map(str, near.links))
    rows = near.machine.values() if binding else ()
    constraints.keep(
        [(m.record_id, m.cluster, m.weight, m.mention) for m in rows],
        instead_of=f"record_id IN ({held})",
    )
    return people


def _fetch(space: Workspace, near: Neighbourhood) -> None:
    """View `nominal` and table `machine` of the neighbourhood."""
    ids = np.array(sorted(near.links), np.int64)
    rows = [near.machine[int(pk)] for pk in ids]
    space.put("wanted", id=ids)
    working_set.fetch(space, "from wanted")
    space.run("create or replace view mark as from nominal")
    space.put(
        "machine",
        record_id=ids,
        weight=np.array([np.nan if m.weight is None else m.weight for m in rows], float),
        mention=np.array([m.mention for m in rows], bool),
        run_id=np.array([near.links[int(pk)].run_id for pk in ids], np.int64),
    )
    space.run("update machine set weight = null where isnan(weight)")


def _previous(space: Workspace, near: Neighbourhood, claims: Mapping[int, int]) -> None:
    """Tables `previous` (who is to have the records), `held` (who has them) and `standing`."""
    people = near.people
    ids = np.array(list(people), np.int64)
    space.put("held", id=ids, person=np.array(list(people.values()), np.int64))
    earlier = [claims.get(pk, person) for pk, person in people.items()]
    space.put("previous", id=ids, person=np.array(earlier, np.int64))
    hashes = {
        link.person_id: bytes(link.person.content_hash).hex() for link in near.links.values()
    }
    space.run("create or replace table standing (person bigint, content_hash varchar)")
    space.db.executemany("insert into standing values (?, ?)", list(map(list, hashes.items())))


def _forget_the_rest(space: Workspace) -> None:
    """Whoever holds records now and is to have none redirects to who takes most of them."""
    space.run(
        """create or replace table lost as
        select held.person, person_of.person as target, count(*) as n
        from held join person_of using (id)
        where held.person not in (select person from identity)
            and held.person not in (select person from redirect)
        group by all;
        insert into redirect select person, arg_min(target, (-n, target)) from lost
        group by person;
        delete from withdrawn where person in (select person from redirect);
        create or replace table person_of as
        select person_of.*, run_id from person_of join machine on id = record_id"""
    )


def _write(space: Workspace) -> None:
    trust = {s.system: s.trust for s in sources().values()}
    golden.find_changed(space, fingerprint=rules_of(trust))
    golden.gather(space, trust)
    for attribute in golden.ATTRIBUTES:
        golden.build_evidence(space, attribute)
    golden.build_people(space)
    publish.everything(space, "run_id")
    build.follow(publish.few_touched())


def lock_people(people: Collection[int]) -> None:
    """Take the rows in order of id, so that two changes of one person follow each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [sorted(people)],
        )
