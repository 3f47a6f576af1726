"""The lines of unseen.txt: queries that no rule or table was made for, and their people."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.relevance.population import Someone

FILE = Path(__file__).with_name("unseen.txt")


def lines() -> Iterator[tuple[str, Someone, str]]:
    """(category, person, typed), in the file's order."""
    text = FILE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in text if not line.startswith("#")):
        category, person, typed = (part.strip() for part in line.split("|"))
        given, family = (part.strip() for part in person.split("/"))
        dob = f"{1950 + number % 55}-{1 + number % 12:02}-{1 + number % 28:02}"
        yield category, Someone(f"U{number}", given, family, (), dob), typed


def people() -> list[Someone]:
    """The people of the lines."""
    return [person for _, person, _ in lines()]


def queries() -> list[dict[str, Any]]:
    """The lines as judged queries (people.evaluation)."""
    return [
        {
            "id": person.ref, "category": category, "person_id": person.ref,
            "query": {"name": typed}, "expect": "match",
        }
        for category, person, typed in lines()
    ]  # fmt: skip
