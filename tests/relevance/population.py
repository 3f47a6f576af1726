"""People for measuring name search: the development sets among generated neighbours.

Rows go straight into the golden tables by COPY, as resolution would leave them: one nominal
record, person, link, name and date of birth each, aliases as further names.
"""

import bisect
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from django.db import connection

from people.names.tables import given_names, surnames
from tests.shared_data import SHARED

DATA = SHARED / "names_dev"
SYSTEM = "names_dev"

# frequent names of the region that the national tables place too low (per million)
_REGION_GIVEN = {
    "mohammed": 9000, "muhammad": 5000, "abdul": 2500, "fatima": 1500, "aisha": 1500,
    "gurpreet": 900, "jaspreet": 800, "harpreet": 700, "sukhwinder": 500, "balwinder": 500,
    "manjit": 500, "nasreen": 500, "shabana": 500, "imran": 1200, "tariq": 700, "abdi": 400,
    "piotr": 700, "agnieszka": 600, "katarzyna": 600, "andrzej": 400, "ionut": 300, "marius": 400,
}  # fmt: skip
_REGION_FAMILY = {
    "khan": 9000, "singh": 9000, "kaur": 7000, "hussain": 8000, "begum": 5000, "ahmed": 6000,
    "ali": 6000, "patel": 5000, "akhtar": 2500, "mahmood": 2500, "bibi": 3000, "iqbal": 2000,
    "kowalski": 500, "nowak": 700, "kowalska": 400, "wisniewska": 300, "popescu": 300,
    "mohamed": 1500, "hassan": 1800, "gill": 1500, "sandhu": 900, "dhillon": 800, "uddin": 900,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the measuring population; `dob` is a full ISO date."""

    ref: str
    given: str
    family: str
    aliases: tuple[str, ...]
    dob: str


def development() -> list[Someone]:
    """The wanted people and their namesakes of the development set."""
    found = []
    for file in ("people_dev.jsonl", "companions_dev.jsonl"):
        for line in (DATA / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            aliases = tuple(row["aliases"])
            found.append(Someone(row["id"], row["given"], row["family"], aliases, row["dob"]))
    return found


def neighbours(number: int, seed: int = 1) -> Iterator[Someone]:
    """Other people of the region: names drawn by their frequency, some with a middle name."""
    draw = random.Random(seed)  # noqa: S311  not for secrets
    given = _Urn({n: k.per_million for n, k in given_names().items()} | _REGION_GIVEN)
    family = _Urn(dict(surnames()) | _REGION_FAMILY)
    for at in range(number):
        names = [given.pick(draw)]
        if draw.random() < 0.35:
            names.append(given.pick(draw))
        surname = family.pick(draw)
        if draw.random() < 0.03:
            surname = f"{surname}-{family.pick(draw)}"
        dob = f"{draw.randint(1940, 2010)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        yield Someone(f"N{at}", " ".join(names).title(), surname.title(), (), dob)


class _Urn:
    """Weighted drawing in logarithmic time."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._names = list(weights)
        self._until = list(accumulate(weights.values()))

    def pick(self, draw: random.Random) -> str:
        return self._names[bisect.bisect(self._until, draw.random() * self._until[-1])]


def insert(people: Iterable[Someone], first: int = 1) -> None:
    """COPY them into the golden tables; ids count from `first`, for record and person alike."""
    everyone = list(enumerate(people, first))
    _copy(
        "people_nominalrecord (id, system, source_ref, tier, title, given_names, surname, names,"
        " alias_births, sex, pnc_id, cro, addresses, phones, emails, vehicles, markers,"
        " ethnicity_self, ethnicity_observed, born_precision, other_ids, role, event_kind,"
        " event_ref, event_summary, grade, grade_scheme, handling, note, issues, changed_at)",
        (
            (pk, SYSTEM, p.ref, 0, "", p.given, p.family, "[]", "{}", "", "", "", "[]", "{}", "{}",
             "{}", "[]", "", "", "D", "{}", "involved", "", "", "", "", "", "", "", "{}", "now")
            for pk, p in everyone
        ),
    )  # fmt: skip
    _copy(
        "people_person (id, version, status, tiers, given_names, surname, born_on, born_precision,"
        " sex, record_count, systems, roles, is_mention, content_hash, updated_at)",
        (
            (pk, 1, "current", "{0}", p.given, p.family, p.dob, "D", "", 1, f"{{{SYSTEM}}}",
             "{involved}", "f", b"", "now")
            for pk, p in everyone
        ),
    )  # fmt: skip
    _copy(
        "people_link (record_id, person_id, method, run_id)",
        ((pk, pk, "single", 1) for pk, _ in everyone),
    )
    _copy(
        "people_name (person_id, records, tier, rank, kind, given_names, surname)",
        (row for pk, p in everyone for row in _names(pk, p)),
    )
    _copy(
        "people_birthdate (person_id, records, tier, rank, born_on, precision)",
        ((pk, f"{{{pk}}}", 0, 0, p.dob, "D") for pk, p in everyone),
    )


def _names(pk: int, person: Someone) -> Iterator[tuple[object, ...]]:
    yield pk, f"{{{pk}}}", 0, 0, "name", person.given, person.family
    for rank, alias in enumerate(person.aliases, 1):
        given, _, surname = alias.rpartition(" ")
        yield pk, f"{{{pk}}}", 0, rank, "alias", given or surname, surname if given else ""


def _copy(table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
