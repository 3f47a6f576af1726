"""Every format arrives as text columns; what is broken is named."""

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from ingest.errors import DeliveryError
from ingest.readers import read
from ingest.readers.flatten import flatten
from tests.ingest.streams import stream_of

NS = 'xmlns="urn:x" xmlns:p="urn:p"'


def all_rows(file: Path, /, key: str = "ID", **options: Any) -> list[dict[str, Any]]:
    stream = stream_of({"surname": {"column": key, "optional": True}}, key=[key], **options)
    frames = [c.frame for c in read(stream, file)]
    return [row for frame in frames for row in frame.to_dicts()]


def test_a_delimited_file_in_an_old_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("ID|NAME \n1|RENÉ “X”\n2|\n".encode("cp1252"))
    rows = all_rows(path, format="delimited", encoding="cp1252", options={"delimiter": "|"})
    assert rows == [
        {"line": 2, "ID": "1", "NAME": "RENÉ “X”"},
        {"line": 3, "ID": "2", "NAME": None},
    ]


def test_a_byte_order_mark_and_spaces_in_the_header_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfID, NAME, NAME\r\n1, a, b\r\n")
    assert all_rows(path) == [{"line": 2, "ID": "1", "NAME": " a", "NAME_2": " b"}]


def test_quoted_line_breaks_belong_to_the_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ID,NOTE\n1,"a\nb, ""c"""\n2,x\n')
    assert [r["NOTE"] for r in all_rows(path)] == ['a\nb, "c"', "x"]


def test_bad_rows_of_a_file_of_many_blocks_have_their_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.readers.delimited.BLOCK_BYTES", 300)
    wrong = {2, 3, 50, 51, 52, 400, 999, 1001}
    path = tmp_path / "a.csv"
    lines = ("too,many,fields" if n in wrong else f"{n},x" for n in range(2, 1002))
    path.write_text("ID,NAME\n" + "\n".join(lines) + "\n")
    chunks = list(read(stream_of({"surname": "ID"}), path))
    assert len(chunks) > 10
    assert {n for c in chunks for n in c.malformed["line"]} == wrong
    rows = [r for c in chunks for r in c.frame.select("line", "ID").iter_rows()]
    assert [line for line, _ in rows] == [int(i) for _, i in rows]
    assert len(rows) == 1000 - len(wrong)


def test_where_quotes_mean_nothing_they_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ID,NAME\n1,"BIG\n2,JIM"\n')
    assert [r["NAME"] for r in all_rows(path, options={"quote": ""})] == ['"BIG', 'JIM"']


def test_a_file_without_a_header_gets_its_names_from_the_source_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,x\n2,y\n")
    rows = all_rows(path, options={"header": ["ID", "NAME"]})
    assert rows == [{"line": 1, "ID": "1", "NAME": "x"}, {"line": 2, "ID": "2", "NAME": "y"}]


def test_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Extract of 1 May\n\nID,NAME\n1,x\n")
    assert all_rows(path, options={"skip_lines": 2}) == [{"line": 4, "ID": "1", "NAME": "x"}]


def test_fixed_width_is_cut_by_position(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes("001SMITH     Zoë  X\r\n002JONES\r\n\r\n".encode("latin-1"))
    widths = [["ID", 1, 3], ["SURNAME", 4, 10], ["NAME", 14, 5], ["F", 19, 1]]
    rows = all_rows(path, format="fixed", encoding="latin-1", options={"widths": widths})
    assert rows == [
        {"line": 1, "ID": "001", "SURNAME": "SMITH", "NAME": "Zoë", "F": "X"},
        {"line": 2, "ID": "002", "SURNAME": "JONES", "NAME": None, "F": None},
    ]


def test_a_fixed_line_of_another_length_is_malformed(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_text("001AB\n002ABC\n003CD\n")
    options = {"widths": [["ID", 1, 3], ["N", 4, 2]], "record_length": 5}
    stream = stream_of({"surname": "ID"}, format="fixed", options=options)
    (chunk,) = (c for c in read(stream, path) if len(c.frame))
    assert chunk.frame["ID"].to_list() == ["001", "003"]
    assert chunk.malformed.to_dicts() == [
        {"line": 2, "reason": "line of 6 characters where 5 are expected", "text": "002ABC"}
    ]


def test_json_lines_are_flattened_and_broken_lines_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"ID": "1", "p": {"n": "A", "al": ["x", "y"]}, "k": 3}\n{"ID": \n\n[1]\n'
        '{"ID": "2", "p": {"al": ["z"]}, "ok": true}\n'
    )
    stream = stream_of({"surname": "ID"}, format="jsonl")
    (chunk,) = read(stream, path)
    assert chunk.frame.to_dicts() == [
        {"line": 1, "ID": "1", "p.n": "A", "p.al": ["x", "y"], "k": "3", "ok": None},
        {"line": 5, "ID": "2", "p.n": None, "p.al": ["z"], "k": None, "ok": "true"},
    ]
    assert chunk.malformed["line"].to_list() == [2, 4]
    assert chunk.malformed["text"].to_list() == ['{"ID": ', "[1]"]


def test_half_a_character_makes_a_json_line_malformed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"ID": "1", "n": "\\ud800"}\n{"ID": "2", "n": "\\ud83d\\ude00 \\u00e9"}\n')
    stream = stream_of({"surname": "ID"}, format="jsonl")
    (chunk,) = read(stream, path)
    assert chunk.frame.to_dicts() == [{"line": 2, "ID": "2", "n": "😀 é"}]
    assert chunk.malformed["line"].to_list() == [1]
    path.write_text('[{"ID": "1", "n": "\\ud800"}, {"ID": "2", "n": "x"}]')
    assert [r["ID"] for r in all_rows(path, format="json")] == ["2"]


