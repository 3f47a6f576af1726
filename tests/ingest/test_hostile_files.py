"""Eight formats and a database table, each as suppliers and attackers write them.

One table: format by variant. A case gives rows that are read as they were meant, or words of the
error, which must name the file and say what to do. A variant that a format cannot have is in NONE
with the reason.
"""

import gzip
import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.errors import DeliveryError
from ingest.readers import read
from tests.ingest.streams import stream_of

Rows = list[dict[str, Any]]
PLAIN: Rows = [
    {"ID": "1", "SURNAME": "Zoë", "NOTE": "first"},
    {"ID": "2", "SURNAME": "García", "NOTE": "second"},
    {"ID": "3", "SURNAME": "Ługowski", "NOTE": "third"},
]
QUOTED = [{"ID": "1", "SURNAME": 'O\'Neil "Jack", jr', "NOTE": 'a | b <c> & "d"'}]
BROKEN_LINES = [{"ID": "1", "SURNAME": "A", "NOTE": "one\r\ntwo\nthree\rfour\u2028five"}]
FORMULAS = [
    {"ID": "1", "SURNAME": "=1+1", "NOTE": '=HYPERLINK("http://evil","x")'},
    {"ID": "2", "SURNAME": "@SUM(A1)", "NOTE": "+cmd|' /C calc'!A0"},
]
LAUGHS = '<!DOCTYPE l [<!ENTITY l0 "ha">{}]>'.format(
    "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
)
SIGN_OF_A_REMEDY = r"[Aa]sk for|[Cc]orrect|[Cc]heck"
WIDTHS: list[tuple[str, int, int]] = [("ID", 1, 4), ("SURNAME", 5, 20), ("NOTE", 25, 60)]


def csv_of(rows: Rows, delimiter: str = ",") -> str:
    text = io.StringIO()
    import csv

    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def piped(rows: Rows) -> str:
    return csv_of(rows, "|")


def fixed(rows: Rows) -> str:
    return "".join("".join(str(r[n]).ljust(w) for n, _, w in WIDTHS) + "\n" for r in rows)


def lines(rows: Rows) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


def array(rows: Rows) -> str:
    return json.dumps({"people": rows}, ensure_ascii=False, indent=1)


def markup(rows: Rows, before: str = "") -> str:
    from xml.sax.saxutils import escape

    # a carriage return would be a line feed to every XML reader unless it is written so
    cells = [
        "".join(f"<{k}>{escape(v, {chr(13): '&#13;'})}</{k}>" for k, v in r.items()) for r in rows
    ]
    people = "\n".join(f"<p>{c}</p>" for c in cells)
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}\n<people>\n{people}\n</people>'


def workbook(rows: Rows) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(out)
    return out.getvalue()


def parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    return out.getvalue()


def table(rows: list[dict[str, Any]]) -> bytes:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t ({})".format(", ".join(f'"{c}"' for c in rows[0])))
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO t VALUES ({marks})", [tuple(r.values()) for r in rows])
        database.commit()
        return database.serialize()


@dataclass(frozen=True)
class Kind:
    """How a format is written and what its stream says."""

    name: str
    ending: str
    write: Callable[[Any], str | bytes]
    options: dict[str, Any] = field(default_factory=dict)


KINDS = {
    k.name: k
    for k in (
        Kind("csv", ".csv", csv_of),
        Kind("delimited", ".txt", piped, {"delimiter": "|"}),
        Kind("fixed", ".dat", fixed, {"widths": WIDTHS}),
        Kind("jsonl", ".jsonl", lines),
        Kind("json", ".json", array, {"record": "people"}),
        Kind("xml", ".xml", markup, {"record": "//p"}),
        Kind("xlsx", ".xlsx", workbook),
        Kind("parquet", ".parquet", parquet),
        Kind("database", ".db", table, {"url": "sqlite:///{feeds}/people.db", "table": "t"}),
    )
}
TEXTS = ("csv", "delimited", "fixed", "jsonl", "json", "xml")
BINARY = ("xlsx", "parquet", "database")


