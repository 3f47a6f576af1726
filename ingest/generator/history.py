"""Which system recorded whom, and when: about ten records per person."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.generator.households import YEAR
from ingest.generator.naming import NONE
from ingest.generator.population import OFFENDER, PUBLIC, VULNERABLE, People
from ingest.generator.reference import Ints, cumulative, pick

YEARS_BACK: Final = 12
YOUNGEST: Final = {OFFENDER: 12.2, PUBLIC: 1.0, VULNERABLE: 1.0}  # years of age at a record
SYSTEMS: Final = (
    "crime_recording", "incidents", "custody", "intelligence", "stop_search", "pnc",
    "offender_management", "missing_persons", "domestic_abuse", "firearms",
)  # fmt: skip
# How the records of a kind of person spread over SYSTEMS (ours; about the volumes of a large
# force). A row of domestic abuse names two people, so its share counts double.
SPREAD: Final = {
    OFFENDER: (0.205, 0.135, 0.155, 0.155, 0.075, 0.155, 0.075, 0.010, 0.032, 0.003),
    PUBLIC: (0.410, 0.450, 0.000, 0.045, 0.030, 0.000, 0.000, 0.010, 0.030, 0.025),
    VULNERABLE: (0.340, 0.400, 0.000, 0.050, 0.010, 0.000, 0.000, 0.170, 0.030, 0.000),
}
AFTER_ARREST: Final = ("custody", "pnc", "offender_management")  # otherwise crime recording
BEFORE_ARREST: Final = 700  # days of records before a first arrest: as victim, suspect, subject
SHOWCASE: Final = (0, 5, 2, 3, 1, 4, 6, 0, 2, 3)  # systems of a showcase person, in turn


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one system in order of time: the person's position and the day of each."""

    person: Ints
    day: Ints  # days since 1970-01-01

    def __len__(self) -> int:
        return len(self.person)


def make(rng: np.random.Generator, people: People, today: int) -> dict[str, Records]:
    """The records of every system but gangs, which has its own rules."""
    person = np.repeat(np.arange(people.count), people.records)
    day = _days(rng, people, person, today)
    system = _systems(rng, people, person, day)
    made = {}
    for number, name in enumerate(SYSTEMS):
        chosen = np.flatnonzero(system == number)
        in_time = chosen[np.argsort(day[chosen], kind="stable")]
        made[name] = Records(person[in_time], day[in_time])
    return made


def _systems(rng: np.random.Generator, people: People, person: Ints, day: Ints) -> Ints:
    system = np.zeros(len(person), dtype=np.int64)
    for kind, shares in SPREAD.items():
        of_kind = people.kind[person] == kind
        system[of_kind] = pick(rng, cumulative(list(shares)), int(of_kind.sum()))
    turn = np.arange(len(person)) - np.searchsorted(person, person, side="left")
    young = day - people.family.born[person] < 18 * YEAR
    system = np.where(young & (system == SYSTEMS.index("firearms")), 0, system)
    innocent = day < people.police.first_arrest[person]
    arrested = np.isin(system, [SYSTEMS.index(name) for name in AFTER_ARREST])
    system = np.where(innocent & arrested, 0, system)
    in_turn = np.array(SHOWCASE)[turn % len(SHOWCASE)]
    chosen: Ints = np.where(people.showcase[person] == NONE, system, in_turn)
    return chosen


def _days(rng: np.random.Generator, people: People, person: Ints, today: int) -> Ints:
    """Mostly recent days within YEARS_BACK, never before the person was old enough."""
    age = (YEARS_BACK * YEAR * rng.beta(1.0, 1.7, len(person))).astype(np.int64)
    youngest = np.array([YOUNGEST[kind] for kind in (OFFENDER, PUBLIC, VULNERABLE)])
    earliest = people.family.born + (youngest[people.kind] * YEAR).astype(np.int64)
    before = np.where(people.showcase == NONE, BEFORE_ARREST, 0)
    known = people.police.first_arrest - before
    earliest = np.where(people.police.has_pnc, np.maximum(earliest, known), earliest)
    earliest = np.minimum(earliest, today - 40)[person]
    day = today - 1 - age
    again = earliest + (rng.random(len(person)) * (today - earliest)).astype(np.int64)
    days: Ints = np.where(day < earliest, again, day)
    return days
