"""This installation's key, which `settings.AUDIT_SIGNING_KEY_FILE` names, and those before it."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from audit import keys


def key() -> Ed25519PrivateKey:
    """The signing key; on a development machine it is made when it is missing."""
    path = Path(settings.AUDIT_SIGNING_KEY_FILE)
    if settings.AUDIT_SIGNING_KEY_MADE_HERE and not path.exists():
        keys.generate(path)
    return keys.private(path)


def key_name() -> str:
    """The short name of the signing key."""
    return keys.name(key().public_key())


def sign(data: bytes) -> bytes:
    """The signature of this installation over the data."""
    return key().sign(data)


def trusted() -> dict[str, Ed25519PublicKey]:
    """The public keys, by short name, whose signatures count: the present one and former ones."""
    former = settings.AUDIT_FORMER_KEYS_FILE
    found = keys.public(Path(former).read_bytes()) if former else {}
    return {**found, key_name(): key().public_key()}