@dataclass(frozen=True)
class Case:
    """A file, and the rows or the words of the error that it must give."""

    kind: str
    variant: str
    content: Callable[[], bytes]
    expected: Rows | str
    encoding: str = "utf-8"
    ending: str = ""

    def __str__(self) -> str:
        return f"{self.variant}-{self.kind}"


def encoded(kind: str, rows: Rows, encoding: str = "utf-8") -> bytes:
    written = KINDS[kind].write(rows)
    return written if isinstance(written, bytes) else written.encode(encoding)


def marked() -> Rows:
    """PLAIN with a byte order mark before the first name."""
    return [{"\ufeffID": r["ID"], "SURNAME": r["SURNAME"], "NOTE": r["NOTE"]} for r in PLAIN]


def begun(kind: str) -> bytes:
    return b"\xef\xbb\xbf" + encoded(kind, PLAIN)


def opened(kind: str) -> bytes:
    return encoded(kind, PLAIN).replace(b"first", b'"first')


def cut(kind: str) -> bytes:
    return encoded(kind, PLAIN)[:-30]


def packed_and_cut(kind: str) -> bytes:
    return gzip.compress(encoded(kind, PLAIN))[:-12]


def mixed_ends(kind: str) -> bytes:
    """Every line ends in another way."""
    ends = ["\r\n", "\n", "\r"]
    text = encoded(kind, PLAIN).decode()
    for number in range(text.count("\n")):
        text = text.replace("\n", f"\0{number % 3}", 1)
    return re.sub("\0(.)", lambda m: ends[int(m[1])], text).encode()


def of_parts(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook whose parts were tampered with."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(PLAIN))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    return of_parts(lambda name, data: data.replace(old, new) if "sheet1" in name else data)


def with_doctype(declared: str, inside: str) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        if "sheet1" not in name:
            return data
        data = data.replace(b"first", inside.encode())
        place = data.index(b"<worksheet")
        return data[:place] + declared.encode() + data[place:]

    return of_parts(change)


def packed(kind: str) -> bytes:
    """A gzip bomb: one record again and again, 100 MB in 100 KB."""
    beginning = encoded(kind, PLAIN[:1])
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as file:
        head, _, tail = beginning.rpartition(b"</people>" if kind == "xml" else b"]")
        body = (head or beginning) if kind in ("xml", "json") else beginning
        file.write(body)
        more = {
            "xml": encoded("xml", PLAIN[:1]).split(b"<people>\n")[1].split(b"\n</people>")[0],
            "json": b"," + json.dumps(PLAIN[0]).encode(),
        }.get(kind) or beginning.splitlines(keepends=True)[-1]
        block = more * (1 + (1 << 20) // len(more))
        for _ in range(100):
            file.write(block)
        file.write(tail)
    return out.getvalue()


def swollen_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(100):
                part.write(b"<row/>" * 200_000)
    return out.getvalue()


def one_text_in_all_cells() -> bytes:
    """A shared text of 1 MB in 20,000 cells: 20 GB in a few KB."""

    def change(name: str, data: bytes) -> bytes:
        if "sheet1" in name:
            row = b'<row><c t="s"><v>0</v></c></row>'
            head, _, tail = data.partition(b"<sheetData>")
            return head + b"<sheetData>" + row * 20_000 + tail[tail.index(b"</sheetData>") :]
        return data

    out = io.BytesIO(of_parts(change))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        text = b"x" * 1_000_000
        archive.writestr("xl/sharedStrings.xml", b"<sst><si><t>" + text + b"</t></si></sst>")
    return out.getvalue()


def one_text_in_all_rows() -> bytes:
    """100,000 rows of one text of 2 MB: 200 GB in 2 MB, and no row group says so."""
    note = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 2_000_000])
    names = pa.array([str(n) for n in range(100_000)])
    out = io.BytesIO()
    pq.write_table(pa.table({"ID": names, "SURNAME": names, "NOTE": note}), out)
    return out.getvalue()


