"""The Ed25519 key that signs seals, expiries and extracts, and the public keys that check them.

    python -m audit.keys FILE    makes a new key, and FILE.pub for those who verify

The private key belongs to the force's security team: on a server it is a file that the worker
and the web server alone can read, never a row of the database that it protects.
"""

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

END = b"-----END PUBLIC KEY-----"


class UnusableKeyError(Exception):
    """The key cannot be read, or is of another kind; the text says which file."""


def generate(path: Path) -> None:
    """Write a new private key to `path` (mode 600) and its public half beside it."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    half = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    try:
        path.hardlink_to(half)  # of two processes that start at once one key stays
    except FileExistsError:
        return
    finally:
        half.unlink()
    Path(f"{path}.pub").write_bytes(pem(key.public_key()))


@cache
def private(path: Path) -> Ed25519PrivateKey:
    """The key of a PEM file. Raises UnusableKeyError."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise UnusableKeyError(f"No usable signing key in {path}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKeyError(f"The key in {path} is not an Ed25519 key")
    return key


def public(bundle: bytes) -> dict[str, Ed25519PublicKey]:
    """Every public key of a PEM bundle, by its short name. Raises UnusableKeyError."""
    found = {}
    for block in bundle.split(END)[:-1]:
        try:
            key = serialization.load_pem_public_key(block.strip() + b"\n" + END)
        except ValueError as error:
            raise UnusableKeyError("A public key cannot be read") from error
        if not isinstance(key, Ed25519PublicKey):
            raise UnusableKeyError("A public key is not an Ed25519 key")
        found[name(key)] = key
    return found


def pem(key: Ed25519PublicKey) -> bytes:
    """The public key as a PEM block."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def name(key: Ed25519PublicKey) -> str:
    """Sixteen hexadecimal digits that stand for the key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def is_signed(data: bytes, signature: bytes, key: Ed25519PublicKey | None) -> bool:
    """Whether the signature is the key's own over the data; without a key it is not."""
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
