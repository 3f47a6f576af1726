#!/usr/bin/env python3
"""Checks an export of the audit trail, or a proof of one event, without the application.

    python verify_audit.py EXPORT_FOLDER --key PUBLIC_KEY.pem [--checkpoints FOLDER]
    python verify_audit.py PROOF.json --key PUBLIC_KEY.pem
    python verify_audit.py BUNDLE_FOLDER --key PUBLIC_KEY.pem     (of a case, unpacked)

One file on purpose: it needs Python 3.11, the package `cryptography` and nothing else, and shares
no code with the application that it checks. Get the public key, and if you can the checkpoints,
from somebody else than the export. Ends with 0 if all is as it was sealed, else with 1.

An export holds: events.jsonl (each line is the text whose SHA-256 is the event's content hash),
seals.jsonl (signed headers with their leaves: 8 bytes of microseconds since 1970, 16 of the id,
32 of the content hash), expiries.jsonl (signed statements of what was removed when its time was
over), screens.jsonl if asked for, and manifest.json (SHA-256 of each file, signed).
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[int, bytes]


class Keys:
    """Public keys by their short name."""

    def __init__(self, files: list[Path]) -> None:
        self.keys: dict[str, Any] = {}
        end = b"-----END PUBLIC KEY-----"
        for file in files:
            for block in file.read_bytes().split(end)[:-1]:
                key = load_pem_public_key(block.strip() + b"\n" + end)
                raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
                self.keys[hashlib.sha256(raw).hexdigest()[:16]] = key

    def signed(self, text: str, signature: str) -> bool:
        """Whether the key that the text names, if it is one of ours, signed the text."""
        key = self.keys.get(json.loads(text).get("key", ""))
        try:
            key.verify(base64.b64decode(signature), text.encode())  # type: ignore[union-attr]
        except (InvalidSignature, AttributeError):
            return False
        return True


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, as it is defined there: split at the largest power of two below n."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:split]), root(leaves[split:]))


def root_of_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """RFC 9162 2.1.3.2, as it is defined there."""
    first, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("the proof is too long")
        if first & 1 or first == last:
            found = node(sibling, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node(found, sibling)
        first, last = first >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return found


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def parse(text: str) -> Place:
    moment, _, identifier = text.partition("-")
    return int(moment), uuid.UUID(identifier).bytes


def words(place: Place) -> str:
    at = EPOCH + timedelta(microseconds=place[0])
    return f"event {uuid.UUID(bytes=place[1])} of {at:%Y-%m-%d %H:%M:%S.%f} UTC"


def lines(path: Path) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line.rstrip("\n")


def events(folder: Path, wrong: list[str]) -> Iterator[tuple[Place, bytes]]:
    """Place and content hash of each line; a line that is out of order is named."""
    before: Place = (-1, b"")
    for line in lines(folder / "events.jsonl"):
        said = json.loads(line)
        at = datetime.fromisoformat(said["at"])
        place = ((at - EPOCH) // timedelta(microseconds=1), uuid.UUID(said["id"]).bytes)
        if place <= before:
            wrong.append(f"REORDERED: {words(place)} comes after a later one")
        before = max(before, place)
        yield place, hashlib.sha256(line.encode()).digest()


def check_seals(folder: Path, keys: Keys, checkpoints: Path | None, wrong: list[str]) -> list[Any]:
    """Signatures, chain, roots and checkpoints; returns (header, leaves) of each seal."""
    seals: list[Any] = []
    before: tuple[int, str] | None = None
    for line in lines(folder / "seals.jsonl"):
        kept = json.loads(line)
        text, said = kept["header"], json.loads(kept["header"])
        number, data = said["number"], base64.b64decode(kept["leaves"])
        if not keys.signed(text, kept["signature"]):
            wrong.append(f"SEAL {number}: its signature is not that of the given key")
        if before and number == before[0] + 1 and said["previous"] != before[1]:
            wrong.append(f"SEAL {number}: it does not follow seal {before[0]}")
        parts = [data[i : i + 56] for i in range(0, len(data), 56)]
        if root([leaf_hash(part) for part in parts]).hex() != said["root"]:
            wrong.append(f"SEAL {number}: its list of events is not the one that was signed")
        if checkpoints:
            file = checkpoints / f"seal-{number:012}.json"
            if not file.exists():
                wrong.append(f"SEAL {number}: its checkpoint is missing")
            elif json.loads(file.read_text())["header"] != text:
                wrong.append(f"SEAL {number}: it is not the one of the checkpoint")
        seals.append((said, parts))
        before = number, hashlib.sha256(text.encode()).hexdigest()
    return seals


def check_events(folder: Path, seals: list[Any], keys: Keys, wrong: list[str]) -> int:
    """Each event against its leaf, each leaf against its event."""
    manifest = json.loads(json.loads((folder / "manifest.json").read_text())["statement"])
    first, last = parse(manifest["since"]), parse(manifest["until"])
    sealed: dict[Place, tuple[int, bytes]] = {}
    for said, parts in seals:
        for part in parts:
            moment, identifier, content = struct.unpack(">q16s32s", part)
            sealed[moment, identifier] = (said["number"], content)
    count, seen = 0, {identifier: (moment, identifier) for moment, identifier in sealed}
    for place, content in events(folder, wrong):
        count += 1
        number, expected = sealed.pop(place, (0, b""))
        if not number and place[1] in seen and seen[place[1]] != place:
            wrong.append(f"REORDERED: {words(seen[place[1]])} now stands at {words(place)}")
            sealed.pop(seen[place[1]], None)
        elif not number:
            wrong.append(f"INSERTED: {words(place)}: no seal holds it")
        elif content != expected:
            wrong.append(f"ALTERED: {words(place)}: not what seal {number} holds")
    expired = excuses(folder, keys)
    for place, (number, _) in sealed.items():
        month = f"{EPOCH + timedelta(microseconds=place[0]):%Y-%m}"
        if first < place <= last and place not in expired and month not in expired:
            wrong.append(f"MISSING: {words(place)}: seal {number} holds it")
    return count


def excuses(folder: Path, keys: Keys) -> set[Any]:
    """Months and places that a signed statement says expired."""
    found: set[Any] = set()
    for line in lines(folder / "expiries.jsonl"):
        kept = json.loads(line)
        said, data = json.loads(kept["statement"]), base64.b64decode(kept["places"])
        listed = hashlib.sha256(data).hexdigest() == said["places"]
        if said["format"] != "wmp-audit-expiry-1":
            continue  # of screens, which are no events
        if keys.signed(kept["statement"], kept["signature"]) and listed:
            found.add(said.get("month"))
            found |= {
                (int.from_bytes(data[i : i + 8], "big", signed=True), data[i + 8 : i + 24])
                for i in range(0, len(data), 24)
            }
    return found


def check_files(folder: Path, keys: Keys, wrong: list[str]) -> None:
    """The manifest's signature, each file's SHA-256, and each screen's own hash."""
    kept = json.loads((folder / "manifest.json").read_text())
    if not keys.signed(kept["statement"], kept["signature"]):
        wrong.append("MANIFEST: its signature is not that of the given key")
    for name, digest in json.loads(kept["statement"])["files"].items():
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                wrong.append(f"FILE {name}: it is not the one of the manifest")
    for line in lines(folder / "screens.jsonl"):
        screen = json.loads(line)
        if hashlib.sha256(base64.b64decode(screen["body"])).hexdigest() != screen["hash"]:
            wrong.append(f"SCREEN {screen['hash']}: it is not what it says")