def test_repeated_objects_are_parallel_lists() -> None:
    record = {
        "a": [{"l": "x", "p": None}, {"l": "y", "q": [1, 2]}],
        "b": [],
        "c": {"d": {"e": 1.5}},
    }
    assert flatten(record) == {
        "a.l": ["x", "y"],
        "a.p": [None, None],
        "a.q": [None, "1, 2"],
        "b": [],
        "c.d.e": "1.5",
    }


def test_a_json_array_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"meta": {"n": 2}, "data": {"rows": [{"ID": "1"}, {"ID": "2"}]}}))
    rows = all_rows(path, format="json", options={"record": "data.rows"})
    assert rows == [{"line": 1, "ID": "1"}, {"line": 2, "ID": "2"}]
    path.write_text('[{"ID": "é]"}, {"ID": "b"}]')
    assert [r["ID"] for r in all_rows(path, format="json")] == ["é]", "b"]


def test_a_json_array_longer_than_one_block_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps([{"ID": str(n), "text": "x" * 1000} for n in range(3000)], indent=1)
    )
    assert [r["ID"] for r in all_rows(path, format="json")] == [str(n) for n in range(3000)]


@pytest.mark.parametrize("end", [0.3, 0.999])
def test_a_cut_json_array_fails(tmp_path: Path, end: float) -> None:
    whole = json.dumps([{"ID": str(n), "text": "x" * 50} for n in range(100)])
    path = tmp_path / "a.json"
    path.write_text(whole[: int(len(whole) * end)])
    with pytest.raises(DeliveryError, match=r"a\.json: not complete JSON"):
        all_rows(path, format="json")


def test_xml_with_namespaces_is_flattened(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        f'<?xml version="1.0"?><List {NS}><Case no="7"><ID>1</ID><p:Name><p:Al>x</p:Al>'
        "<p:Al>y</p:Al></p:Name><A><L>1 Road</L><P/></A><A><L>2 Road</L><P>B21 9AA</P></A></Case>"
        "<Case no='8'><!-- gone --><ID>2</ID><p:Name><p:Al>z</p:Al></p:Name></Case></List>"
    )
    options = {"record": "//n:Case", "namespaces": {"n": "urn:x"}}
    assert all_rows(path, format="xml", options=options) == [
        {"line": 1, "@no": "7", "ID": "1", "Name.Al": ["x", "y"], "A.L": ["1 Road", "2 Road"],
         "A.P": [None, "B21 9AA"]},
        {"line": 2, "@no": "8", "ID": "2", "Name.Al": ["z"], "A.L": None, "A.P": None},
    ]  # fmt: skip


def test_a_cut_xml_file_fails_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<List>\n" + "<Case><ID>1</ID></Case>\n" * 10 + "<Case><ID>1")
    with pytest.raises(DeliveryError, match=r"a\.xml: not complete, well-formed XML: line 12"):
        all_rows(path, format="xml", options={"record": "//Case"})


def test_an_xml_entity_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    path = tmp_path / "a.xml"
    path.write_text(
        f'<!DOCTYPE l [<!ENTITY s SYSTEM "file://{secret}">]><List><Case><ID>1&s;</ID></Case></List>'
    )
    with pytest.raises(DeliveryError, match=r"a\.xml: declares entities"):
        all_rows(path, format="xml", options={"record": "//Case"})


