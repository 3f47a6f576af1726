"""People = the model's clusters + what people decided. The model can never override a decision.

One pure function, `divide`, is used by every run and by the immediate change of a few people, so
that both give the same people.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.resolution.recut import Seed, Sides

Likeness = Callable[[int, int], int]  # how many values two records share


@dataclass(frozen=True, slots=True)
class Constraint:
    """A standing decision: `same` is False for different people."""

    number: int
    same: bool
    left: frozenset[int]
    right: frozenset[int]

    @property
    def records(self) -> frozenset[int]:
        """All records named."""
        return self.left | self.right


def divide(
    machine: Mapping[int, int], constraints: Sequence[Constraint], likeness: Likeness
) -> dict[int, int]:
    """Record → the smallest record of its person. `machine`: record → the model's cluster.

    Records said to be the same are joined first; then each of the model's clusters, as far as
    "different" allows: records that a decision names before those that none names, each of these
    with the record most like it. The order of records does not matter. Decisions on records that
    are not in `machine` count as far as the others go.
    """
    sides = Sides()
    for record in sorted(machine):
        sides.add(record, _seeds(record, constraints))
    for one in sorted(constraints, key=lambda c: c.number):
        if one.same:
            _join_all(sides, sorted(one.records & machine.keys()))
    named = frozenset[int]().union(*(c.records for c in constraints))
    for members in _clusters(machine):
        if _is_contested(sides, members, constraints, machine):
            _part(sides, members, named, likeness)
        else:
            _join_all(sides, members)
    smallest: dict[int, int] = {}
    return {r: smallest.setdefault(sides.find(r), r) for r in sorted(machine)}


def _seeds(record: int, constraints: Iterable[Constraint]) -> dict[Seed, set[Seed]]:
    seeds: dict[Seed, set[Seed]] = {}
    for one in constraints:
        left, right = (str(one.number), "left"), (str(one.number), "right")
        if not one.same and record in one.left:
            seeds[left] = {right}
        elif not one.same and record in one.right:
            seeds[right] = {left}
    return seeds


def _clusters(machine: Mapping[int, int]) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for record in sorted(machine):
        found[machine[record]].append(record)
    return [found[label] for label in sorted(found, key=lambda label: found[label][0])]


def _join_all(sides: Sides, records: Sequence[int]) -> None:
    for record in records[1:]:
        sides.join(records[0], record)


def _is_contested(
    sides: Sides,
    members: list[int],
    constraints: Sequence[Constraint],
    machine: Mapping[int, int],
) -> bool:
    """Whether joining all members would bring together what a decision keeps apart."""
    inside = {sides.find(r) for r in members}
    return any(
        not one.same
        and any(sides.find(r) in inside for r in one.left & machine.keys())
        and any(sides.find(r) in inside for r in one.right & machine.keys())
        for one in constraints
    )


def _part(sides: Sides, members: list[int], named: frozenset[int], likeness: Likeness) -> None:
    placed: list[int] = []
    for record in sorted(members, key=lambda r: (r not in named, r)):
        for other in sorted(placed, key=lambda o: (-likeness(record, o), o)):
            if sides.join(other, record):
                break
        placed.append(record)
