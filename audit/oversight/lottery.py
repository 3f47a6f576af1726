"""The draw itself: a pure function of a seed and of what stands in the box.

Each candidate gets the number u = SHA-256(seed | event id) as a fraction and the key u^(1/weight);
the highest keys win (Efraimidis and Spirakis 2006: a weighted sample without replacement). Order
of the candidates, machine and time do not matter: the same seed always draws the same events.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Candidate:
    """One event that may be drawn. `weight` > 0; `due`: its officer must be sampled now."""

    event_id: str
    officer_id: int
    unit_id: int | None
    weight: float = 1.0
    reasons: tuple[str, ...] = ()
    due: int = 0  # days over the day on which the officer was due; 0: not due


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who may review. `units`: supervisors by unit; `barred`: pairs in one household;
    `reviewed_by`: who reviewed whom lately (reviewer, officer).
    """

    units: Mapping[int | None, Sequence[int]]
    barred: frozenset[frozenset[int]] = frozenset()
    reviewed_by: frozenset[tuple[int, int]] = frozenset()

    def may(self, reviewer: int, officer: int) -> bool:
        """Never oneself, one's household, or somebody who reviews oneself (policing.md H8)."""
        return (
            reviewer != officer
            and frozenset((reviewer, officer)) not in self.barred
            and (officer, reviewer) not in self.reviewed_by
        )


@dataclass(frozen=True, slots=True)
class Pick:
    """An event drawn for a reviewer. `reviewer_id` None: nobody of the force may review it."""

    candidate: Candidate
    reviewer_id: int | None


@dataclass(slots=True)
class _Desk:
    """Who has how much to review already, and who reviews whom."""

    reviewers: Reviewers
    load: Counter[int] = field(default_factory=Counter)
    pairs: set[tuple[int, int]] = field(default_factory=set)

    def give(self, candidate: Candidate, seed: str, most: int | None) -> int | None:
        """The least loaded of the unit, by lot; without one there, of the rest of the force."""
        for among in (self.reviewers.units.get(candidate.unit_id, ()), self._elsewhere(candidate)):
            able = [
                r
                for r in among
                if self.reviewers.may(r, candidate.officer_id)
                and (candidate.officer_id, r) not in self.pairs
                and (most is None or self.load[r] < most)
            ]
            if able:
                lot = f"{seed}|{candidate.event_id}"
                chosen = min(able, key=lambda r: (self.load[r], fraction(lot, str(r))))
                self.load[chosen] += 1
                self.pairs.add((chosen, candidate.officer_id))
                return chosen
        return None

    def _elsewhere(self, candidate: Candidate) -> list[int]:
        units = self.reviewers.units
        return [r for unit, some in units.items() if unit != candidate.unit_id for r in some]


def draw(
    seed: str, candidates: Iterable[Candidate], reviewers: Reviewers, *, each: int
) -> list[Pick]:
    """At most `each` for a supervisor, those due before the rest; what is long due is drawn over
    and above. One event an officer a day.
    """
    desk = _Desk(reviewers)
    best: dict[int, tuple[float, Candidate]] = {}
    for one in candidates:
        key = lot_key(seed, one)
        if one.officer_id not in best or key > best[one.officer_id][0]:
            best[one.officer_id] = (key, one)
    queues: dict[int | None, list[tuple[float, Candidate]]] = defaultdict(list)
    for key, one in best.values():
        queues[one.unit_id].append((key, one))
    picks = []
    for unit in sorted(queues, key=lambda u: (u is None, u)):
        room = max(1, each * len(reviewers.units.get(unit, ())))
        ordered = sorted(queues[unit], key=lambda pair: (-pair[1].due, -pair[0]))
        for place, (_, one) in enumerate(ordered):
            is_long_due = one.due > MOST_DAYS_DUE
            if place >= room and not is_long_due:
                break
            reviewer = desk.give(one, seed, None if is_long_due else each)
            if reviewer is not None or is_long_due:
                picks.append(Pick(one, reviewer))
    return picks


MOST_DAYS_DUE = 10  # after so many days an officer is drawn whatever the supervisors' number


def lot_key(seed: str, one: Candidate) -> float:
    """log(u) / weight, which orders as u^(1/weight) does and cannot underflow."""
    return math.log(fraction(seed, one.event_id)) / one.weight


def fraction(seed: str, name: str) -> float:
    """A number in (0, 1) that nobody can choose: the first 53 bits of SHA-256(seed | name)."""
    number = int.from_bytes(hashlib.sha256(f"{seed}|{name}".encode()).digest()[:8]) >> 11
    return (number + 0.5) / 2**53
