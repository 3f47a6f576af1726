"""A typed name against one recorded name: which word is which, how alike, what is missing.

Never across the names of a person: a given name from one alias with the surname of another is
a false friend. docs/search.md tells each rule's effect.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from people.names.likeness import Likeness, Relation, likeness
from people.names.tables import (
    MEN,
    PARTICLES,
    TITLES,
    WEAK,
    WOMEN,
    is_given,
    is_known,
    is_often_given,
    weight,
)
from people.parameters import PARAMETERS

CLEAR = 0.90  # likeness from which a word is as good as the same
_BY = PARAMETERS.name


class RecordedName(NamedTuple):
    """One name of a person, as folded words."""

    given: tuple[str, ...]
    family: tuple[str, ...]


class Pair(NamedTuple):
    """Typed words [at, at+n) taken for recorded words [to, to+k)."""

    at: int
    n: int
    to: int
    k: int
    typed: str
    recorded: str
    likeness: Likeness


class Comparison(NamedTuple):
    """How alike two names are (0 to 1), by which pairs of words.

    `capped`: something speaks against their being one person's name although they are close:
    two different known names, or an order that makes another name. `turned`: the words stand in
    another order.
    """

    value: float
    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    capped: bool
    turned: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether every typed word is recorded as typed."""
        return not self.missing and all(p.likeness.value == 1.0 for p in self.pairs)


def compare(typed: tuple[str, ...], name: RecordedName) -> Comparison:
    """Compare typed words (titles removed) with a recorded name."""
    recorded = name.given + name.family
    if not typed or not recorded:
        return Comparison(0.0, (), typed, capped=False)
    pairs = _align(sorted(_candidates(typed, recorded), key=_preference))
    taken = {word for p in pairs for word in range(p.at, p.at + p.n)}
    met = {word for p in pairs for word in range(p.to, p.to + p.k)}
    missing = [at for at in range(len(typed)) if at not in taken]
    extra = [to for to in range(len(recorded)) if to not in met]
    gained, total = _paired(pairs, typed, name)
    part, whole = _missing(missing, typed, [recorded[to] for to in extra])
    # in proportion: beside common words a middle name must not cost more than another spelling
    extra_cost = sum(_extra_cost(to, name) for to in extra)
    extra_cost *= min(1.0, total / len(pairs)) if pairs else 1.0
    total += whole + (extra_cost if len(typed) > 1 else extra_cost / 2)
    inversions = sum(a.to > b.to for a, b in pairwise(pairs))
    exact = all(p.likeness.value >= CLEAR for p in pairs)
    turned = (_BY.inversion if exact else _BY.vague_inversion) * min(inversions, 2)
    value = (gained + part) / total - turned if total else 0.0
    capped = (
        any(p.likeness.doubtful for p in pairs)
        or _is_other_order(pairs, inversions, typed)
        or _is_other_initial(missing, extra, typed, name)
        or _is_other_title_of_sex(typed, recorded)
        or _is_surname_alone(pairs, missing, typed)
    )
    left = tuple(typed[a] for a in missing)
    return Comparison(max(0.0, value), tuple(pairs), left, capped, turned=inversions > 0)


def _candidates(typed: tuple[str, ...], recorded: tuple[str, ...]) -> Iterator[Pair]:
    for at, word in enumerate(typed):
        for to, other in enumerate(recorded):
            found = likeness(word, other)
            if found.value:
                yield Pair(at, 1, to, 1, word, other, found)
    yield from _joined(typed, recorded)
    for pair in _joined(recorded, typed):  # several typed words for one recorded
        found = pair.likeness._replace(relation=Relation.SPLIT)
        yield Pair(pair.to, pair.k, pair.at, pair.n, pair.recorded, pair.typed, found)


def _joined(one: tuple[str, ...], many: tuple[str, ...]) -> Iterator[Pair]:
    """A word of `one` that is two or three neighbours of `many` written together."""
    for n in (2, 3):
        for to in range(len(many) - n + 1):
            if not _may_be_glued(many[to : to + n]):
                continue
            glued = "".join(many[to : to + n])
            for at, word in enumerate(one):
                if len(glued) > 3 and abs(len(glued) - len(word)) < 4:
                    found = likeness(word, glued)
                    if found.value >= _BY.least_join and _may_join(found, word, glued):
                        joined = Likeness(found.value * _BY.join_factor, Relation.JOINED)
                        yield Pair(at, 1, to, n, word, " ".join(many[to : to + n]), joined)


def _may_be_glued(words: tuple[str, ...]) -> bool:
    """An initial is no part of a word; O and D before a surname are, but no letter that it has
    already ("M McFadden").
    """
    *before, last = words
    return len(last) > 1 and all(
        len(w) > 1 or (w in _PREFIXES and not last.startswith(w)) for w in before
    )


