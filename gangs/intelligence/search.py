"""Search over intelligence, in PostgreSQL (ADR 31): what the rows say now, and no copy of it.

Everything that hides an item stands in the one statement, before anything is counted: the person
rule, the tier of the record, handling conditions, contested items, and that of an item about
several people each must be found by the scope. Feeds, erasure, restriction and withdrawal change
the same rows, so that there is nothing to keep up with them.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from django.db import connection

from gangs import selectors as gangs
from gangs.intelligence.question import Question, graded
from gangs.models import Gang
from people import contested, rule, unshared
from people import selectors as people
from people.contested_models import Contested
from people.holdings import same_address
from people.intelligence import (
    NOT_GRADED,
    OPEN_TEXT,
    PLACES,
    WORDS,
    is_conditional,
    record_grade,
)
from people.models import Address, NominalRecord
from people.roles import told
from people.sources import RecordSource
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

PAGE_SIZE = 20
MOST = (
    200  # as many as pages can be opened (people.requests): beyond, the question says too little
)
NO_HANDLING = "not recorded"
IN_GRADE = "as the grade says"
MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Item:
    """One item about one person, with grade and handling beside its text (D3, D5).

    `places`: those of its addresses that were asked for.
    """

    record_id: int
    person: Summary
    on: date | None
    role: str
    kind: str
    reference: str
    text: str
    grade: str
    handling: str
    source: RecordSource
    places: tuple[str, ...]
    contested: tuple[Contested, ...]

    @property
    def assessed(self) -> str:
        """ "graded 3x5x2 2/B", or "not graded"."""
        return self.grade if self.grade == NOT_GRADED else f"graded {self.grade}"

    @property
    def statements(self) -> tuple[str, ...]:
        """What the person says against it, which stands beside it."""
        return tuple(one.statement for one in self.contested)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of items, the newest first; `total` counts up to MOST, `more` beyond it.

    `unknown`: the person or gang asked for is none that the scope may see ("person", "gang"), or
    the gang's name is that of several ("gangs"); then nothing was searched. `gang`: the one meant.
    """

    items: tuple[Item, ...] = ()
    total: int = 0
    more: bool = False
    unknown: str = ""
    gang: Gang | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    record_id: int
    person_id: int
    places: tuple[str, ...]


def search(asked: Question, scope: Scope, *, page: int = 1) -> Found:
    """The items that fit, of people whom the scope finds. Raises PermissionDenied."""
    scope.require(Permission.INTELLIGENCE_SEARCH)
    scope.require(Permission.PERSON_VIEW)
    among: list[int] | None = None
    gang: Gang | None = None
    if asked.person is not None:
        current = people.current_id(asked.person, scope)
        if current is None:
            return Found(unknown="person")
        among = [current]
    if asked.gang:
        called = _called(asked.gang, scope)
        if len(called) != 1:
            return Found(unknown="gangs" if called else "gang")
        gang = called[0]
        listed = _listed(gang, scope)
        among = listed if among is None else [pk for pk in among if pk in listed]
    hits = _hits(asked, scope, among)
    start = (page - 1) * PAGE_SIZE
    shown = hits[:MOST]
    items = _items(shown[start : start + PAGE_SIZE], scope)
    return Found(items, len(shown), len(hits) > MOST, gang=gang)


def about(person_ids: list[int], scopes: Sequence[Scope], *, most: int) -> tuple[Item, ...]:
    """The newest items about these people that each of the scopes may see, told as the last one
    sees the people. Without the words of a question: for a page that says who they are.
    """
    found = [_hits(None, scope, person_ids) for scope in scopes] if person_ids else [[]]
    common = set.intersection(*({hit.record_id for hit in hits} for hits in found))
    hits = [hit for hit in found[-1] if hit.record_id in common]
    return _items(hits[:most], scopes[-1])


