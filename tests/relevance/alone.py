"""One typed line against one person, without an index: who is called strong, by set and by kind.

Judged lines (judged.py) are compared with the person or the look-alike they name, as if nobody
else were there: no better candidate takes a strong away. Kinds of look-alikes are drawn by a fixed
seed from the name tables of the product by the hundred; some of their pairs are spellings of one
name, so that their shares are for comparing one state of the rules with another.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from rapidfuzz.distance import OSA

from people.criteria import PersonCriteria
from people.names.keys import codes
from people.names.tables import given_names, is_often_given, percent_female, shared_kinds, surnames
from people.query import name_words
from people.ranking import Strength, judge
from tests.relevance.judged import Judged
from tests.relevance.population import Someone

TODAY = date(2026, 11, 28)
MOST = 300  # look-alikes of a kind
Pair = tuple[str, str]
Case = tuple[str, str, Someone]  # typed name, typed date of birth, who is there


def is_strong(typed: str, born_on: str, person: Someone) -> bool:
    """Whether the person would be called a strong match of what was typed."""
    criteria = PersonCriteria(name=typed, born_on=born_on)
    found = judge(criteria, name_words(typed), [_hit(person)], TODAY)
    return bool(found) and found[0].strength is Strength.STRONG


def _hit(person: Someone) -> dict[str, Any]:
    aliases = (alias.rpartition(" ") for alias in person.aliases)
    names = [(given or last, last if given else "", "alias", ()) for given, _, last in aliases]
    source = {
        "person_id": 1, "tier": 0, "names": [(person.given, person.family, "name", ()), *names],
        "births": [(person.dob, "D")], "places": [], "sexes": [],
    }  # fmt: skip
    return {"_source": source, "matched_queries": ()}


def strong(lines: Iterable[Judged]) -> dict[str, float]:
    """Shares from 0 to 1: `true` of those to be found, `alone` of look-alikes nobody is beside."""
    true, alone = [], []
    for line in lines:
        if line.look_alike is None and line.person:
            true.append(is_strong(line.typed, line.born_on, line.person))
        elif line.look_alike and line.person is None:
            alone.append(is_strong(line.typed, line.born_on, line.look_alike))
    return {"true": _share(true), "alone": _share(alone)}


def kinds() -> dict[str, float]:
    """The share called strong of each kind of look-alike."""
    draw = random.Random(20261129)  # noqa: S311  not for secrets
    return {
        kind: _share([is_strong(*case) for case in make(draw)]) for kind, make in _KINDS.items()
    }


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4) if found else 0.0


def _apart(
    draw: random.Random, names: Sequence[str], fits: Callable[[str, str], bool]
) -> list[Pair]:
    """Pairs of names that fit and are not known as one name."""
    some = draw.sample(names, min(2_500, len(names)))
    found = [(a, b) for a, b in combinations(some, 2) if fits(a, b) and not shared_kinds(a, b)]
    return draw.sample(found, min(MOST, len(found)))


def _slightly(a: str, b: str) -> bool:
    return OSA.distance(a, b, score_cutoff=2) <= 2


def _of_sex(*, other: bool) -> Callable[[str, str], bool]:
    """Names two letters apart of the same sex, or of the other one."""

    def fits(a: str, b: str) -> bool:
        if a[0] != b[0] or not _slightly(a, b):
            return False
        apart = abs((percent_female(a) or 0) - (percent_female(b) or 0))
        return apart > 80 if other else apart < 20

    return fits


def _sounds(a: str, b: str) -> bool:
    return not _slightly(a, b) and bool(codes(a) & codes(b))


def _begins(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _given(fits: Callable[[str, str], bool], *, same_birth: bool = False) -> Any:
    """Two given names before one rare surname."""
    names = sorted(name for name in given_names() if len(name) > 3 and is_often_given(name))

    def make(draw: random.Random) -> Iterator[Case]:
        for typed, recorded in _apart(draw, names, fits):
            family, born = draw.choice(_rare()), _born(draw)
            asked = born if same_birth else ""
            yield f"{typed} {family}", asked, Someone("K", recorded, family, (), born)

    return make


def _family(fits: Callable[[str, str], bool]) -> Any:
    """Two surnames behind one given name."""
    names = sorted(name for name in surnames() if len(name) > 4)
    first = sorted(name for name in given_names() if is_often_given(name))

    def make(draw: random.Random) -> Iterator[Case]:
        for typed, recorded in _apart(draw, names, fits):
            given = draw.choice(first)
            yield f"{given} {typed}", "", Someone("K", given, recorded, (), _born(draw))

    return make


def _generations(draw: random.Random) -> Iterator[Case]:
    """A father of the very name, where the son's date of birth was typed."""
    first = sorted(name for name in given_names() if is_often_given(name))
    for _ in range(MOST):
        given, family, son = draw.choice(first), draw.choice(_rare()), _born(draw)
        father = f"{int(son[:4]) - draw.randint(18, 40)}{_born(draw)[4:]}"
        yield f"{given} {family}", son, Someone("K", given, family, (), father)


def _rare() -> list[str]:
    ordered = sorted(surnames(), key=surnames().__getitem__)
    return [name for name in ordered[:4_000] if len(name) > 5]


def _born(draw: random.Random) -> str:
    return f"{draw.randint(1960, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


_KINDS: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "siblings": _given(_of_sex(other=False)),
    "twins": _given(_of_sex(other=False), same_birth=True),
    "gender pairs": _given(_of_sex(other=True)),
    "given names that sound alike": _given(_sounds),
    "surnames a letter or two apart": _family(_slightly),
    "surnames that sound alike": _family(_sounds),
    "one surname begins another": _family(_begins),
    "father and son": _generations,
}