_PREFIXES = frozenset("odlmy")


def _may_join(found: Likeness, word: str, glued: str) -> bool:
    """Two words may sound like a long surname that they are not: letters must agree."""
    if found.relation in (Relation.SOUND, Relation.CONSONANTS):
        return JaroWinkler.similarity(word, glued) >= 0.85
    return found.relation in (Relation.SAME, Relation.SPELLING, Relation.VARIANT)


def _preference(pair: Pair) -> tuple[float, int]:
    """Best first; a join that explains more words goes before its parts if nearly exact."""
    words = pair.n + pair.k if max(pair.n, pair.k) > 1 and pair.likeness.value > 0.9 else 2
    return -pair.likeness.value * words, abs(pair.at - pair.to)


def _align(candidates: list[Pair]) -> list[Pair]:
    """Greedy one-to-one alignment, in the order of the typed words."""
    taken: set[int] = set()
    met: set[int] = set()
    chosen = []
    for pair in candidates:
        words, others = range(pair.at, pair.at + pair.n), range(pair.to, pair.to + pair.k)
        if taken.isdisjoint(words) and met.isdisjoint(others):
            taken.update(words)
            met.update(others)
            chosen.append(pair)
    return sorted(chosen)


def _paired(pairs: list[Pair], typed: tuple[str, ...], name: RecordedName) -> tuple[float, float]:
    recorded, family_from = name.given + name.family, len(name.given)
    gained = total = 0.0
    for p in pairs:
        share = sum(weight(w) for w in recorded[p.to : p.to + p.k])
        if p.likeness.relation is not Relation.SAME:
            # the rarer of the two: a near miss of a common name must not come cheap
            share = max(share, sum(weight(w) for w in typed[p.at : p.at + p.n]))
        if p.to + p.k > family_from:
            share *= _BY.family_factor
        gained += share * p.likeness.value
        total += share
    return gained, total


def _missing(missing: list[int], typed: tuple[str, ...], free: list[str]) -> tuple[float, float]:
    """What typed words without a partner take away, softened where one is a little alike."""
    gained = total = 0.0
    for at in missing:
        word = typed[at]
        cost = _missing_cost(word)
        total += cost
        if free and cost > 0.3:
            gained += cost * 0.25 * max(_slightly(word, other) for other in free)
    return gained, total


def _missing_cost(word: str) -> float:
    if word in TITLES or word in PARTICLES or is_patronymic(word):
        return 0.15
    if word in WEAK:
        return 0.20
    if len(word) == 1:
        return 0.45
    return 0.9 * max(0.5, weight(word)) if is_known(word) else 0.6


def _slightly(word: str, other: str) -> float:
    similar = JaroWinkler.similarity(word, other)
    return similar if word[0] == other[0] else 0.3 * similar


def _extra_cost(to: int, name: RecordedName) -> float:
    """A recorded word that was not typed costs little: middle names, second surnames."""
    recorded = name.given + name.family
    word = recorded[to]
    if word in TITLES or word in PARTICLES:
        return 0.01
    if word in WEAK:
        return 0.02
    leads = (to == 0 and name.given) or to >= len(name.given)
    return 0.08 if leads else 0.05


def _is_other_order(pairs: list[Pair], inversions: int, typed: tuple[str, ...]) -> bool:
    """Turned round, and every typed word can be a given name: perhaps another name."""
    return inversions > 0 and len(pairs) > 1 and all(is_given(word) for word in typed)


def _is_other_initial(
    missing: list[int], extra: list[int], typed: tuple[str, ...], name: RecordedName
) -> bool:
    """A typed initial stands for nothing, though the record has a middle name."""
    initials = any(len(typed[at]) == 1 for at in missing)
    return initials and any(to < len(name.given) for to in extra)


def _is_surname_alone(pairs: list[Pair], missing: list[int], typed: tuple[str, ...]) -> bool:
    """Only one word agrees, and the other is a title or somebody's name: Junior, Malik."""
    return len(pairs) == 1 and any(is_often_given(typed[at]) for at in missing)


def _is_other_title_of_sex(typed: tuple[str, ...], recorded: tuple[str, ...]) -> bool:
    """One name has Singh, the other Kaur: not one person, however alike the rest."""
    sexes = [(bool(MEN.intersection(n)), bool(WOMEN.intersection(n))) for n in (typed, recorded)]
    return sorted(sexes) == [(False, True), (True, False)]


_PATRONYMIC = re.compile(r"\w{3,}(?:ovich|evich|ovych|evych|ovna|evna|ivna|ovic|oglu|qizi|kyzy)$")


def is_patronymic(word: str) -> bool:
    """A father's name as East Slavic and Turkic names add it; often left out."""
    return bool(_PATRONYMIC.match(word))
