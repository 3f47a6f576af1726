"""`manage.py new_source`: eight formats and their hostile variants become source files."""

import gzip
import json
import sqlite3
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ingest.spec import Source, load_spec
from ingest.trial import tried

ROWS = [
    ("P1", "O'NEILL", "Zoë", "17/05/1990", "F", "B21 9AA"),
    ("P2", "Smith, Jr", 'John "Jack"', "01/02/1985", "M", "WV1 1AA"),
    ("P3", "García", "Ana", "30/11/1971", "F", "CV1 2AB"),
]
COLUMNS = ("PERSON_ID", "Surname", "FORENAMES", "Date of Birth", "Gender", "PostCode")


def made(place: Path | str, out: Path, /, **options: Any) -> tuple[Source, str]:
    """The command's source file, valid, and what it printed."""
    from io import StringIO

    said = StringIO()
    call_command("new_source", str(place), out=out, stdout=said, no_color=True, **options)
    (path,) = out.glob("*.toml")
    return load_spec(path), said.getvalue()


def people(source: Source, path: Path) -> list[tuple[Any, ...]]:
    """What would be loaded: id, names, birth, sex and postcode of each row."""
    (stream,) = source.streams
    rows = [r for t in tried(source, stream, path) for r in t.good.to_dicts()]
    return [
        (
            r["surname"],
            r["given_names"],
            str(r["born_on"]),
            r["sex"],
            json.loads(r["addresses"])[0]["postcode"],
        )
        for r in rows
    ]


EXPECTED = [
    ("O'Neill", "Zoë", "1990-05-17", "F", "B21 9AA"),
    ("Smith, Jr", 'John "Jack"', "1985-02-01", "M", "WV1 1AA"),
    ("García", "Ana", "1971-11-30", "F", "CV1 2AB"),
]


def csv_text(delimiter: str = ",", end: str = "\n", *, mixed: bool = False) -> str:
    def cell(value: str) -> str:
        quoted = value.replace('"', '""')
        return f'"{quoted}"' if delimiter in value or '"' in value else value

    lines = [delimiter.join(map(cell, row)) for row in (COLUMNS, *ROWS)]
    ends = ["\r\n", "\n", "\r", "\n"] if mixed else [end] * 4
    return "".join(line + e for line, e in zip(lines, ends, strict=True))


