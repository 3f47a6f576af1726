"""docs/compliance.md: each row of law and standards beside the tests that hold it, or the gap."""

from collections.abc import Iterable

from wmp_search.governance import law
from wmp_search.governance.markdown import GENERATED, table

LETTERS = {
    "A": "Audit and accountability",
    "B": "Purpose and proportionality",
    "C": "People, roles and records",
    "D": "Intelligence and handling",
    "E": "Retention, review and disposal",
    "F": "Gangs",
    "G": "Matching and algorithms",
    "H": "Misuse and professional standards",
    "I": "Rights, correction and disclosure",
    "J": "Documents of governance",
    "K": "Security, accessibility and service",
}
INTRODUCTION = f"""# Law and standards, and the tests that hold them

{GENERATED}

Each row asks something of a police search product: *law* is statute or case law; the others are
national standards, lessons of published failures and proposals that follow from them. A row is
**held** where tests fail if it is broken; where something is missing, it is called a **gap** and
said in words. A test holds what it tests and nothing more: whether a use of the product is lawful
is decided by the force and its data protection officer, not by a test. The rows and their tests
are declared in `{law.FILE}`; a test that no longer exists fails there.
"""


def render(rows: list[law.Row] | None = None) -> str:
    """The whole document."""
    rows = law.read() if rows is None else rows
    parts = [INTRODUCTION, _counts(rows)]
    for letter, title in LETTERS.items():
        of_letter = [row for row in rows if row.id[0] == letter]
        parts.append(f"## {letter}. {title}\n\n{_table(of_letter)}")
    return "\n".join(parts)


def _counts(rows: list[law.Row]) -> str:
    head = ("", "rows", "with tests", "of these with a gap", "a gap alone", "not ours")
    return table(head, [_count("Law", [r for r in rows if r.law]), _count("All", rows)])


def _count(title: str, rows: list[law.Row]) -> tuple[str, ...]:
    covered = [row for row in rows if row.covered]
    return (
        title,
        str(len(rows)),
        str(len(covered)),
        str(sum(bool(row.gap) for row in covered)),
        str(sum(not row.covered and not row.not_ours for row in rows)),
        str(sum(bool(row.not_ours) for row in rows)),
    )


def _table(rows: Iterable[law.Row]) -> str:
    head = ("row", "what is asked", "source", "state", "tests, and what is missing")
    return table(head, [_cells(row) for row in rows])


def _cells(row: law.Row) -> tuple[str, ...]:
    name = f"{row.id}, law" if row.law else row.id
    tests = [f"`tests/{file}::{test}`" for file, names in row.tests.items() for test in names]
    tests += [f"import rule “{rule}”" for rule in row.rules]
    words = [f"**Gap:** {row.gap}"] if row.gap else []
    return name, row.what, row.source, row.state, "<br>".join([*tests, *words, row.not_ours])