def test_a_billion_laughs_are_not_laughed(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(
        f'<!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><List><Case><ID>&l11;</ID></Case></List>'
    )
    with pytest.raises(DeliveryError, match=r"a\.xml: "):
        all_rows(path, format="xml", options={"record": "//Case"})


def test_a_spreadsheet_gives_days_and_plain_numbers(tmp_path: Path) -> None:
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    sheet.append(["ID", " WHEN", "N", "T"])
    sheet.append([1, dt.datetime(1990, 2, 1), 1.5, dt.datetime(1990, 2, 1, 13, 30)])  # noqa: DTZ001
    sheet.append(["A2", None, 7700900123, "text"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    rows = all_rows(path, format="xlsx", options={"sheet": "Data"})
    assert rows == [
        {"line": 2, "ID": "1", "WHEN": "1990-02-01", "N": "1.5", "T": "1990-02-01 13:30:00"},
        {"line": 3, "ID": "A2", "WHEN": None, "N": "7700900123", "T": "text"},
    ]


def test_a_cut_spreadsheet_or_an_unknown_sheet_fails(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("First", 0).append(["ID"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(DeliveryError, match="sheet 'Other' cannot be read"):
        all_rows(path, format="xlsx", options={"sheet": "Other"})
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DeliveryError, match=r"a\.xlsx: sheet 0 cannot be read"):
        all_rows(path, format="xlsx")


def test_parquet_becomes_text(tmp_path: Path) -> None:
    import datetime as dt

    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "ID": [1, 2],
            "d": [dt.date(1990, 2, 1), None],
            "s": [{"x": 1.5}, {"x": None}],
            "l": [["a"], []],
        }
    ).write_parquet(path)
    assert all_rows(path, format="parquet") == [
        {"line": 1, "ID": "1", "d": "1990-02-01", "s.x": "1.5", "l": ["a"]},
        {"line": 2, "ID": "2", "d": None, "s.x": None, "l": []},
    ]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DeliveryError, match="not a complete Parquet file"):
        all_rows(path, format="parquet")


def test_a_database_table_or_query_becomes_text(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as database:
        database.execute("CREATE TABLE t (ID integer, name text, d date)")
        database.executemany(
            "INSERT INTO t VALUES (?, ?, ?)", [(1, "a", "1990-02-01"), (2, None, None)]
        )
    database.close()
    url = "sqlite:///{feeds}/x.sqlite"
    rows = all_rows(tmp_path, format="database", path="", options={"url": url, "table": "t"})
    assert rows == [
        {"line": 1, "ID": "1", "name": "a", "d": "1990-02-01"},
        {"line": 2, "ID": "2", "name": None, "d": None},
    ]
    query = "SELECT ID, upper(name) AS n FROM t WHERE ID = 1"
    rows = all_rows(tmp_path, format="database", path="", options={"url": url, "query": query})
    assert rows == [{"line": 1, "ID": "1", "n": "A"}]


def test_a_database_that_cannot_be_reached_fails_without_its_address(tmp_path: Path) -> None:
    url = "postgresql+psycopg://user:hidden@127.0.0.1:1/x"
    with pytest.raises(DeliveryError) as caught:
        all_rows(tmp_path, format="database", path="", options={"url": url, "table": "t"})
    assert "table t: the database cannot be read (OperationalError)" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_gzip_is_unpacked_for_every_text_format(tmp_path: Path) -> None:
    for name, text, options in (
        ("a.csv.gz", "ID\n1\n", {"format": "csv"}),
        ("a.jsonl.gz", '{"ID": "1"}\n', {"format": "jsonl"}),
        ("a.xml.gz", "<L><C><ID>1</ID></C></L>", {"format": "xml", "options": {"record": "//C"}}),
    ):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()))
        assert [r["ID"] for r in all_rows(path, **options)] == ["1"]


def test_the_wrong_encoding_is_named_with_its_byte_in_every_text_format(tmp_path: Path) -> None:
    for name, content, options in (
        ("a.jsonl", b'{"ID": "1"}\n{"ID": "\xcd"}\n', {"format": "jsonl"}),
        ("a.json", b'[{"ID": "1"},\n{"ID":  "\xcd"}]', {"format": "json"}),
        (
            "a.dat",
            b"0123456789\n0123456789\xcd\n",
            {"format": "fixed", "options": {"widths": [["ID", 1, 9]]}},
        ),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        place = content.index(b"\xcd")
        with pytest.raises(DeliveryError, match=f"{name}: byte {place} is not utf-8"):
            all_rows(path, **options)