def foreign_bytes() -> bytes:
    """A Parquet text column that holds cp1252."""
    out = io.BytesIO()
    note = pa.Array.from_buffers(
        pa.string(), 1, pa.array(["Garc\u00eda".encode("cp1252")], pa.binary()).buffers()
    )
    pq.write_table(pa.table({"ID": ["1"], "SURNAME": note, "NOTE": ["x"]}), out)
    return out.getvalue()


def foreign_text() -> bytes:
    """A table whose text is cp1252."""
    with sqlite3.connect(":memory:") as database:
        database.deserialize(table(PLAIN))
        database.execute("UPDATE t SET NOTE = CAST(x'ed79' AS TEXT)")
        database.commit()
        return database.serialize()


def deep(kind: str) -> bytes:
    levels = 20_000
    if kind == "xml":
        return markup(PLAIN).replace("first", "<x>" * levels + "</x>" * levels).encode()
    nested = "[" * levels + "]" * levels
    return encoded(kind, PLAIN).replace(b'"first"', nested.encode())


def nested_columns() -> bytes:
    out = io.BytesIO()
    pl.DataFrame(
        {
            "ID": ["1"],
            "name": [{"SURNAME": "Zoë", "more": {"title": "Dr"}}],
            "homes": [[{"town": "Dudley", "no": 1}, {"town": "Walsall", "no": 2}]],
            "marks": [[["a", "b"], ["c"]]],
        }
    ).write_parquet(out)
    return out.getvalue()


