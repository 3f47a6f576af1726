"""Did you mean: another spelling of a typed name, from published lists of names only.

Nothing is read from the index or from people on record, so a suggestion cannot tell whether
anybody of that name is there (policing.md K3).
"""

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from people.names.fold import in_natural_order, tokens
from people.names.tables import given_names, is_known, surnames

LEAST_LETTERS = 4
MOST_EDITS = 2


def did_you_mean(name: str) -> str:
    """The name with each unknown word as the commonest known one that is near; "" if none is."""
    words = tokens(in_natural_order(name)) if "*" not in name else ()
    better = [word if is_known(word) else _near(word) or word for word in words]
    return "" if list(words) == better else " ".join(word.capitalize() for word in better)


def _near(word: str) -> str:
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return ""
    allowed = 1 if len(word) < 6 else MOST_EDITS
    known = _known()
    near = process.extract(word, known.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=20)
    likely = [(found, edits) for found, edits, _ in near if found[0] == word[0]]
    return min(likely, key=lambda one: (one[1], -known[one[0]]), default=("", 0))[0]


@cache
def _known() -> dict[str, float]:
    """Name → how many of a million people bear it."""
    found = {name: known.per_million for name, known in given_names().items()}
    for name, share in surnames().items():
        found[name] = max(share, found.get(name, 0.0))
    return found
