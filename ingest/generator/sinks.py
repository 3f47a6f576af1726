"""Where rows go: text files, a spreadsheet, a database file. Chunks are appended; bytes are fixed.

The same rows give the same bytes: no time stamp, no random id is written.
"""

import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol
from xml.sax.saxutils import escape

import polars as pl

from ingest.generator.lexicon import fold

Encode = Callable[[pl.DataFrame], str]
EPOCH: Final = (2024, 1, 1, 0, 0, 0)  # time stamp inside archives
MOST_ROWS: Final = 1_048_575  # of a worksheet, below its heading


class Sink(Protocol):
    """Takes the rows of one file, chunk by chunk."""

    def append(self, rows: pl.DataFrame) -> None:
        """Writes rows after those already written."""

    def close(self) -> None:
        """Completes the file."""


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How a text file is written: header, rows by `encode`, `between` two chunks, footer.

    Characters that the encoding lacks lose their diacritics.
    """

    encode: Encode
    header: str = ""
    footer: str = ""
    between: str = ""
    encoding: str = "utf-8"


class TextSink:
    """A text file."""

    def __init__(self, path: Path, layout: TextLayout) -> None:
        self._layout = layout
        self._begun = False
        self._file: IO[bytes] = path.open("wb")
        self._file.write(layout.header.encode(layout.encoding))

    def append(self, rows: pl.DataFrame) -> None:
        """Writes rows after those already written."""
        if not len(rows):
            return
        text = (self._layout.between if self._begun else "") + self._layout.encode(rows)
        self._begun = True
        self._file.write(self._bytes(text))

    def _bytes(self, text: str) -> bytes:
        encoding = self._layout.encoding
        if encoding == "utf-8":
            return text.encode()
        for char in sorted(c for c in set(text) if not _encodable(c, encoding)):
            text = text.replace(char, fold(char))
        return text.encode(encoding)

    def close(self) -> None:
        """Writes the footer."""
        self._file.write(self._layout.footer.encode(self._layout.encoding))
        self._file.close()


def _encodable(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class SpreadsheetSink:
    """One worksheet of text cells. Raises ValueError beyond Excel's 1,048,576 rows."""

    def __init__(self, path: Path, sheet: str, columns: Sequence[str]) -> None:
        self._path, self._sheet, self._columns = path, sheet, tuple(columns)
        self._rows = 0
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        for name, content in _workbook(sheet).items():
            self._archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
        part = zipfile.ZipInfo("xl/worksheets/sheet1.xml", EPOCH)
        part.compress_type = zipfile.ZIP_DEFLATED
        self._part = self._archive.open(part, "w", force_zip64=True)
        self._part.write(f'{XML}<worksheet xmlns="{SHEETS}"><sheetData>'.encode())
        heading = pl.DataFrame({name: [name] for name in self._columns})
        self._write(heading)

    def append(self, rows: pl.DataFrame) -> None:
        """Writes rows after those already written."""
        if self._rows + len(rows) > MOST_ROWS:
            raise ValueError(
                f"{self._path.name}: a worksheet holds {MOST_ROWS} rows; use fewer people"
            )
        self._write(rows.select(self._columns))

    def _write(self, rows: pl.DataFrame) -> None:
        row = pl.row_index("row") + (self._rows + 1)
        cells = [
            pl.when(pl.col(name).is_not_null())
            .then(
                pl.format(
                    '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>',
                    pl.lit(_letters(place)), row, escaped(name),
                )
            )
            .otherwise(pl.lit(""))
            for place, name in enumerate(self._columns)
        ]  # fmt: skip
        lines = rows.select(
            pl.concat_str(pl.format('<row r="{}">', row), *cells, pl.lit("</row>"))
        ).to_series()
        self._part.write("".join(lines.to_list()).encode())
        self._rows += len(rows)

    def close(self) -> None:
        """Completes the workbook."""
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        self._archive.close()


def escaped(column: str) -> pl.Expr:
    """The text of a column with XML's special characters escaped."""
    return pl.col(column).str.replace_many(
        ["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"]
    )


XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEETS: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _workbook(sheet: str) -> dict[str, str]:
    """The fixed parts of a workbook with one sheet (ECMA-376)."""
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{WORKBOOK_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{XML}<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
    }


def _letters(place: int) -> str:
    """Column letters of a position from 0: A … Z, AA …"""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


class DatabaseSink:
    """A table of text columns in an SQLite file."""

    def __init__(self, path: Path, table: str, columns: Sequence[str]) -> None:
        path.unlink(missing_ok=True)
        self._columns, self._table = tuple(columns), table
        self._connection = sqlite3.connect(path)
        typed = ", ".join(f"{column} TEXT" for column in columns)
        self._connection.execute(f"CREATE TABLE {table} ({typed})")

    def append(self, rows: pl.DataFrame) -> None:
        """Writes rows after those already written."""
        marks = ", ".join("?" * len(self._columns))
        self._connection.executemany(
            f"INSERT INTO {self._table} VALUES ({marks})", rows.select(self._columns).iter_rows()
        )

    def close(self) -> None:
        """Commits and closes."""
        self._connection.commit()
        self._connection.close()
