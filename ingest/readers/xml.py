"""XML by lxml's iterparse: one record in memory, no entities, no network, no huge trees.

A document type that declares entities is refused (billion laughs, external entities: OWASP, XML
external entity prevention); one that only names a DTD is read without fetching it.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.errors import DeliveryError
from ingest.readers.chunk import Chunk
from ingest.readers.delimited import cut_short, open_bytes
from ingest.readers.flatten import chunks
from ingest.spec import Stream

SAFELY: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}


def read(stream: Stream, path: Path) -> Iterator[Chunk]:
    """The elements that the option `record` names ("//ns:Subject"), flattened.

    Column names are local names joined by dots, without namespace prefixes; an attribute is
    `name.@attribute`, an attribute of the record itself `@attribute`. The file states its own
    encoding. The option `above` takes values from the elements around the record:
    `session.doh` is the child `doh` of the nearest `session` that holds it.
    """
    return chunks(enumerate(_records(stream, path), start=1))


def _records(stream: Stream, path: Path) -> Iterator[dict[str, Any]]:
    tag = _tag(stream)
    kept = frozenset(name.partition(".")[2] for name in stream.options.above)
    with open_bytes(path) as file:
        events = etree.iterparse(file, tag=tag, **SAFELY)
        try:
            for _, element in events:
                refuse_entities(element.getroottree(), path)
                yield _record(element) | _above(element, stream.options.above)
                _forget(element, kept)
            if events.root is not None:
                refuse_entities(events.root.getroottree(), path)
        except etree.XMLSyntaxError as error:
            raise DeliveryError(
                f"{path.name}: not complete, well-formed XML: line {error.lineno}. "
                "Nothing of it was kept; ask for the feed again"
            ) from error
        except (EOFError, OSError) as error:
            raise cut_short(path) from error


def refuse_entities(tree: Any, path: Path) -> None:
    """Raises DeliveryError where the document type of a tree declares an entity."""
    declared = tree.docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise DeliveryError(
            f"{path.name}: declares entities of its own, which a feed does not need and an attack "
            "does. Nothing of it was kept; ask for the feed without a document type"
        )


def _above(element: Any, wanted: tuple[str, ...]) -> dict[str, Any]:
    """The children `tag.child` of the elements around a record."""
    found: dict[str, Any] = {}
    for name in wanted:
        tag, _, child = name.partition(".")
        around = next((e for e in element.iterancestors() if _local(e.tag) == tag), None)
        if around is None:
            continue
        if child.startswith("@"):
            found[name] = around.get(child[1:])
        else:
            inner = (e for e in around.iterchildren(etree.Element) if _local(e.tag) == child)
            found[name] = next((_text(e) for e in inner), None)
    return found


def _tag(stream: Stream) -> str:
    """The last step of the path in lxml's notation: "//ns:Subject" → "{uri}Subject"."""
    last = (stream.options.record or "").rsplit("/", maxsplit=1)[-1]
    prefix, colon, name = last.rpartition(":")
    if not colon:
        return last
    uri = stream.options.namespaces.get(prefix)
    if uri is None:
        raise DeliveryError(
            f"stream {stream.name}: the prefix {prefix} of record is not in options.namespaces"
        )
    return f"{{{uri}}}{name}"


def _record(element: Any) -> dict[str, Any]:
    value = _value(element)
    return value if isinstance(value, dict) else {"": value}


def _value(element: Any) -> Any:
    """Text, or a dictionary of attributes and children; repeated children are a list."""
    found: dict[str, Any] = {}
    for name, value in element.items():
        found["@" + _local(name)] = value
    for child in element.iterchildren(etree.Element):
        name, value = (
            _local(child.tag),
            _value(child) if len(child) or child.attrib else _text(child),
        )
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    text = _text(element)
    if not found:
        return text
    if text:
        found["#text"] = text
    return found


def _text(element: Any) -> str | None:
    return (element.text or "").strip() or None


@cache
def _local(name: str) -> str:
    """A tag's name without its namespace; the few tags of a feed are worked out once."""
    return name.rpartition("}")[2]


def _forget(element: Any, kept: frozenset[str]) -> None:
    """Free the record, what came before it, and finished elements like those around it.

    iterparse keeps the tree otherwise. What `above` may ask for again stays.
    """
    element.clear()
    for earlier in list(element.itersiblings(preceding=True)):
        if _local(earlier.tag) not in kept:
            earlier.getparent().remove(earlier)
    for around in element.iterancestors():
        for earlier in list(around.itersiblings(around.tag, preceding=True)):
            earlier.getparent().remove(earlier)
