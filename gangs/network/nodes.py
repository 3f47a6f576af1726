"""Nodes by number and by the short code that stands in addresses and on pages: "p12", "a345".

A code holds no personal data: addresses, phones and vehicles have numbers of their own.
"""

from collections.abc import Collection

from gangs.network.models import HIDDEN, MASK, SHIFT, Node, Type

_LETTERS = {
    Type.PERSON: "p", Type.CRIME: "c", Type.GANG: "g", Type.ADDRESS: "a", Type.PHONE: "t",
    Type.VEHICLE: "v", Type.INTELLIGENCE: "i", Type.EVENT: "e",
}  # fmt: skip
_TYPES = {letter: kind for kind, letter in _LETTERS.items()}
MOST_DIGITS = 16


def number(kind: Type, own: int) -> int:
    """The node's id."""
    return (kind.value << SHIFT) | own


def type_of(node: int) -> Type:
    return Type(node >> SHIFT)


def own(node: int) -> int:
    """The number without its type: the person's, crime's or gang's."""
    return node & MASK


def code(node: int) -> str:
    return f"{_LETTERS[type_of(node)]}{own(node)}"


def of_code(text: str) -> int | None:
    """The node of a code; None for anything else."""
    kind, digits = _TYPES.get(text[:1]), text[1:]
    if kind is None or not digits.isascii() or not digits.isdecimal():
        return None
    return number(kind, int(digits)) if len(digits) <= MOST_DIGITS else None


def hidden_of(keys: Collection[str]) -> set[str]:
    """Those of the keys (people.unshared) that no network shows. One query."""
    plain = {key.removeprefix("address:"): key for key in keys}
    found = Node.objects.filter(acl=HIDDEN, key__in=plain).values_list("key", flat=True)
    return {plain[key] for key in found}