CASES: list[Case] = [
    # a byte order mark before the first character; in binary formats, before the first name
    *(Case(k, "mark", partial(begun, k), PLAIN) for k in TEXTS),
    *(
        Case(
            k, "mark",
            partial(encoded, k, marked()),
            PLAIN,
        )
        for k in BINARY
    ),
    # every line ends in another way; where lines mean nothing, line ends within a value
    *(Case(k, "line ends", partial(mixed_ends, k), PLAIN) for k in TEXTS),
    *(Case(k, "line ends", partial(encoded, k, BROKEN_LINES), BROKEN_LINES) for k in BINARY),
    # line ends inside a value
    *(
        Case(k, "lines within", partial(encoded, k, BROKEN_LINES), BROKEN_LINES)
        for k in KINDS if k != "fixed"
    ),
    *(Case(k, "quotes", partial(encoded, k, QUOTED), QUOTED) for k in KINDS),
    *(
        Case(k, "open quote", partial(opened, k), words)
        for k, words in (
            ("csv", "line 2 has a quotation mark left open"),
            ("delimited", "line 2 has a quotation mark left open"),
            ("json", "not complete JSON"),
        )
    ),
    Case("fixed", "open quote", lambda: encoded("fixed", PLAIN).replace(b"first ", b'"first'),
         [{**PLAIN[0], "NOTE": '"first'}, *PLAIN[1:]]),
    Case("jsonl", "open quote", lambda: encoded("jsonl", PLAIN).replace(b'"first', b'""first'),
         PLAIN[1:]),
    Case("xml", "open quote", lambda: encoded("xml", PLAIN).replace(b"<p>", b'<p a="x>', 1),
         "not complete, well-formed XML: line"),
    # an old encoding that the source file names
    *(
        Case(k, "old encoding", partial(encoded, k, PLAIN[:2], "cp1252"), PLAIN[:2], "cp1252")
        for k in TEXTS if k != "xml"
    ),
    Case("xml", "old encoding",
         lambda: markup(PLAIN[:2]).replace("UTF-8", "windows-1252").encode("cp1252"), PLAIN[:2]),
    *(
        Case(k, "wide encoding", partial(encoded, k, PLAIN, "utf-16"), PLAIN, "utf-16")
        for k in TEXTS if k != "xml"
    ),
    Case("xml", "wide encoding", lambda: markup(PLAIN).replace("UTF-8", "UTF-16").encode("utf-16"),
         PLAIN),
    # another encoding than it says
    *(
        Case(k, "wrong encoding", partial(encoded, k, PLAIN[:2], "cp1252"),
             r"byte \d+ is not utf-8\. Correct `encoding`")
        for k in TEXTS if k != "xml"
    ),
    Case("xml", "wrong encoding", lambda: markup(PLAIN[:2]).encode("cp1252"),
         "not complete, well-formed XML: line 3"),
    Case("xlsx", "wrong encoding",
         lambda: of_parts(lambda _, data: data.replace(b"first", b"fir\xebst")),
         "cannot be read"),
    Case("parquet", "wrong encoding", foreign_bytes, "its texts are not UTF-8"),
    Case("database", "wrong encoding", foreign_text, "the database cannot be read"),
    # nested far deeper than any feed
    Case("json", "deep", lambda: deep("json"), "nested too deeply"),
    Case("jsonl", "deep", lambda: deep("jsonl"), PLAIN[1:]),
    Case("xml", "deep", lambda: deep("xml"), "not complete, well-formed XML: line 3"),
    *(
        Case(k, "deep", partial(encoded, k, [{**PLAIN[0], "NOTE": "[" * 50}]),
             [{**PLAIN[0], "NOTE": "[" * 50}])
        for k in ("csv", "delimited", "fixed", "xlsx", "database")
    ),
    Case("parquet", "deep", nested_columns,
         [{"ID": "1", "name.SURNAME": "Zoë", "name.more.title": "Dr",
           "homes.town": ["Dudley", "Walsall"], "homes.no": ["1", "2"],
           "marks": ["a, b", "c"]}]),
    # entities: a billion laughs, a file of the machine, a parameter entity, in an attribute
    Case("xml", "laughs", lambda: markup(PLAIN, LAUGHS).replace("first", "&l11;").encode(),
         r"declares entities|not complete, well-formed XML"),
    Case("xml", "laughs in an attribute",
         lambda: markup(PLAIN, LAUGHS).replace("<p>", '<p a="&l11;">').encode(),
         r"declares entities|not complete, well-formed XML"),
    Case("xml", "outside entity",
         lambda: markup(PLAIN, '<!DOCTYPE p [<!ENTITY s SYSTEM "file:///etc/passwd">]>')
         .replace("first", "&s;").encode(), "declares entities"),
    Case("xml", "outside definition",
         lambda: markup(PLAIN, '<!DOCTYPE p [<!ENTITY % s SYSTEM "http://127.0.0.1:1/x">%s;]>')
         .encode(), "declares entities|not complete, well-formed XML"),
    Case("xlsx", "laughs", lambda: with_doctype(LAUGHS, "&l11;"), "cannot be read|entities"),
    Case("xlsx", "outside entity",
         lambda: with_doctype('<!DOCTYPE p [<!ENTITY s SYSTEM "file:///etc/passwd">]>', "&s;"),
         "cannot be read|entities"),
    *(
        Case(k, "laughs", partial(encoded, k, [{**PLAIN[0], "NOTE": "&l11;"}]),
             [{**PLAIN[0], "NOTE": "&l11;"}])
        for k in KINDS if k not in ("xml", "xlsx")
    ),
    # packed bombs
    *(
        Case(k, "bomb", partial(packed, k), "unpacks to more than 200 times its size",
             ending=KINDS[k].ending + ".gz")
        for k in TEXTS
    ),
    Case("xlsx", "bomb", swollen_workbook, "which no genuine workbook does"),
    Case("xlsx", "shared bomb", one_text_in_all_cells, "its texts unpack to more than 2 GB"),
    Case("parquet", "bomb", one_text_in_all_rows, "more than 1 MB each"),
    # formulas stay text; of a workbook's formula only the last result is read, here there is none
    *(
        Case(k, "formulas", partial(encoded, k, FORMULAS), FORMULAS)
        for k in KINDS if k != "xlsx"
    ),
    Case("xlsx", "formulas", lambda: workbook(FORMULAS),
         [{"ID": "1"}, {"ID": "2", "SURNAME": "@SUM(A1)", "NOTE": "+cmd|' /C calc'!A0"}]),
    Case("xlsx", "formula with a result",
         lambda: in_sheet(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"), PLAIN),
    # the end is missing
    *(
        Case(k, "cut short", partial(cut, k), words)
        for k, words in (
            ("json", "not complete JSON"), ("xml", "well-formed XML: line"),
            ("xlsx", "cannot be read"), ("parquet", "not a complete Parquet file"),
        )
    ),
    *(
        Case(k, "cut short", partial(packed_and_cut, k),
             "cut short or damaged", ending=KINDS[k].ending + ".gz")
        for k in ("csv", "delimited", "fixed", "jsonl")
    ),
    Case("database", "cut short", lambda: table(PLAIN)[:4096], "the database cannot be read"),
    # every record has names of its own
    Case("jsonl", "ever new names",
         lambda: "".join(f'{{"ID":"{n}","k{n}":"x"}}\n' for n in range(6000)).encode(),
         [{"ID": str(n), f"k{n}": "x"} for n in range(6000)]),
    Case("jsonl", "parts all unlike",
         lambda: b'{"ID":"1","a":[%s]}\n{"ID":"2"}\n'
         % b",".join(b'{"k%d":1}' % n for n in range(20_000)), [{"ID": "2"}]),
]  # fmt: skip
NONE = {
    **{(k, "lines within"): "a line is a record" for k in ("fixed",)},
    **{
        (k, v): "texts are always in one encoding"
        for k in BINARY
        for v in ("old encoding", "wide encoding")
    },
    **{(k, "open quote"): "quotation marks mean nothing" for k in BINARY},
    ("database", "bomb"): "nothing is packed",
}
EVERYWHERE = (
    *("mark", "line ends", "lines within", "quotes", "open quote", "old encoding"),
    *("wide encoding", "wrong encoding", "deep", "laughs", "bomb", "formulas", "cut short"),
)


def rows_of(case: Case, folder: Path) -> list[dict[str, Any]]:
    """What is read, without what is empty."""
    kind = KINDS[case.kind]
    path = folder / f"people{case.ending or kind.ending}"
    path.write_bytes(case.content())
    stream = stream_of(
        {"surname": {"column": "ID"}},
        format=case.kind, encoding=case.encoding, options=kind.options, path=path.name,
    )  # fmt: skip
    place = folder if case.kind == "database" else path
    frames = [chunk.frame.drop("line") for chunk in read(stream, place)]
    return [
        {k: v for k, v in row.items() if v is not None} for f in frames for row in f.to_dicts()
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_is_read_as_meant_or_refused_with_the_remedy(case: Case, tmp_path: Path) -> None:
    if not isinstance(case.expected, str):
        assert rows_of(case, tmp_path) == case.expected
        return
    with pytest.raises(DeliveryError, match=f"(?s){case.expected}") as caught:
        rows_of(case, tmp_path)
    said = str(caught.value)
    assert said.startswith("table t" if case.kind == "database" else "people.")
    assert re.search(SIGN_OF_A_REMEDY, said), said
    assert "root:" not in said


def test_every_format_meets_every_variant() -> None:
    met = {(c.kind, c.variant) for c in CASES}
    assert not met & set(NONE)
    assert {(k, v) for k in KINDS for v in EVERYWHERE} - met - set(NONE) == set()


BOMBS = [
    c for c in CASES if c.variant in ("bomb", "shared bomb", "laughs", "deep", "parts all unlike")
]


PROGRAM = """
import pathlib, re, sys, django
django.setup()
from tests.ingest import test_hostile_files as table
for case in table.BOMBS:
    try:
        table.rows_of(case, pathlib.Path(sys.argv[1]))
    except table.DeliveryError:
        pass
print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_bomb_takes_more_than_a_gigabyte(tmp_path: Path) -> None:
    """All of them in one process of its own: the most memory that it ever held."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path], capture_output=True, text=True, check=True
    )
    assert 50_000 < int(done.stdout) < 1 << 20
