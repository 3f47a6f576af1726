"""JSON Lines, and one large JSON array read piece by piece."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from ingest.errors import DeliveryError
from ingest.readers.chunk import Chunk
from ingest.readers.delimited import open_text
from ingest.readers.flatten import chunks
from ingest.spec import Stream

_BLOCK = 1 << 20  # characters read at a time
_LONGEST = 64 << 20  # characters of one record
_BETWEEN = re.compile(r"[\s,]*")


def read_lines(stream: Stream, path: Path) -> Iterator[Chunk]:
    """One JSON object a line; a line that is not one is malformed, an empty line nothing."""
    with open_text(stream, path) as file:
        lines = enumerate(_lines(file, path.name), start=1)
        yield from chunks((number, _object(line)) for number, line in lines if line.strip())


def _lines(file: TextIO, name: str) -> Iterator[str]:
    while line := file.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise DeliveryError(
                f"{name}: a line of more than {_LONGEST >> 20} million characters. Ask for one "
                "record a line"
            )
        yield line


def _object(line: str) -> dict[str, Any] | str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # the second: thousands of brackets
        return line.rstrip("\n")
    return value if _is_record(value, line) else line.rstrip("\n")


def _is_record(value: Any, text: str) -> bool:
    """An object of real characters: half of a surrogate pair ("\\ud800") is none."""
    if not isinstance(value, dict):
        return False
    if "\\u" not in text:
        return True
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def read_array(stream: Stream, path: Path) -> Iterator[Chunk]:
    """The objects of the array at the option `record` ("data.people"), by default the file itself
    or the first array in it.
    """
    with open_text(stream, path) as file:
        yield from chunks(enumerate(_items(file, stream.options.record, path.name), start=1))


def _items(file: TextIO, record: str | None, name: str) -> Iterator[dict[str, Any] | str]:
    """Each element of the array, holding no more than one block and one element in memory."""
    decoder = json.JSONDecoder()
    text, place = _from_array(file, record, name), 0
    while True:
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]
        if place == len(text):
            text, place = _next_block(file, name), 0
            continue
        if text[place] == "]":
            return
        try:
            value, end = decoder.raw_decode(text, place)
        except RecursionError as error:
            raise DeliveryError(
                f"{name}: a record is nested too deeply. Ask for the feed without it"
            ) from error
        except ValueError as error:
            block = file.read(_BLOCK)
            if not block or len(text) - place > _LONGEST:
                raise DeliveryError(
                    f"{name}: not complete JSON; the array ends in the middle of a record. "
                    "Ask for the feed again"
                ) from error
            text, place = text[place:] + block, 0
            continue
        if end == len(text) and not isinstance(value, dict | list):
            raise DeliveryError(
                f"{name}: the array holds something else than objects; correct the option `record`"
            )
        yield value if _is_record(value, text[place:end]) else json.dumps(value)
        place = end


def _next_block(file: TextIO, name: str) -> str:
    block = file.read(_BLOCK)
    if not block:
        raise DeliveryError(
            f"{name}: not complete JSON; the array does not end. Ask for the feed again"
        )
    return block


def _from_array(file: TextIO, record: str | None, name: str) -> str:
    """The text after the "[" of the array; the keys of the path must come in its order."""
    text = file.read(_BLOCK)
    place = 0
    for key in record.split(".") if record else ():
        place = text.find(json.dumps(key, ensure_ascii=False), place)
        if place < 0:
            raise DeliveryError(
                f"{name}: no key {key}; correct the option record = {record!r} of the stream"
            )
        place += len(key) + 2
    start = text.find("[", place)
    if start < 0:
        raise DeliveryError(
            f"{name}: no array found. Correct the option `record`, or ask for the feed again"
        )
    return text[start + 1 :]
