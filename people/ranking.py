"""The judgement: each candidate against the criteria, a score, a strength, and why.

A wrong "strong" is worse than a miss: a score alone does not make one (names.md, section 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from people import sources
from people.criteria import PersonCriteria
from people.evidence import DAY, Weighed, of_birth, of_identifier, of_place
from people.models import Name
from people.names.compare import Comparison, compare
from people.names.reasons import missing, reasons
from people.names.tables import weight
from people.names.variants import variants

STRONG = 0.85  # both the name alone and the total
POSSIBLE = 0.70
LEAST_NAME = 0.45  # below, a candidate is a coincidence of keys
STRONG_WITH_BIRTH = 0.78  # name enough where the full date of birth is the same
LEAD = 0.02  # total by which the best must be ahead to make lesser ones doubtful
TELLING = 0.75  # weight that a single typed word needs to make a strong match
OTHER_NAME = 0.004  # the recorded name wins a tie against an alias


class Strength(StrEnum):
    """How far a match may be trusted."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Match:
    """One person found. `score` 0 to 1 (1: all that was asked for agrees).

    `why`: plain words, the most telling first.

    `tier` is that of the document judged: everything here comes from evidence at or below it.
    `matched_name` is the recorded name that matched ("" in a search without a name).
    """

    person_id: int
    tier: int
    score: float
    strength: Strength
    why: tuple[str, ...]
    matched_name: str
    matched_kind: str


@dataclass(frozen=True, slots=True)
class _Judged:
    """A match beside what its strength depends on."""

    match: Match
    total: float
    is_exact: bool
    is_identified: bool


def judge(
    criteria: PersonCriteria, words: tuple[str, ...], hits: Iterable[dict[str, Any]], today: date
) -> list[Match]:
    """The candidates that are matches, the best first; equal ones in the index's order."""
    judged = [_judged(criteria, words, hit["_source"], today) for hit in hits]
    kept = [one for one in judged if one is not None]
    kept.sort(key=lambda one: -round(one.total, 4))
    return [_beside(kept[0], one) for one in kept]


def _beside(best: _Judged, other: _Judged) -> Match:
    """Where the best one explains the words clearly better, the other is at most possible."""
    match = other.match
    behind = best.total - other.total >= LEAD or (best.is_exact and not other.is_exact)
    if behind and match.strength is Strength.STRONG and not other.is_identified:
        return replace(match, strength=Strength.POSSIBLE)
    return match


def _judged(
    criteria: PersonCriteria, words: tuple[str, ...], source: dict[str, Any], today: date
) -> _Judged | None:
    comparison, name = _best_name(words, source["names"])
    weighed = [
        of_identifier(criteria, source["ids"]),
        of_birth(criteria, source["births"], today),
        of_place(criteria, source["places"]),
    ]
    identified = weighed[0].is_unique
    if words and comparison.value < LEAST_NAME and weighed[0].amount <= 0:
        return None
    named = comparison.value if words else _without_name(weighed)
    total = named + sum(w.amount for w in weighed)
    best = 1.0 + sum(w.best for w in weighed)
    same_birth = weighed[1].amount == DAY
    strength = _strength(comparison, words, total, identified, same_birth)
    match = Match(
        person_id=source["person_id"],
        tier=int(source["tier"]),
        score=round(min(1.0, max(0.0, total / best)), 3),
        strength=strength,
        why=_why(comparison, name, weighed, has_words=bool(words)),
        matched_name=f"{name[0]} {name[1]}".strip() if words else "",
        matched_kind=name[2] if words else "",
    )
    return _Judged(match, total, comparison.is_exact, identified)


def _best_name(
    words: tuple[str, ...], names: Sequence[Sequence[Any]]
) -> tuple[Comparison, Sequence[Any]]:
    """The recorded name that is most like the typed words."""
    best, best_value = Comparison(0.0, (), words, capped=False), -1.0
    name: Sequence[Any] = names[0] if names else ("", "", Name.Kind.NAME.value, ())
    if not words:
        return best, name
    for variant in variants(names):
        found = compare(words, variant.name)
        value = found.value - OTHER_NAME * (variant.place > 0)
        if value > best_value:
            best, best_value, name = found, value, names[variant.place]
    return best, name


def _without_name(weighed: Sequence[Weighed]) -> float:
    """A search without a name starts where everything asked for makes the full score."""
    return 1.0 if any(w.amount > 0 for w in weighed) else 0.0


def _strength(
    comparison: Comparison,
    words: tuple[str, ...],
    total: float,
    identified: bool,
    same_birth: bool,
) -> Strength:
    if not words:
        return Strength.STRONG if identified else Strength.POSSIBLE
    if identified:
        return Strength.STRONG if comparison.value >= 0.6 else Strength.POSSIBLE
    enough = STRONG_WITH_BIRTH if same_birth else STRONG
    strong = comparison.value >= enough and total >= STRONG and not comparison.capped
    if strong and (len(words) > 1 or weight(words[0]) >= TELLING):
        return Strength.STRONG
    return Strength.POSSIBLE if total >= POSSIBLE else Strength.WEAK


def _why(
    comparison: Comparison, name: Sequence[Any], weighed: Sequence[Weighed], *, has_words: bool
) -> tuple[str, ...]:
    lines = []
    if has_words:
        same = ["same name"] if comparison.value >= 0.995 else []
        lines = [*same, *_of_name(name), *reasons(comparison)]
    lines += [w.words for w in weighed if w.words]
    if has_words and (line := missing(comparison)):
        lines.append(line)
    return tuple(lines)


def _of_name(name: Sequence[Any]) -> list[str]:
    """Where a name other than the best one was recorded: "alias in Custody"."""
    _, _, kind, systems = name
    if kind == Name.Kind.NAME.value and not systems:
        return []
    label = "recorded so" if kind == Name.Kind.NAME.value else Name.Kind(kind).label
    where = " and ".join(sources.title(system) for system in systems[:3])
    return [f"{label} in {where}" if where else label]
