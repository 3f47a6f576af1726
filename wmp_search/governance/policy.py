"""The appropriate policy document (DPA 2018 ss.35(5), 42) for each class of sensitive data."""

from collections.abc import Iterator

from ingest.fields import FIELDS
from wmp_search.governance.declared import load, said
from wmp_search.governance.law import read
from wmp_search.governance.markdown import GENERATED, table
from wmp_search.governance.processing import retention, sources

# the data protection principles of ss.35-40, and the rows that show how each is kept
PRINCIPLES = {
    "Lawful and fair (s.35)": ("B1", "B8", "B10", "C2"),
    "Specified purposes (s.36)": ("B2", "B3", "B8"),
    "Adequate, relevant, not excessive (s.37)": ("B9", "K3"),
    "Accurate and kept up to date (s.38)": ("C3", "C5", "C6", "E6", "G3"),
    "Not kept longer than needed (s.39)": ("E1", "E2", "E4", "K9"),
    "Secure (s.40)": ("A5", "K1", "K2", "K4"),
}


def sensitive_fields() -> set[str]:
    """Canonical fields that a class of sensitive data must name."""
    ethnic = {name for kind in FIELDS.values() for name in kind if name.startswith("ethnicity")}
    return ethnic | {"markers", "note", "rationale", "role", "offence"}


def declared_fields() -> set[str]:
    """The fields that the classes name."""
    return {field for one in load()["sensitive"] for field in one["fields"]}


def render() -> str:
    """The whole document."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield f"# Appropriate policy document\n\n{GENERATED}\n"
    yield (
        "Sensitive processing needs consent or strict necessity with a condition of Schedule 8, "
        "and this document (s.35(4), (5)). It is kept until six months after the processing ends "
        "(s.42(3)). **A class without a decided condition may not go live.**\n"
    )
    for one in load()["sensitive"]:
        yield f"## {one['what']}\n"
        yield table(
            ("", ""),
            [
                ("Fields", ", ".join(f"`{name}`" for name in one["fields"])),
                ("Delivered by", ", ".join(_systems(one["fields"])) or "no source file"),
                ("Use", one["use"]),
                ("Condition of Schedule 8", said(one["condition"])),
                ("Why strictly necessary", said(one["necessity"])),
                ("Decided by", said(one["decided_by"])),
            ],
        )
    yield "## How the principles are kept\n"
    rows = {row.id: row for row in read()}
    yield table(
        ("principle", "row", "what is held", "state"),
        [
            (title, rows[key].id, rows[key].what, rows[key].state)
            for title, keys in PRINCIPLES.items()
            for key in keys
        ],
    )
    yield "## Retention and erasure\n"
    yield retention()


def _systems(fields: list[str]) -> list[str]:
    return [s.title for s in sources() if any(f in t.fields for t in s.streams for f in fields)]
