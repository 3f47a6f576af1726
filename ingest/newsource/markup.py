"""Which element of an XML sample is a record, and what stands around it."""

from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.errors import DeliveryError
from ingest.readers.delimited import open_bytes
from ingest.readers.xml import SAFELY, refuse_entities

_ELEMENTS = 200_000  # looked at


def options(path: Path, record: str | None) -> dict[str, Any]:
    """record, namespaces and above for the reader. Raises DeliveryError.

    The record is the outermost element with children that occurs more than once; a sample of one
    record cannot show it, then `record` must name it.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    parents: set[tuple[str, ...]] = set()
    leaves: dict[tuple[str, ...], None] = {}
    for steps, leaf in _paths(path):
        counts[steps] += 1
        parents.add(steps[:-1])
        if leaf:
            leaves[steps] = None
    if record:
        wanted = record.rsplit("/", maxsplit=1)[-1].rpartition(":")[2]
        named = [s for s in counts if etree.QName(s[-1]).localname == wanted]
    else:
        named = [s for s in counts if counts[s] > 1 and s in parents]
    if not named:
        there = ", ".join(dict.fromkeys(etree.QName(s[-1]).localname for s in parents if s))
        raise DeliveryError(
            f"{path.name}: which element is a record? Name one with --record, e.g. --record "
            f"//Subject. Elements with content: {there[:500]}"
        )
    return _of(min(named, key=lambda s: (len(s), -counts[s])), leaves)


def _of(steps: tuple[str, ...], leaves: dict[tuple[str, ...], None]) -> dict[str, Any]:
    name = etree.QName(steps[-1])
    found: dict[str, Any] = {"record": f"//{name.localname}"}
    if name.namespace:
        found = {"record": f"//n:{name.localname}", "namespaces": {"n": name.namespace}}
    around = [s for s in leaves if len(s) > 2 and s[:-1] == steps[: len(s) - 1] and s != steps]
    above = [".".join(etree.QName(t).localname for t in s[-2:]) for s in around]
    if above:
        found["above"] = list(dict.fromkeys(above))
    return found


def _paths(path: Path) -> Any:
    """(tags from the root, whether it has text and no children) of each element."""
    stack: list[str] = []
    with open_bytes(path) as file:
        events = etree.iterparse(file, events=("start", "end"), **SAFELY)
        try:
            for number, (event, element) in enumerate(events):
                if number == 0:
                    refuse_entities(element.getroottree(), path)
                if event == "start":
                    stack.append(element.tag)
                    continue
                text = bool((element.text or "").strip())
                yield tuple(stack), text and not len(element)
                stack.pop()
                if number > _ELEMENTS:
                    return
        except etree.XMLSyntaxError as error:
            raise DeliveryError(
                f"{path.name}: not well-formed XML: line {error.lineno}"
            ) from error
