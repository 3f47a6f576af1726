"""Places and numbers that are never shown as something people share: refuges, children's homes.

What stands above knows them (the list of what is no link); people may not import it.
"""

from collections.abc import Callable, Collection

HiddenOf = Callable[[Collection[str]], set[str]]
_known: list[HiddenOf] = []


def register(hidden_of: HiddenOf) -> None:
    """`hidden_of(keys)`: those of the keys that are not to be shown. Keys are those of
    `holdings.same_address` after "address:", and of `identifiers.key`.
    """
    if hidden_of not in _known:
        _known.append(hidden_of)


def among(keys: Collection[str]) -> set[str]:
    """Those of the keys that are never shown as shared. One query for each app that knows any."""
    found: set[str] = set()
    for hidden_of in _known if keys else ():
        found |= hidden_of(keys)
    return found