def check_proof(path: Path, keys: Keys, wrong: list[str]) -> str:
    """One event: its content, the way to the root, the signature over the root."""
    proof = json.loads(path.read_text())
    said, header = json.loads(proof["event"]), json.loads(proof["header"])
    at = datetime.fromisoformat(said["at"])
    moment = (at - EPOCH) // timedelta(microseconds=1)
    content = hashlib.sha256(proof["event"].encode()).digest()
    data = struct.pack(">q16s32s", moment, uuid.UUID(said["id"]).bytes, content)
    siblings = [bytes.fromhex(text) for text in proof["path"]]
    try:
        found = root_of_path(proof["index"], header["size"], leaf_hash(data), siblings).hex()
    except ValueError as error:
        found = str(error)
    if found != header["root"]:
        wrong.append(f"ALTERED: event {said['id']} is not in seal {header['number']} as it stands")
    if not keys.signed(proof["header"], proof["signature"]):
        wrong.append(f"SEAL {header['number']}: its signature is not that of the given key")
    return f"Event {said['id']} of {said['at']}, seal {header['number']} of {header['sealed_at']}"


def check_bundle(folder: Path, keys: Keys, wrong: list[str]) -> str:
    """A case's bundle: each event against its own proof; an event without one was not sealed."""
    told = [json.loads(line)["id"] for line in lines(folder / "events.jsonl")]
    texts = set(lines(folder / "events.jsonl"))
    proven = set()
    for path in sorted((folder / "proofs").glob("*.json")):
        check_proof(path, keys, wrong)
        said = json.loads(path.read_text())["event"]
        proven.add(json.loads(said)["id"])
        if said not in texts:
            wrong.append(f"ALTERED: event {json.loads(said)['id']} differs from its proof")
    missing = [identifier for identifier in told if identifier not in proven]
    return f"{len(told):,} events, {len(missing):,} of them not sealed when the bundle was made"


def is_bundle(folder: Path) -> bool:
    kept = json.loads((folder / "manifest.json").read_text())
    return bool(json.loads(kept["statement"])["format"] == "wmp-case-1")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", type=Path, help="an export's folder or a proof's file")
    parser.add_argument("--key", type=Path, action="append", required=True)
    parser.add_argument("--checkpoints", type=Path, help="a copy of the second place")
    options = parser.parse_args()
    keys, wrong = Keys(options.key), list[str]()
    if options.what.is_dir() and is_bundle(options.what):
        check_files(options.what, keys, wrong)
        print(check_bundle(options.what, keys, wrong))
    elif options.what.is_dir():
        check_files(options.what, keys, wrong)
        seals = check_seals(options.what, keys, options.checkpoints, wrong)
        count = check_events(options.what, seals, keys, wrong)
        print(f"{count:,} events under {len(seals):,} seals")
    else:
        print(check_proof(options.what, keys, wrong))
    print(*wrong, "NOT as it was sealed" if wrong else "As it was sealed", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
