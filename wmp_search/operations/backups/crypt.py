"""Files that only the holder of the backup key reads: AES-256-GCM in pieces, so of any length.

Each file has a key of its own (HKDF of the backup key and a random salt), each piece its number as
nonce, the last one a mark: a piece changed, moved, dropped or added is refused. Without a key
(`settings.BACKUP_KEY_FILE` empty) a file is written as it is. `open_new` makes mode 600.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PIECE = 1 << 20
MAGIC = b"WMPBACK1"
LENGTH = struct.Struct(">IB")


class CryptError(Exception):
    """The key cannot be used, or the file is not what was written with it."""


def key() -> bytes | None:
    """The backup key, 64 hexadecimal digits in a file; None where none is set."""
    if not settings.BACKUP_KEY_FILE:
        return None
    try:
        word = bytes.fromhex(Path(settings.BACKUP_KEY_FILE).read_text().strip())
    except (OSError, ValueError) as error:
        raise CryptError(
            "BACKUP_KEY_FILE cannot be read: openssl rand -hex 32 makes one"
        ) from error
    if len(word) != 32:
        raise CryptError("BACKUP_KEY_FILE must hold 64 hexadecimal digits: openssl rand -hex 32")
    return word


def open_new(path: Path) -> BinaryIO:
    """A new file that nobody but its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def closed(pieces: Iterable[bytes], word: bytes | None) -> Iterator[bytes]:
    """What is to be written for these pieces of content."""
    if word is None:
        yield from pieces
        return
    salt = os.urandom(32)
    cipher = _cipher(word, salt)
    yield MAGIC + salt
    held, number = b"", 0
    for piece in pieces:
        if number or held:
            yield _close(cipher, number, held, last=False)
            number += 1
        held = piece
    yield _close(cipher, number, held, last=True)


def opened(file: BinaryIO, word: bytes | None) -> Iterator[bytes]:
    """The pieces of content of a file. Raises CryptError."""
    start = file.read(len(MAGIC))
    if start != MAGIC:
        if word is not None:
            raise CryptError("The backup is not encrypted, and BACKUP_KEY_FILE is set")
        while start:
            yield start
            start = file.read(PIECE)
        return
    if word is None:
        raise CryptError("The backup is encrypted: set BACKUP_KEY_FILE")
    cipher, number, last = _cipher(word, file.read(32)), 0, 0
    while not last:
        size, last = LENGTH.unpack(file.read(LENGTH.size).ljust(LENGTH.size, b"\0"))
        try:
            yield cipher.decrypt(number.to_bytes(12), file.read(size), bytes([last]))
        except (InvalidTag, ValueError) as error:
            raise CryptError("The backup was not written with this key, or is damaged") from error
        number += 1
    if file.read(1):
        raise CryptError("The backup is damaged: it goes on after its end")


def _cipher(word: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"wmp-search backup").derive(word))


def _close(cipher: AESGCM, number: int, piece: bytes, *, last: bool) -> bytes:
    sealed = cipher.encrypt(number.to_bytes(12), piece, bytes([last]))
    return LENGTH.pack(len(sealed), last) + sealed
