"""What each rule of person search is worth: everything measured again with one of them off.

    make bench-names ABLATION=1          (after the other figures, in the same run)

A comparison rule is switched off in this process, the candidates being those of all rules; a rule
of recall is taken out of the request. The sets are those of tests/bench/names.py.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from people import ranking
from people.evaluation import Outcome, measures, read, run
from people.names import compare, likeness, slips, variants
from wmp_search.search import client

SHOWN = ("hit_at_1", "hit_at_10", "right_first", "true_strong")
Clause = dict[str, Any]


def _nothing(*_: Any) -> likeness.Likeness:
    return likeness.NOTHING


def _never(*_: Any) -> bool:
    return False


def _no_kinds(*_: Any) -> frozenset[str]:
    return frozenset()


COMPARISON: dict[str, Sequence[tuple[Any, str, Callable[..., Any]]]] = {
    "all rules": (),
    "without name groups in the comparison": (
        (likeness, "shared_kinds", _no_kinds), (slips, "shared_kinds", _no_kinds),
    ),
    "without short forms by rule": (
        (likeness, "is_diminutive", _never), (likeness, "is_inner_short_form", _never),
        (likeness, "pet_bases", lambda _: ()),
    ),
    "without other orthographies and articles": (
        (likeness, "_by_orthography", _nothing), (likeness, "_by_article", _nothing),
    ),
    "without sound in the comparison": ((likeness, "_by_sound", _nothing),),
    "without beginnings and endings": ((likeness, "_by_part", _nothing),),
    "without joins in the comparison": ((compare, "_joined", lambda *_: iter(())),),
    "without the weight of rare names": ((compare, "weight", lambda _: 1.0),),
    "without names known apart": (
        (likeness, "are_different_names", _never), (likeness, "are_of_other_sexes", _never),
    ),
    "without Singh against Kaur": ((compare, "_is_other_title_of_sex", _never),),
    "without the look at the best candidate": (
        (ranking, "_beside", lambda _, other: other.match),
    ),
}  # fmt: skip
REQUEST = {
    "request without name groups": {"n_sym"},
    "request without fuzzy": {"fuzzy"},
    "request without sound and skeleton": {"n_code", "n_skel"},
    "request of words and fuzzy only": {"n_sym", "n_code", "n_skel", "n_pre", "n_join", "n_full"},
}


def ablations(queries: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """The measures with each rule off, over all the sets together."""
    asked = [query for path in queries for query in read(path)]
    found, plain = {}, client.search
    answers: dict[str, Any] = {}

    def remembered(index: str, body: Clause, **_: Any) -> Any:
        """The index is asked once for what all the rules of comparison judge."""
        key = json.dumps(body, sort_keys=True)
        if key not in answers:
            answers[key] = plain(index, body)
        return answers[key]

    for name, patches in COMPARISON.items():
        with _patched([*patches, (client, "search", remembered)]):
            found[name] = _shown(list(run(asked)))
    for name, left_out in REQUEST.items():

        def thinner(index: str, body: Clause, out: set[str] = left_out, **_: Any) -> Any:
            return plain(index, _without(body, out))

        with _patched([(client, "search", thinner)]):
            found[name] = _shown(list(run(asked)))
    return found


def _shown(outcomes: list[Outcome]) -> dict[str, Any]:
    all_of_it = measures(outcomes)
    return {name: all_of_it[name] for name in SHOWN} | {"false_strong": all_of_it["false_strong"]}


@contextmanager
def _patched(patches: Sequence[tuple[Any, str, Callable[..., Any]]]) -> Iterator[None]:
    kept = [(module, name, getattr(module, name)) for module, name, _ in patches]
    for module, name, replaced in patches:
        setattr(module, name, replaced)
    _forget()
    try:
        yield
    finally:
        for module, name, plain in kept:
            setattr(module, name, plain)
        _forget()


def _forget() -> None:
    """Empty the caches that hold what a rule decided."""
    for module in (likeness, slips, variants):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _without(clause: Any, out: set[str]) -> Any:
    """The request without the clauses on these fields or of these kinds."""
    if isinstance(clause, list):
        return [_without(one, out) for one in clause if not _is_of(one, out)]
    if isinstance(clause, dict):
        return {key: _without(value, out) for key, value in clause.items()}
    return clause


def _is_of(clause: Any, out: set[str]) -> bool:
    if not isinstance(clause, dict):
        return False
    if "fuzzy" in clause:
        return "fuzzy" in out
    term = clause.get("term")
    if isinstance(term, dict):
        return not out.isdisjoint(term)
    inner = clause.get("dis_max", {}).get("queries")
    return bool(inner) and all(_is_of(one, out) for one in inner)


def print_table(found: dict[str, dict[str, Any]]) -> str:
    """The lines of docs/search.md."""
    lines = []
    for name, row in found.items():
        alone = row["false_strong"]["alone"]
        cells = [f"{100 * row[key]:.1f} %" for key in SHOWN] + [f"{100 * alone:.1f} %"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
