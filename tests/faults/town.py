"""A made-up force of two legacy systems, hour by hour: what they deliver, and what is then true.

`book` delivers everything each time: who is not in the file any more is deleted. `sheets` delivers
what is new or corrected since the last time; its files carry the hour in their names.
"""

import csv
import random
from dataclasses import dataclass, field
from pathlib import Path

PEOPLE, NEW, CORRECTED, KNOWN = 1_200, 60, 60, 40
GIVEN = (
    "Alan",
    "Beatrice",
    "Colin",
    "Deborah",
    "Edwin",
    "Farah",
    "Gareth",
    "Hannah",
    "Imran",
    "Joan",
)
SYLLABLES = ("bar", "den", "fol", "gra", "hul", "kem", "lor", "mun", "pas", "rit", "sto", "wex")
STREAM = """
system = "{system}"
title = "{title}"
tier = "open"
trust = 50
retention_class = "mopi_3"
schedule = "0 */4 * * *"
delivery = "{delivery}"

[[stream]]
name = "people"
kind = "person"
path = "people_*.csv"
format = "csv"
key = ["ID"]
role = "suspect"

[stream.fields]
surname = "{surname}"
given_names = "FORENAMES"
born_on = "DOB"
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A person as a legacy system writes them."""

    given: str
    surname: str
    born: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"


@dataclass
class Town:
    """`book` and `sheets`: number → row, as it must be after everything delivered so far."""

    feeds: Path
    sources: Path
    surname: str = "SURNAME"  # the column, as the system calls it now
    book: dict[int, Row] = field(default_factory=dict)
    sheets: dict[int, Row] = field(default_factory=dict)
    late: dict[int, Row] = field(default_factory=dict)  # a sheet that has not arrived yet
    written: int = 0  # numbers of sheets that were given away
    chosen: random.Random = field(default_factory=lambda: random.Random(19))  # noqa: S311

    def __post_init__(self) -> None:
        """The first people of the book are the known ones: nothing ever happens to them."""
        for folder in (self.sources, self.feeds / "book", self.feeds / "sheets"):
            folder.mkdir(parents=True, exist_ok=True)
        self.declare("book", "full")
        self.declare("sheets", "delta")
        self.book = {number: self._somebody() for number in range(PEOPLE)}

    def declare(self, system: str, delivery: str) -> None:
        """Write the source file: the surname stands in the column as the system calls it now."""
        words = {"system": system, "title": system.title(), "delivery": delivery}
        surname = self.surname if system == "book" else "SURNAME"
        (self.sources / f"{system}.toml").write_text(STREAM.format(**words, surname=surname))

    @property
    def known(self) -> list[str]:
        """Names that are found at any hour."""
        return [self.book[number].name for number in range(KNOWN)]

    def turn(self) -> dict[int, Row]:
        """Four hours pass: people are added, corrected and deleted. Returns who was deleted."""
        others = [number for number in self.book if number >= KNOWN]
        touched = self.chosen.sample(others, NEW + CORRECTED)
        gone = {number: self.book.pop(number) for number in touched[:NEW]}
        for number in touched[NEW:]:
            old = self.book[number]
            self.book[number] = Row(old.given, self._surname(), old.born)
        first = max(self.book) + 1
        self.book |= {number: self._somebody() for number in range(first, first + NEW)}
        return gone

    def write_book(self, hour: int) -> None:
        """The whole book as a file."""
        self._write("book", hour, self.book, self.surname)

    def break_book(self, hour: int) -> None:
        """A file that ends in the middle of its heading: their disk was full."""
        (self.feeds / "book" / f"people_{hour:02}.csv").write_text("ID,SURN")

    def sheet(self) -> dict[int, Row]:
        """What four hours add to the sheets: new people, and corrections of the first ones."""
        first, self.written = self.written, self.written + NEW
        numbers = [*range(first, first + NEW), *sorted(self.sheets)[: NEW // 2]]
        return {number: self._somebody() for number in numbers}

    def write_sheet(self, hour: int, rows: dict[int, Row]) -> None:
        """A sheet as a file; the caller says what it makes true."""
        self._write("sheets", hour, rows, "SURNAME")

    def _write(self, system: str, hour: int, rows: dict[int, Row], surname: str) -> None:
        path = self.feeds / system / f"people_{hour:02}.csv"
        with path.with_suffix(".new").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["ID", surname, "FORENAMES", "DOB"])
            writer.writerows([n, r.surname, r.given, r.born] for n, r in rows.items())
        path.with_suffix(".new").rename(path)

    def _somebody(self) -> Row:
        year, month, day = (self.chosen.randint(*r) for r in ((1945, 2004), (1, 12), (1, 28)))
        return Row(self.chosen.choice(GIVEN), self._surname(), f"{year}-{month:02}-{day:02}")

    def _surname(self) -> str:
        return "".join(self.chosen.choices(SYLLABLES, k=4)).capitalize()
