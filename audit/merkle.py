"""The Merkle tree of RFC 9162 (Certificate Transparency 2.0), section 2.1: pure functions.

A tree stands over an ordered list of leaf hashes. Leaves and nodes are hashed with different
prefixes, so that no node can be passed off as a leaf.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the whole tree (2.1.1): level by level, an odd one at the end moves up as it is.

    That is the same tree as the RFC's, which splits at the largest power of two below n.
    """
    level = list(leaves)
    while len(level) > 1:
        level = _up(level)
    return level[0] if level else EMPTY


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The inclusion proof of leaf `index` (2.1.3.1): the siblings from the leaf up to the root."""
    level, siblings = list(leaves), []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            siblings.append(level[sibling])
        level, index = _up(level), index // 2
    return siblings


def root_of_path(index: int, size: int, leaf_hash: bytes, siblings: Sequence[bytes]) -> bytes:
    """The root that the proof leads to (2.1.3.2). Raises ValueError if it cannot be one."""
    if not 0 <= index < size:
        raise ValueError("the place is outside the tree")
    found, last, rest = leaf_hash, size - 1, list(siblings)
    while last:
        if index % 2 or index < last:
            if not rest:
                raise ValueError("the proof is too short")
            sibling = rest.pop(0)
            found = node(sibling, found) if index % 2 else node(found, sibling)
        index, last = index // 2, last // 2
    if rest:
        raise ValueError("the proof is too long")
    return found


def _up(level: list[bytes]) -> list[bytes]:
    pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]
