"""A made-up force and the people it polices, for simulations of oversight.

Everything follows from numbers, so that SQL can name a person, a unit or a reference without
looking it up: person `i` lives in the area of unit `i % UNITS` and stands in the event
`reference(i)`; one in eight is a female victim, one in eight a male one. Assumed, none of it
measured: three officers in ten live in the force's area; two in a hundred stand in a record as
the victim of an assault on duty; at one home in a hundred somebody known lived before; one
household in two hundred has a member in a record.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from audit.oversight import hr
from audit.oversight.models import HrHash
from people.models import Address, BirthDate, Link, Name, NominalRecord, Person
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit
from wmp_search.access.purpose_models import Task

# the first person is a multiple of UNITS and VICTIM_EVERY, so that sums name units and victims
UNITS, FIRST_PERSON, VICTIM_EVERY, POSTCODES = 60, 960_000, 8, 300
SUPERVISOR_EVERY = 8
KINDS = ("response",) * 10 + ("neighbourhood",) * 4 + ("detective",) * 4 + ("abuse", "analyst")
GIVEN = (
    *("Ada", "Ben", "Cleo", "Dev", "Ewa", "Farah", "Gus", "Hana", "Idris", "Jo", "Kemi", "Lars"),
    *("Mina", "Noor", "Otis", "Pia", "Ravi", "Sian"),
)
CHANGED = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the force is; the same seed makes the same force."""

    officers: int = 7_000
    people: int = 48_000
    seed: int = 2026


def reference(person: int) -> str:
    """The crime that a person's record belongs to."""
    return f"20/{100_000 + person - FIRST_PERSON}/26"


def make(owner: psycopg.Connection, size: Size, since: date) -> list[Officer]:
    """Officers in units, supervisors, people, personnel hashes, tasks and a table of staff."""
    rng = random.Random(size.seed)  # noqa: S311  the same force in every run
    staff = _officers(size, since)
    _people(size, rng)
    personnel = list(_personnel(staff, size, rng))
    hr.replace(personnel)
    _known_staff(staff, personnel, size, rng)
    _tasks(staff, since)
    _staff_table(owner, staff)
    return staff


def _officers(size: Size, since: date) -> list[Officer]:
    units = [Unit.objects.get_or_create(name=f"Unit {n:02}")[0] for n in range(UNITS)]
    Officer.objects.bulk_create(
        [
            Officer(username=f"sim{n:05}", password="!", unit=units[n % UNITS])
            for n in range(size.officers)
        ],
        batch_size=2_000,
    )
    staff = list(Officer.objects.filter(username__startswith="sim").order_by("username"))
    role = {r.slug: r for r in Role.objects.all()}
    RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(officer=one, role=role[slug], starts_on=since - timedelta(days=400))
            for n, one in enumerate(staff)
            for slug in roles_of(n)
        ],
        batch_size=2_000,
    )
    return staff


def add_personnel(rows: list[dict[str, str]]) -> None:
    """Hashes of these rows beside those that are loaded."""
    officers = dict(Officer.objects.values_list("username", "pk"))
    HrHash.objects.bulk_create(
        HrHash(
            officer_id=officers[row["officer"]],
            relation=row["relation"],
            kind=kind,
            digest=digest,
        )
        for row in rows
        for kind, digest in hr.particulars(row)
    )