def _called(name: str, scope: Scope) -> list[Gang]:
    """The visible gangs of this number, name or other name."""
    visible = gangs.visible(scope)
    if name.isascii() and name.isdecimal():
        return list(visible.filter(pk=int(name))) if len(name) < MOST_DIGITS else []
    called = name.casefold()
    return [g for g in visible if called in map(str.casefold, (g.name, *g.aliases))]


def _listed(gang: Gang, scope: Scope) -> list[int]:
    """Whom the gang's page lists as members and associates, never whom it harms (F2): of a list
    that expired, ended or was withdrawn nobody is left.
    """
    shown = gangs.profile(gang.pk, scope)
    members = shown.members if shown else ()
    return sorted({one.person.person_id for one in members if one.person})


def _hits(asked: Question | None, scope: Scope, among: list[int] | None) -> list[_Hit]:
    """Up to one more than MOST, the newest first. One statement, and for places one more."""
    parts, values = _parts(asked, among)
    places, addresses = (_THESE, "r.addresses") if asked and asked.place else ("NULL", "NULL")
    values |= {**rule.findable_by(scope), **rule.shown_by(scope), "most": MOST + 1}
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT.format(parts="".join(parts), places=places, addresses=addresses), values
        )
        rows = cursor.fetchall()
    if not (asked and asked.place):
        return [_Hit(record, person, ()) for record, person, _ in rows]
    ways = {record: [_address(one) for one in json.loads(said)] for record, _, said in rows}
    keys = {f"address:{same_address(way)}" for some in ways.values() for way in some}
    hidden = unshared.among(keys)
    made = []
    for record, person, _ in rows:
        told = [way for way in ways[record] if f"address:{same_address(way)}" not in hidden]
        if told:
            made.append(_Hit(record, person, tuple(dict.fromkeys(map(str, told)))))
    return made


def _parts(
    asked: Question | None, among: list[int] | None
) -> tuple[list[LiteralString], dict[str, Any]]:
    given: list[tuple[bool, LiteralString, dict[str, Any]]] = [
        (among is not None, _PEOPLE, {"among": among}),
    ]
    if asked:
        scheme, grade = graded(asked.grade)
        given += [
            (bool(asked.text), _TEXT, {"text": asked.text}),
            (bool(asked.place), _PLACE, {"place": asked.place}),
            (bool(grade), _GRADE, {"scheme": scheme, "grade": f"{grade}%"}),
            (bool(asked.since), _SINCE, {"since": asked.since}),
            (bool(asked.until), _UNTIL, {"until": asked.until}),
            (bool(asked.system), _SYSTEM, {"system": asked.system}),
        ]
    chosen = [(part, values) for wanted, part, values in given if wanted]
    return [part for part, _ in chosen], {k: v for _, some in chosen for k, v in some.items()}


def _address(said: dict[str, Any]) -> Address:
    parts = ("house", "street", "town", "postcode")
    return Address(**{part: str(said.get(part) or "") for part in parts})


def _items(hits: list[_Hit], scope: Scope) -> tuple[Item, ...]:
    """The items in words; the rule is asked once more of people and of handling."""
    known = people.summaries({hit.person_id for hit in hits}, scope)
    records = NominalRecord.objects.in_bulk([hit.record_id for hit in hits])
    said = contested.among(known)
    return tuple(
        _item(records[hit.record_id], known[hit.person_id], hit, said.get(hit.person_id, []))
        for hit in hits
        if hit.person_id in known
        and hit.record_id in records
        and not is_conditional(records[hit.record_id])
    )


def _item(record: NominalRecord, person: Summary, hit: _Hit, said: list[Contested]) -> Item:
    kind = record.event_kind.replace("_", " ").capitalize()
    words = " ".join(part for part in (kind, record.event_ref) if part)
    day = record.event_on or record.recorded_on
    return Item(
        record_id=record.pk,
        person=person,
        on=day,
        role=told(record.role, record.born_on, day),
        kind=kind,
        reference=record.event_ref,
        text=" ".join(part for part in (record.event_summary, record.note) if part),
        grade=record_grade(record),
        handling=_handling(record),
        source=RecordSource.of(record),
        places=hit.places,
        contested=contested.about(said, "events", words, [record.pk]),
    )


