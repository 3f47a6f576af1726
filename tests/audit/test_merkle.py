"""The Merkle tree against the definition of RFC 9162 and its own proofs."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle

LEAVES = [merkle.leaf(bytes([i])) for i in range(200)]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word: split at the largest power of two smaller than n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    left, right = by_definition(leaves[:k]), by_definition(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 199])
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    assert merkle.root(LEAVES[:size]) == by_definition(LEAVES[:size])


def test_known_values_of_certificate_transparency() -> None:
    """From the test vectors of Google's implementation of RFC 6962, whose tree is the same."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [merkle.leaf(bytes.fromhex(text)) for text in inputs]
    assert merkle.root(leaves[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert merkle.root(leaves[:2]).hex() == (
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    )
    assert merkle.root(leaves[:3]).hex() == (
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    )
    assert merkle.root(leaves).hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


@given(st.integers(1, 200), st.data())
def test_every_proof_leads_to_the_root_and_no_other_leaf_does(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof = merkle.path(index, leaves)
    assert merkle.root_of_path(index, size, leaves[index], proof) == merkle.root(leaves)
    assert merkle.root_of_path(index, size, merkle.leaf(b"forged"), proof) != merkle.root(leaves)


def test_a_proof_of_the_wrong_length_or_place_is_refused() -> None:
    proof = merkle.path(3, LEAVES[:10])
    for index, siblings in ((3, proof[:-1]), (3, [*proof, proof[0]]), (10, proof), (-1, proof)):
        with pytest.raises(ValueError, match="the p"):
            merkle.root_of_path(index, 10, LEAVES[3], siblings)
