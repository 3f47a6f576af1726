"""What a sample is: its format, encoding and the options of its reader."""

import codecs
import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import DeliveryError
from ingest.newsource import markup
from ingest.readers.delimited import open_bytes, undecodable

LOOKED_AT = 1 << 20  # bytes of the sample's beginning
_LINES = 300
_DELIMITERS = ",;\t|^~"
_MOST_PREAMBLE = 20
_CELL = re.compile(r"^[\w .,'/()&#%-]*[A-Za-z][\w .,'/()&#%-]*$")
_DATE = re.compile(r"^\d{1,4}[-/. ]\w{1,3}[-/. ]\d{1,4}")


@dataclass(slots=True)
class Sniffed:
    """How to read a sample. `notes` are sentences for the person who checks the source file."""

    format: str
    encoding: str = "utf-8"
    options: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def sniff(path: Path, record: str | None = None) -> Sniffed:
    """Look at a file. Raises DeliveryError for what no reader of ours takes, with the remedy."""
    with open_bytes(path) as file:
        start = file.read(LOOKED_AT)
    if not start.strip():
        raise DeliveryError(f"{path.name}: the file is empty")
    binary = _binary(start, path)
    if binary:
        return binary
    encoding = _encoding(start, path)
    text = start.decode(encoding, errors="ignore").lstrip("\ufeff")
    if text.lstrip().startswith("<"):
        return Sniffed("xml", options=markup.options(path, record))
    if text.lstrip()[:1] in ("{", "["):
        found = _json(text, record)
    else:
        found = _lines(text, whole=len(start) < LOOKED_AT)
    found.encoding = encoding
    return found


def _binary(start: bytes, path: Path) -> Sniffed | None:
    if start.startswith(b"PAR1"):
        return Sniffed("parquet")
    if start.startswith(b"PK\x03\x04"):
        if b"xl/" in start or path.suffix.lower() == ".xlsx":
            return Sniffed("xlsx")
        raise DeliveryError(f"{path.name}: a zip archive; unpack it and try the files in it")
    if start.startswith(b"SQLite format 3"):
        raise DeliveryError(f"{path.name}: a database; give its address: sqlite:///{path}")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise DeliveryError(f"{path.name}: an old Excel or Office file; save it as XLSX or CSV")
    return None


def _encoding(start: bytes, path: Path) -> str:
    """By byte order mark, by NULs, else the first of UTF-8, cp1252, latin-1 that fits all."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = start[:4000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if head.count(0) > 8:
        raise DeliveryError(f"{path.name}: neither text nor a known format; ask what it is")
    return next((e for e in ("utf-8", "cp1252") if undecodable(path, e) is None), "latin-1")


def _json(text: str, record: str | None) -> Sniffed:
    first, _, rest = text.strip().partition("\n")
    if _is_object(first) and (not rest.strip() or rest.lstrip().startswith("{")):
        return Sniffed("jsonl")
    if record is None:
        try:
            record = _array(json.loads(text))
        except (ValueError, RecursionError):
            return Sniffed("json", notes=["the records are the first array of the file"])
    return Sniffed("json", options={"record": record} if record else {})


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _array(value: Any, path: str = "") -> str:
    """The dotted path of the first array of objects; "" for the file itself."""
    if not isinstance(value, dict):
        return path
    for key, inner in value.items():
        here = f"{path}.{key}" if path else key
        if isinstance(inner, list) and any(isinstance(v, dict) for v in inner):
            return here
        if isinstance(inner, dict) and (found := _array(inner, here)) != here:
            return found
    return path


def _lines(text: str, *, whole: bool) -> Sniffed:
    lines = text.splitlines()[: _LINES + _MOST_PREAMBLE]
    if not whole and len(lines) < _LINES + _MOST_PREAMBLE:
        lines = lines[:-1]  # cut off by the end of what we looked at
    best = max((_delimited(lines, d) for d in _DELIMITERS), key=lambda f: f[0])
    return best[1] if best[0] > 0 else _fixed(lines)


def _delimited(lines: list[str], delimiter: str) -> tuple[float, Sniffed]:
    """(how well it fits, the sample as delimited by this character)."""
    best = (0.0, Sniffed("csv"))
    for quote in ('"', ""):
        rows = _rows(lines, delimiter, quote)
        widths = Counter(len(r) for r in rows if r)
        width, hits = widths.most_common(1)[0] if widths else (1, 0)
        if width < 2:
            continue
        score = hits / sum(widths.values()) + min(width, 50) / 1000
        if score > max(best[0], 0.6) + (0.0 if quote else 0.05):
            best = (score, _with_header(rows, width, delimiter, quote))
    return best


def _rows(lines: list[str], delimiter: str, quote: str) -> list[list[str]]:
    quoting: Any = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    try:
        return list(csv.reader(lines, delimiter=delimiter, **quoting))
    except csv.Error:
        return []


def _with_header(rows: list[list[str]], width: int, delimiter: str, quote: str) -> Sniffed:
    found = Sniffed("csv" if delimiter == "," else "delimited")
    if delimiter != ",":
        found.options["delimiter"] = delimiter
    if not quote:
        found.options["quote"] = ""
        found.notes.append("quotation marks mean nothing in this file")
    first = next((i for i, row in enumerate(rows) if len(row) == width), 0)
    if 0 < first <= _MOST_PREAMBLE:
        found.options["skip_lines"] = first
        found.notes.append(f"the first {first} lines stand before the table")
    if not _is_header(rows[first]):
        found.options["header"] = [f"column_{n}" for n in range(1, width + 1)]
        found.notes.append("the file has no header: name its columns in `header`")
    return found


def _is_header(cells: list[str]) -> bool:
    """Words, all different, none of them a date: what a row of data rarely is."""
    named = [c.strip() for c in cells if c.strip()]
    words = all(_CELL.match(c) and not _DATE.match(c) for c in named)
    return bool(named) and words and len(set(named)) == len(named)


def _fixed(lines: list[str]) -> Sniffed:
    """Columns begin where every line has a blank before and some line a character."""
    filled = [line for line in lines if line.strip()]
    length = max(map(len, filled))
    padded = [line.ljust(length) for line in filled]
    blank = [all(line[i] == " " for line in padded) for i in range(length)]
    starts = [i for i in range(length) if not blank[i] and (i == 0 or blank[i - 1])]
    if len(filled) < 2 or not starts:
        starts = [0]
    ends = [*starts[1:], length]
    cut = [padded[0][a:b].strip() for a, b in zip(starts, ends, strict=True)]
    found = Sniffed("fixed")
    titled = len(starts) > 1 and all(cut) and _is_header(cut)
    titled = titled and not any(c.isdigit() for c in "".join(cut)) and len(filled) > 2
    names = cut if titled and _has_digits(padded[1:]) else [f"column_{a + 1}" for a in starts]
    if names is cut:
        found.options["skip_lines"] = 1
    found.options["widths"] = [
        [n, a + 1, b - a] for n, a, b in zip(names, starts, ends, strict=True)
    ]
    if len({len(line) for line in filled}) == 1 and len(filled) > 1:
        found.options["record_length"] = length
    found.notes.append(
        "the widths are guessed from blank columns: two fields without a blank between them look "
        "like one. Compare them with the supplier's description"
    )
    return found


def _has_digits(lines: list[str]) -> bool:
    return any(c.isdigit() for line in lines for c in line)
