"""Misuse that is planted among the honest work: one officer for each rule, who must be found."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.utils import timezone

from audit.oversight.models import Alert, Case, ListedPerson
from tests.oversight.simulation.population import (
    FIRST_PERSON,
    UNITS,
    VICTIM_EVERY,
    Size,
    add_people,
    kind_of,
    reference,
)
from wmp_search.access.models import Officer

VICTIM, SUSPECT = FIRST_PERSON + UNITS * VICTIM_EVERY, FIRST_PERSON + 3 * UNITS
# nobody whom honest work leads to
CANARY, FIGURE, COMPLAINED, IN_CASE = (FIRST_PERSON - n for n in range(1, 5))
FILED = {"given_names": "Gus", "surname": "Planted", "born_on": "1979-03-04"}
PAT = {"given_names": "Pat", "surname": "Planted", "born_on": "1988-09-10"}
INSERT = """
INSERT INTO audit_event
SELECT gen_random_uuid(), %(at)s, %(action)s, gen_random_uuid(), id, username, unit_id, roles,
  'CRIME-INV', %(reference)s, NULL, '', '', 'person', %(people)s::varchar[], %(query)s, '[]',
  cardinality(%(people)s::varchar[]), '{}', sha256(%(salt)s), NULL
FROM sim_staff WHERE n = %(n)s
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One event of officer `n`, at an hour of a day counted from the first."""

    n: int
    day: int
    hour: float
    action: str = "person.viewed"
    person: int | None = None
    reference: str = "having a look"
    understood: dict[str, str] = field(default_factory=dict)

    def on(self, day: int) -> "Act":
        """The same on another day."""
        return replace(self, day=day)


def plant(
    owner: psycopg.Connection, staff: list[Officer], size: Size, since: date
) -> dict[str, int | None]:
    """Write the misuse of the first week; returns rule → officer id (None: many officers)."""
    _keep(staff, since)
    acts = {rule: list(some) for rule, some in _acts(staff, size, since)}
    with owner.cursor() as cursor:
        cursor.executemany(
            INSERT.encode(), [_row(act, since) for some in acts.values() for act in some]
        )
    owner.commit()
    return {rule: None if rule == "burst" else staff[acts[rule][0].n].pk for rule in acts}


def _keep(staff: list[Officer], since: date) -> None:
    """What professional standards keep before it begins: lists of people and a case."""
    began = datetime(since.year, since.month, since.day, tzinfo=UTC)
    kept = {"set_by": 0, "set_at": timezone.now()}
    ListedPerson.objects.bulk_create(
        [
            ListedPerson(person_id=str(CANARY), why="canary", **kept),
            ListedPerson(person_id=str(FIGURE), why="figure", **kept),
            ListedPerson(
                person_id=str(COMPLAINED),
                why="contact",
                contact_at=began + timedelta(days=1),
                **kept,
            ),
        ]
    )
    case = Case.objects.create(
        title="PSD/1", officer_id=staff[93].pk, opened_by=0, opened_at=began
    )
    when = dict.fromkeys(("first_at", "last_at", "raised_at"), began)
    Alert.objects.create(
        rule="referred", key="1", score=1, case=case, subjects=[str(IN_CASE)], **when
    )


def _row(act: Act, since: date) -> dict[str, object]:
    midnight = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return {
        "n": act.n,
        "at": midnight + timedelta(days=act.day, hours=act.hour),
        "action": act.action,
        "reference": act.reference,
        "people": [] if act.person is None else [str(act.person)],
        "query": json.dumps({"text": "", "understood": act.understood}),
        "salt": uuid.uuid4().bytes,
    }


def _acts(
    staff: list[Officer], size: Size, since: date
) -> Iterator[tuple[str, Iterator[Act] | list[Act]]]:
    def asked(n: int, **understood: str) -> list[Act]:
        return [Act(n, 1, 10, "person.searched", understood=understood)]

    yield "self", asked(61, identifier=f"BX{61 % 89 + 10} 00061")
    yield "family", asked(62, name="pia planted", born_on="1991-05-06")
    yield "colleague", asked(63, identifier="00190")
    neighbours = _neighbours(size)
    yield "neighbour", [Act(64, day, 10, person=pk) for day, pk in enumerate(neighbours, 1)]
    yield "burst", [Act(65 + i, 1, 10 + i / 30, person=SUSPECT) for i in range(15)]
    yield "canary", [Act(81, 1, 10, person=CANARY)]
    yield (
        "view_export",
        [
            Act(82, 1, 10, person=SUSPECT + UNITS),
            Act(82, 1, 10.02, "person.exported", person=SUSPECT + UNITS),
        ],
    )
    yield "victim", [Act(83, day, 10, person=VICTIM) for day in range(4)]
    yield "no_link", [Act(84, day, 10, person=SUSPECT + 2 * UNITS) for day in range(5)]
    yield "victims", _many_victims(since)
    n, rest = _rest_day(size, since)
    yield "off_duty", [Act(n, rest, 11 + i / 10, "person.searched") for i in range(4)]
    yield "volume", [Act(87, 2, 8 + i / 30, person=FIRST_PERSON + 7 * i) for i in range(150)]
    yield (
        "reasons",
        [Act(88, 1, 9 + i / 10, "person.searched", reference="enquiry") for i in range(25)],
    )
    yield "unreviewed", [Act(89, 1, 10, "break_glass.opened", reference="threat to life")]
    yield "public_figure", [Act(91, 1, 10, person=FIGURE)]
    yield "complaint", [Act(92, 0, 20, person=COMPLAINED)]
    yield "own_case", [Act(93, 1, 10, person=IN_CASE)]
    yield "closed_account", _leaver(staff)
    cold, filed = _cold_and_filed(size)
    yield (
        "closed_case",
        [Act(95, day, 10, person=cold, reference=reference(cold)) for day in range(3)],
    )
    yield "nothing_found", [asked(96, name="petra planted")[0].on(day) for day in range(4)]
    yield "own_file", [Act(97, 1, 10, person=filed)]
    yield "associate", asked(98, name="pat planted", born_on="1988-09-10")


def _leaver(staff: list[Officer]) -> list[Act]:
    """Tries the password on the evening of the last day; the next morning all is put right."""
    tries = [Act(94, 1, 21 + i / 10, "session.sign_in_failed") for i in range(3)]
    gone = Act(0, 1, 20, "officer.deactivated", person=staff[94].pk)
    return [*tries, gone, Act(0, 2, 5, "officer.activated", person=staff[94].pk)]


def _many_victims(since: date) -> list[Act]:
    """Within one week of the calendar, whatever day the simulation begins on."""
    first = 0 if since.isoweekday() < 6 else 8 - since.isoweekday()
    return [
        Act(85, first + i // 8, 10 + i % 8 / 10, person=FIRST_PERSON + 10 + i) for i in range(14)
    ]


def _rest_day(size: Size, since: date) -> tuple[int, int]:
    """A response officer and a day between two others without duty."""
    for n in range(90, size.officers):
        for day in range(1, 5):
            turn = ((since - date(2026, 1, 1)).days + day + n // UNITS) % 10
            if kind_of(n) == "response" and turn in (7, 8):
                return n, day
    raise ValueError("no response officer rests in the first days: make the force larger")


def personal() -> list[dict[str, str]]:
    """Personnel rows that the planted acts need: a household, and a home with neighbours."""
    home = {"house": "1", "street": "Planted Close", "postcode": "B99 9ZZ"}
    son = {"given_names": "Pia", "surname": "Planted", "born_on": "1991-05-06"}
    return [
        {"officer": "sim00062", "relation": "household", **son},
        {"officer": "sim00064", "relation": "self", **home},
        {"officer": "sim00097", "relation": "self", **FILED},
        {"officer": "sim00098", "relation": "associate", **PAT},
    ]


def _neighbours(size: Size) -> list[int]:
    first = FIRST_PERSON + 2 * size.people
    rows: list[dict[str, Any]] = [
        {
            "pk": first + i,
            "given_names": "Otis",
            "surname": f"Next{i}",
            "born_on": date(1980, 1, 1 + i),
            "sex": "M",
            "role": "suspect",
            "home": {"house": str(10 + i), "street": "Planted Close", "postcode": "B99 9ZZ"},
        }
        for i in range(3)
    ]
    add_people(rows)
    return [first + i for i in range(3)]


def _cold_and_filed(size: Size) -> tuple[int, int]:
    """Somebody whose one case ended in 2019, and an officer of whom intelligence is held."""
    cold = FIRST_PERSON + 2 * size.people + 10
    place = {"house": "1", "street": "Planted Way", "postcode": "B99 8ZZ"}
    stranger = {"given_names": "Otis", "surname": "Cold", "born_on": date(1975, 5, 6)}
    common = {"sex": "M", "home": place}
    officer = {**FILED, "born_on": date.fromisoformat(FILED["born_on"]), "role": "subject"}
    then = {"role": "suspect", "event_on": date(2019, 1, 1)}
    add_people([{"pk": cold, **stranger, **then, **common}, {"pk": cold + 1, **officer, **common}])
    return cold, cold + 1