def kind_of(number: int) -> str:
    return KINDS[number // UNITS * 7 % len(KINDS)]


def roles_of(number: int) -> list[str]:
    """One in eight supervises the unit, too."""
    base = "analyst" if kind_of(number) == "analyst" else "officer"
    return sorted({base, *(["supervisor"] if number // UNITS % SUPERVISOR_EVERY == 0 else [])})


def _postcode(unit: int, number: int) -> str:
    """One of a unit's; from the hundredth on they stand in other areas than B."""
    area, district = divmod(unit, 99)
    letters = f"{chr(67 + area // 20)}{chr(65 + area % 20)}" if area else "B"
    sector, rest = number % 9 + 1, f"{chr(65 + number // 9 % 26)}{chr(65 + number // 234)}"
    return f"{letters}{district + 1} {sector}{rest}"


def _home(rng: random.Random, unit: int) -> dict[str, str]:
    code = _postcode(unit, rng.randrange(POSTCODES))
    return {"house": str(rng.randrange(1, 60)), "street": f"Road {code[1:]}", "postcode": code}


def _born(rng: random.Random, oldest: int, youngest: int) -> date:
    return date(2026, 1, 1) - timedelta(days=rng.randrange(youngest * 365, oldest * 365))


def _people(size: Size, rng: random.Random) -> None:
    rows = []
    for i in range(FIRST_PERSON, FIRST_PERSON + size.people):
        kind = i // UNITS % VICTIM_EVERY
        rows.append(
            {
                "pk": i,
                "given_names": rng.choice(GIVEN),
                "surname": f"Lane{rng.randrange(4_000)}",
                "born_on": _born(rng, 80, 12),
                "sex": "F" if kind == 0 or kind > 5 else "M",
                "role": "victim" if kind < 2 else "suspect",
                "home": _home(rng, i % UNITS),
            }
        )
    add_people(rows)


def add_people(rows: list[dict[str, Any]]) -> None:
    """People with one record each; a row: pk, names, born_on, sex, role, home, maybe event_on."""
    records: list[Any] = []
    people: list[Any] = []
    links: list[Any] = []
    names: list[Any] = []
    births: list[Any] = []
    homes: list[Any] = []
    for row in rows:
        pk, role = row["pk"], row["role"]
        who = {k: row[k] for k in ("given_names", "surname")}
        dated = {"born_on": row["born_on"]}
        precise = {**dated, "born_precision": "D", "sex": row["sex"]}
        records.append(
            NominalRecord(
                pk=pk, system="crime_recording", source_ref=str(pk), role=role, **who, **precise,
                event_ref=reference(pk), event_on=row.get("event_on"), changed_at=CHANGED,
            )
        )  # fmt: skip
        people.append(Person(pk=pk, tiers=[0], roles=[role], updated_at=CHANGED, **who, **precise))
        common = {"person_id": pk, "records": [pk], "tier": 0, "rank": 0}
        links.append(Link(record_id=pk, person_id=pk, method="model", run_id=1))
        names.append(Name(kind="name", **who, **common))
        births.append(BirthDate(precision="D", **dated, **common))
        homes.append(Address(**row["home"], **common))
    for some in (records, people, links, names, births, homes):
        type(some[0]).objects.bulk_create(some, batch_size=5_000)


def _personnel(staff: list[Officer], size: Size, rng: random.Random) -> Iterator[dict[str, str]]:
    for n, one in enumerate(staff):
        inside = rng.random() < 0.3
        home = _home(rng, rng.randrange(UNITS)) if inside else _home(rng, UNITS + n)
        base = {"officer": one.username, **home}
        for relation, surname in (("self", f"Field{n}"), ("household", f"Home{n}")):
            yield {
                **base,
                "relation": relation,
                "given_names": rng.choice(GIVEN),
                "surname": surname,
                "born_on": _born(rng, 64, 20).isoformat(),
                "phone": f"07700{n:06}" if relation == "self" else "",
                "vehicle": f"BX{n % 89 + 10} {n:05}" if relation == "self" else "",
                "collar": f"{n:05}" if relation == "self" else "",
            }


def _known_staff(
    staff: list[Officer], personnel: list[dict[str, str]], size: Size, rng: random.Random
) -> None:
    """Officers assaulted on duty, households in records, people who lived at a home before."""
    rows: list[dict[str, Any]] = []
    for n in range(len(staff)):
        for row, share, role in ((0, 0.02, "victim"), (1, 0.005, "suspect"), (2, 0.01, "suspect")):
            if rng.random() >= share:
                continue
            given = personnel[2 * n + min(row, 1)]
            stranger = {"given_names": rng.choice(GIVEN), "surname": f"Lane{rng.randrange(4_000)}"}
            who = stranger if row == 2 else {k: given[k] for k in ("given_names", "surname")}
            born = date.fromisoformat(given["born_on"]) if row < 2 else _born(rng, 80, 18)
            home = {k: given[k] for k in ("house", "street", "postcode")}
            elsewhere = _home(rng, n % UNITS) if row == 0 else home
            pk = FIRST_PERSON + size.people + len(rows)
            rows.append({"pk": pk, **who, "born_on": born, "sex": "M", "role": role,
                         "home": elsewhere})  # fmt: skip
    if rows:
        add_people(rows)


def _tasks(staff: list[Officer], since: date) -> None:
    """One task of each unit that runs the whole time."""
    began = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=30)
    units = {one.unit_id for one in staff}
    Task.objects.bulk_create(
        Task(
            reference=f"OP/{unit}/26", kind="task", title="Operation", unit_id=unit,
            purpose_code="CRIME-INV", open_from=began,
        )
        for unit in units
    )  # fmt: skip


def _staff_table(owner: psycopg.Connection, staff: list[Officer]) -> None:
    owner.execute("DROP TABLE IF EXISTS sim_staff")
    owner.execute(
        "CREATE TABLE sim_staff (n int, id bigint, username text, unit_id bigint, unit_no int, "
        "kind text, roles varchar(40)[])"
    )
    with owner.cursor() as cursor, cursor.copy("COPY sim_staff FROM STDIN") as copy:
        for n, one in enumerate(staff):
            copy.write_row(
                (n, one.pk, one.username, one.unit_id, n % UNITS, kind_of(n), roles_of(n))
            )
    owner.execute("ANALYZE sim_staff")
    owner.commit()
