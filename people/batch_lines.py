"""A list of people as it is delivered: a pasted text or a CSV, taken apart line by line.

With a heading of known columns each field is read as what it is; without one each line is read
like a line in the one box. Nothing is lost: a line that cannot be searched for is kept with why.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from people import minimum
from people.criteria import CriteriaError
from people.field_forms import numbers_in, part_of
from people.notations import ages, dates, places
from people.question import Question
from people.understand import Part
from wmp_search.access.scope import Scope

MOST_CHARACTERS = 400  # of a line
# what a column may be called; spaces, hyphens and underscores do not count
COLUMNS = {
    "given": ("given", "givenname", "givennames", "forename", "forenames", "firstname"),
    "surname": ("surname", "familyname", "lastname"),
    "name": ("name", "fullname"),
    "born": ("born", "dob", "dateofbirth"),
    "age": ("age",),
    "sex": ("sex", "gender"),
    "postcode": ("postcode",),
    "street": ("street", "address"),
    "town": ("town", "city"),
    "number": ("number", "pnc", "pncid", "cro", "phone", "vehicle", "vrm", "identifier"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, as delivered, and the question or why there is none."""

    number: int
    text: str
    question: Question | None
    error: str = ""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, else the encoding of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def lines(text: str, scope: Scope) -> list[Line]:
    """The lines that hold anything, in order."""
    found = [line for line in text.replace("\x00", "").splitlines() if line.strip(" ,;\t")]
    heading = _heading(found[0]) if found else {}
    if not heading:
        return [_line(n, raw.strip(), scope) for n, raw in enumerate(found, 1)]
    rows = csv.reader(io.StringIO("\n".join(found[1:])), delimiter=_delimiter(found[0]))
    return [_row(n, heading, row, scope) for n, row in enumerate(rows, 1)]


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _heading(line: str) -> dict[int, str]:
    """Place → column, where at least a name or a number is among the columns; else {}."""
    cells = next(csv.reader([line], delimiter=_delimiter(line)))
    bare = ["".join(c for c in cell.lower() if c.isalnum()) for cell in cells]
    known = {
        at: column
        for at, cell in enumerate(bare)
        for column, words in COLUMNS.items()
        if cell in words
    }
    telling = {"name", "surname", "number"} & set(known.values())
    return known if telling and len(known) == len([cell for cell in bare if cell]) else {}


def _line(number: int, text: str, scope: Scope) -> Line:
    text = text[:MOST_CHARACTERS]
    try:
        return Line(number, text, _checked(Question.typed(text), scope))
    except CriteriaError as error:
        return Line(number, text, None, str(error))


def _row(number: int, heading: Mapping[int, str], row: list[str], scope: Scope) -> Line:
    cells: dict[str, str] = {}
    for at, column in heading.items():
        value = " ".join(row[at].split()) if at < len(row) else ""
        cells[column] = f"{cells.get(column, '')} {value}".strip()
    text = ", ".join(value for value in cells.values() if value)[:MOST_CHARACTERS]
    try:
        return Line(number, text, _checked(Question.of_parts(list(_parts(cells))), scope))
    except CriteriaError as error:
        return Line(number, text, None, str(error))


def _parts(cells: Mapping[str, str]) -> Iterator[Part]:
    name = cells.get("name") or f"{cells.get('given', '')} {cells.get('surname', '')}".strip()
    for kind, value in (
        ("name", name),
        (places.STREET, cells.get("street", "")),
        (places.TOWN, cells.get("town", "")),
    ):
        if value:
            yield Part(kind, value, value)
    if sex := cells.get("sex", "")[:1].upper():
        if sex not in "MF":
            raise CriteriaError("Give the sex as M or F")
        yield Part(ages.SEX, sex, {"M": "male", "F": "female"}[sex])
    for column, kind, line in (
        ("born", dates.KIND, "born {}"),
        ("age", ages.AGE, "aged {}"),
        ("postcode", places.POSTCODE, "{}"),
    ):
        if value := cells.get(column, ""):
            part = part_of(kind, value, line.format(value))
            if part is None:
                raise CriteriaError(f"“{value}” cannot be read in the column {column}")
            yield part
    yield from numbers_in(cells.get("number", ""))


def _checked(question: Question, scope: Scope) -> Question:
    """A list asks for people who are known well enough (policing.md B9)."""
    criteria: Any = question.criteria
    if minimum.check(criteria, scope):
        raise CriteriaError(
            "Too little for a list: add a second name, a date of birth, an age or a postcode"
        )
    return question