def records() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", csv_text().encode()),
        ("bom.csv", b"\xef\xbb\xbf" + csv_text().encode()),
        ("mixed.csv", csv_text(mixed=True).encode()),
        ("mac.csv", csv_text(end="\r").encode()),
        ("old.csv", csv_text(end="\r\n").encode("cp1252")),
        ("wide.csv", csv_text().encode("utf-16")),
        ("semicolon.csv", csv_text(";").encode()),
        ("tab.txt", csv_text("\t").encode()),
        ("pipe.dat", csv_text("|").encode("cp1252")),
        ("preamble.csv", ("Extract of 1 May 2026\n\n" + csv_text()).encode()),
        ("packed.csv.gz", gzip.compress(csv_text().encode())),
    ],
)
def test_a_delimited_sample_is_understood(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    source, _ = made(path, tmp_path / "out")
    (stream,) = source.streams
    assert (stream.kind, stream.row_key) == ("person", ("PERSON_ID",))
    assert people(source, path) == EXPECTED


def test_fixed_width_is_cut_where_all_lines_are_blank(tmp_path: Path) -> None:
    path = tmp_path / "prison.dat"
    rows = [(f"{i:03}", *row[1:]) for i, row in enumerate(ROWS, start=1)]
    widths = (6, 12, 14, 12, 8, 10)
    lines = ["".join(v.ljust(w) for v, w in zip(r, widths, strict=True)) for r in rows]
    head = "".join(
        v.ljust(w)
        for v, w in zip(
            ("ID", "SURNAME", "FORENAME", "DOB", "SEX", "POSTCODE"), widths, strict=True
        )
    )
    path.write_text("\n".join([head, *lines]) + "\n")
    source, said = made(path, tmp_path / "out")
    assert "Zoë" in said
    assert source.streams[0].options.skip_lines == 1
    found = people(source, path)
    assert [row[0] for row in found] == ["O'Neill", "Smith, Jr", "García"]
    assert [row[2] for row in found] == [row[2] for row in EXPECTED]


def test_json_and_json_lines(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_text("".join(json.dumps({"person": r}) + "\n" for r in records()))
    source, _ = made(lines, tmp_path / "lines")
    assert source.streams[0].format == "jsonl"
    assert people(source, lines) == EXPECTED
    array = tmp_path / "b.json"
    array.write_text(json.dumps({"meta": {"n": 3}, "data": {"people": records()}}, indent=1))
    source, _ = made(array, tmp_path / "array")
    assert source.streams[0].options.record == "data.people"
    assert people(source, array) == EXPECTED


def test_nested_xml_with_a_namespace_takes_the_day_from_around_the_record(tmp_path: Path) -> None:
    path = tmp_path / "court.xml"
    cases = "".join(
        f"<p:case><p:person_id>{i}</p:person_id><p:name><p:surname>{s}</p:surname>"
        f"<p:forenames>{f}</p:forenames></p:name><p:dob>{d}</p:dob><p:sex>{x}</p:sex>"
        f"<p:addr><p:pcode>{c}</p:pcode></p:addr></p:case>"
        for i, s, f, d, x, c in ROWS
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><list xmlns:p="urn:court"><p:session>'
        f"<p:doh>26/10/2020</p:doh><p:cases>{cases}</p:cases></p:session></list>"
    )
    source, _ = made(path, tmp_path / "out")
    (stream,) = source.streams
    assert stream.options.record == "//n:case"
    assert stream.options.above == ("session.doh",)
    assert people(source, path) == EXPECTED
    rows = [r for t in tried(source, stream, path) for r in t.good.to_dicts()]
    assert {str(r["event_on"]) for r in rows} == {"2020-10-26"}


def test_a_spreadsheet_a_parquet_file_and_a_database(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (COLUMNS, *ROWS):
        sheet.append(row)
    xlsx = tmp_path / "people.xlsx"
    book.save(xlsx)
    source, _ = made(xlsx, tmp_path / "x")
    assert people(source, xlsx) == EXPECTED
    parquet = tmp_path / "people.parquet"
    pl.DataFrame(records()).write_parquet(parquet)
    source, _ = made(parquet, tmp_path / "p")
    assert people(source, parquet) == EXPECTED
    with sqlite3.connect(tmp_path / "old.db") as database:
        columns = ", ".join(f'"{c}" text' for c in COLUMNS)
        database.execute(f"CREATE TABLE nominals ({columns})")
        database.executemany("INSERT INTO nominals VALUES (?,?,?,?,?,?)", ROWS)
    database.close()
    source, _ = made(f"sqlite:///{tmp_path}/old.db", tmp_path / "d")
    assert source.system == "old"
    assert people(source, tmp_path) == EXPECTED


def test_a_folder_becomes_a_stream_for_each_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "prisons"
    folder.mkdir()
    for day in ("2026-05-01", "2026-05-02"):
        (folder / f"people_{day}.csv").write_text(csv_text())
    (folder / "crimes_20260501.csv").write_text("Crime ID,Crime type,Location\nC1,Theft,Here\n")
    source, _ = made(folder, tmp_path / "out")
    assert source.system == "prisons"
    assert {(s.name, s.kind, s.path) for s in source.streams} == {
        ("people", "person", "people_*.csv"),
        ("crimes", "crime", "crimes_*.csv"),
    }


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("05/17/1990", "%m/%d/%Y"),
        ("170590", "%d%m%y"),
        ("17-May-90", "%d-%b-%y"),
        ("1990-05-17T00:00:00", None),
    ],
)
def test_the_form_of_a_date_is_found(tmp_path: Path, written: str, form: str | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"ID,SURNAME,DOB\n1,A,{written}\n2,B,{written}\n")
    source, said = made(path, tmp_path / "out")
    field = source.streams[0].fields["born_on"]
    if form:
        assert field.formats == (form,)
        assert '"born_on": "1990-05-17"' in said
    else:
        assert '"born_on": "1990-05-17"' in said


def test_days_that_could_be_months_are_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID,SURNAME,DOB\n1,A,01/02/1990\n2,B,03/04/1990\n")
    made(path, tmp_path / "out")
    assert "no value of the sample tells it" in (tmp_path / "out" / "a.toml").read_text()


def test_columns_that_try_to_leave_their_comment_stay_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    evil = 'x"\nsystem = "evil'
    path.write_text(
        json.dumps({"id": "1", "surname": "A", evil: "1"})
        + "\n"
        + json.dumps({"id": "2", "surname": "B", evil: "2"})
        + "\n"
    )
    made(path, tmp_path / "out")
    assert tomllib.loads((tmp_path / "out" / "a.toml").read_text())["system"] == "a"


def test_a_password_of_a_database_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        made("postgresql+psycopg://u:hidden@127.0.0.1:1/x", tmp_path / "out")
    assert "hidden" not in str(caught.value)


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(100):
                part.write(b"<row/>" * 200_000)


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(f'<!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><L><C><I>&l11;</I></C><C/></L>')


def outside(path: Path) -> None:
    path.write_text(
        '<!DOCTYPE l [<!ENTITY s SYSTEM "file:///etc/passwd">]><L><C><I>&s;</I></C></L>'
    )


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        file.write(b"ID,SURNAME\n")
        for _ in range(100):
            file.write(b"1,A\n" * 500_000)


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("a.xlsx", zip_bomb, "no genuine workbook"),
        ("a.xml", laughs, "a.xml: "),
        ("b.xml", outside, "declares entities"),
        ("a.csv.gz", gzip_bomb, "unpacks to more than"),
        ("a.csv", lambda p: p.write_bytes(b""), "the file is empty"),
        ("a.bin", lambda p: p.write_bytes(bytes(range(10)) * 20), "neither text nor"),
        ("a.zip", lambda p: p.write_bytes(b"PK\x03\x04rest"), "unpack it"),
        ("a.xls", lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0rest"), "save it as XLSX"),
        ("cut.xlsx", lambda p: p.write_bytes(b"PK\x03\x04rest"), "cannot be read"),
        ("deep.json", lambda p: p.write_text("[" * 200_000), "not complete JSON|nested"),
    ],
)
def test_a_hostile_sample_is_refused_and_nothing_written(
    tmp_path: Path, name: str, write: Any, words: str
) -> None:
    path = tmp_path / name
    write(path)
    with pytest.raises(CommandError, match=words):
        made(path, tmp_path / "out")
    assert not list(tmp_path.glob("out/*"))


def test_the_formula_of_a_cell_is_never_read_only_its_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["ID", "SURNAME", "NOTE"])
    sheet.append(["1", "A", '=HYPERLINK("http://evil")'])
    sheet.append(["2", "B", "plain"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    _, said = made(path, tmp_path / "out")
    assert "HYPERLINK" not in said


def test_an_existing_source_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text())
    made(path, tmp_path / "out")
    with pytest.raises(CommandError, match="exists"):
        made(path, tmp_path / "out")
