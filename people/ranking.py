"""The judgement: each candidate against the criteria, a score, a strength, and why.

A wrong "strong" is worse than a miss: a score alone does not make one (names.md, section 5).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Any

from people import sources
from people.criteria import PersonCriteria
from people.evidence import Weighed, of_birth, of_identifiers, of_place, of_sex
from people.models import Name
from people.names.compare import Comparison, RecordedName, compare
from people.names.reasons import missing, reasons
from people.names.tables import weight
from people.names.variants import variants
from people.parameters import PARAMETERS

_BY = PARAMETERS.strength
Against = Callable[[RecordedName], Comparison]  # the typed words against one recorded name


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
    against = cache(partial(compare, words))  # many candidates bear the same names
    judged = [_judged(criteria, words, hit, today, against) for hit in hits]
    kept = [one for one in judged if one is not None]
    kept.sort(key=lambda one: -round(one.total, 4))
    return [_beside(kept[0], one) for one in kept]


def _beside(best: _Judged, other: _Judged) -> Match:
    """Where the best one explains the words clearly better, the other is at most possible."""
    match = other.match
    behind = best.total - other.total >= _BY.lead or (best.is_exact and not other.is_exact)
    if behind and match.strength is Strength.STRONG and not other.is_identified:
        return replace(match, strength=Strength.POSSIBLE)
    return match


def _judged(
    criteria: PersonCriteria,
    words: tuple[str, ...],
    hit: dict[str, Any],
    today: date,
    against: Against,
) -> _Judged | None:
    source, held = hit["_source"], hit.get("matched_queries", ())
    comparison, name = _best_name(words, source["names"], against)
    weighed = [
        of_identifiers(criteria, held),
        of_birth(criteria, source["births"], today),
        of_place(criteria, source["places"]),
        of_sex(criteria, source["sexes"]),
    ]
    identified = weighed[0].is_unique
    if words and comparison.value < _BY.least_name and weighed[0].amount <= 0:
        return None
    named = comparison.value if words else _without_name(weighed)
    is_other = bool(words) and any(name is other for other in source["names"][1:])
    aside = PARAMETERS.name.other_name if is_other else 0.0
    total = named - aside + sum(w.amount for w in weighed)
    best = 1.0 + sum(w.best for w in weighed)
    same_birth = weighed[1].amount == PARAMETERS.birth.day
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
    words: tuple[str, ...], names: Sequence[Sequence[Any]], against: Against
) -> tuple[Comparison, Sequence[Any]]:
    """The recorded name that is most like the typed words."""
    best, best_value = Comparison(0.0, (), words, capped=False), -1.0
    name: Sequence[Any] = names[0] if names else ("", "", Name.Kind.NAME.value, ())
    if not words:
        return best, name
    for variant in variants(names):
        found = against(variant.name)
        value = found.value - PARAMETERS.name.other_name * (variant.place > 0)
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
        return (
            Strength.STRONG
            if comparison.value >= _BY.strong_with_identifier
            else Strength.POSSIBLE
        )
    enough = _BY.strong_with_birth if same_birth else _BY.strong
    strong = comparison.value >= enough and total >= _BY.strong and not comparison.capped
    if strong and (len(words) > 1 or weight(words[0]) >= _BY.telling):
        return Strength.STRONG
    return Strength.POSSIBLE if total >= _BY.possible else Strength.WEAK


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