def _handling(record: NominalRecord) -> str:
    """In words; of a grade that carries it, such as B24 or 2BP, that it does."""
    in_grade = len(re.sub(r"\W", "", record.grade)) > 2
    return record.handling or (IN_GRADE if in_grade else NO_HANDLING)


_DAY: LiteralString = "coalesce(r.event_on, r.recorded_on)"
_TEXT: LiteralString = f" AND {WORDS.format(r='r')} @@ plainto_tsquery('english', %(text)s)"
# all the words in one address, which nobody contests: not to be used to find anybody (I5)
_ONE_PLACE: LiteralString = """jsonb_to_tsvector('simple', a.one, '["string"]')
    @@ plainto_tsquery('simple', %(place)s)"""
_THESE: LiteralString = f"""(SELECT jsonb_agg(a.one)::text
    FROM jsonb_array_elements(c.addresses) a(one) WHERE {_ONE_PLACE})"""
_PLACE: LiteralString = f"""
    AND {PLACES.format(r="r")} @@ plainto_tsquery('simple', %(place)s)
    AND EXISTS (SELECT FROM jsonb_array_elements(r.addresses) a(one) WHERE {_ONE_PLACE})
    AND NOT EXISTS (SELECT FROM people_contested c WHERE c.records @> ARRAY[r.id]
        AND c.kind = 'addresses' AND c.restricted_at IS NOT NULL AND c.lifted_at IS NULL)"""
_PEOPLE: LiteralString = " AND l.person_id = ANY(%(among)s::bigint[])"
_GRADE: LiteralString = r""" AND r.grade_scheme = %(scheme)s
    AND upper(regexp_replace(r.grade, '\W', '', 'g')) LIKE %(grade)s"""
_SINCE: LiteralString = f" AND {_DAY} >= %(since)s"
_UNTIL: LiteralString = f" AND {_DAY} <= %(until)s"
_SYSTEM: LiteralString = " AND r.system = %(system)s"
# of the others in the same item each must be found and told to the scope: its text may name them
_OTHERS: LiteralString = f"""(SELECT bool_and({OPEN_TEXT.format(r="s")} AND EXISTS (
        SELECT FROM people_link l JOIN people_person p ON p.id = l.person_id
        WHERE l.record_id = s.id AND {rule.FINDABLE} AND {rule.SHOWN}))
    FROM people_nominalrecord s
    WHERE s.system = c.system AND s.event_ref = c.event_ref AND s.event_ref <> ''
        AND s.id <> c.id AND s.deleted_at IS NULL)"""
# the others are looked up for one item after the other, the newest first, until there are enough:
# as a condition inside they would be read for every item there is
_STATEMENT = f"""
    SELECT c.id, c.person_id, {{places}} FROM (
        SELECT r.id, l.person_id, r.system, r.event_ref, {_DAY} AS day, {{addresses}} AS addresses
        FROM people_nominalrecord r
        JOIN people_link l ON l.record_id = r.id
        JOIN people_person p ON p.id = l.person_id
        WHERE {OPEN_TEXT.format(r="r")} AND {rule.FINDABLE} AND {rule.SHOWN} {{parts}}
            AND NOT EXISTS (SELECT FROM people_contested c WHERE c.records @> ARRAY[r.id]
                AND c.kind = 'events' AND c.restricted_at IS NOT NULL AND c.lifted_at IS NULL)
        ORDER BY day DESC NULLS LAST, r.id DESC OFFSET 0) c
    WHERE {_OTHERS} IS NOT FALSE
    ORDER BY c.day DESC NULLS LAST, c.id DESC
    LIMIT %(most)s
"""
