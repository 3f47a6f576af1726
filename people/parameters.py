"""The ranking parameters of parameters.toml, typed; and the version under which they rank."""

import hashlib
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("parameters.toml")
TABLES = Path(__file__).parent / "names" / "data"


@dataclass(frozen=True, slots=True)
class Query:
    """Boosts of the clauses that recall."""

    full: float
    token: float
    join: float
    symbol: float
    code: float
    fuzzy: float
    bones: float
    prefix: float
    initial: float
    particle_factor: float
    birth_day: float
    birth_swapped: float
    birth_month: float
    birth_year: float
    birth_near: float
    postcode: float
    outward: float
    street: float
    town: float
    identified: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two words are, by their relation."""

    spelling_known: float
    language: float
    met_as: float
    short_direct: float
    short_shared: float
    by_ear: float
    pet_form: float
    diminutive: float
    other_sex: float
    ending: float
    ending_a: float
    initial: float
    misread: float
    sound: float
    sound_far: float
    consonants: float
    least: float


@dataclass(frozen=True, slots=True)
class Name:
    """How the words of two names add up."""

    family_factor: float
    join_factor: float
    inversion: float
    vague_inversion: float
    least_join: float
    other_name: float


@dataclass(frozen=True, slots=True)
class Birth:
    """What a date of birth or an age adds."""

    day: float
    swapped: float
    one_digit: float
    month: float
    year: float
    decade: float
    year_near: float
    day_differs: float
    year_differs_day_same: float
    differs: float
    month_differs: float
    year_differs: float
    decade_differs: float
    age_differs: float
    age_step: float
    age_slack: float


@dataclass(frozen=True, slots=True)
class Place:
    """What an address adds."""

    postcode: float
    outward: float
    street: float
    town: float


@dataclass(frozen=True, slots=True)
class Sex:
    """What the sex adds."""

    same: float
    differs: float


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a number adds."""

    unique: float
    shared: float
    differs: float


@dataclass(frozen=True, slots=True)
class Strength:
    """From a score to a strength."""

    strong: float
    strong_with_birth: float
    strong_with_identifier: float
    possible: float
    least_name: float
    lead: float
    telling: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of them, a section each."""

    query: Query
    likeness: Likeness
    name: Name
    birth: Birth
    place: Place
    sex: Sex
    identifier: Identifier
    strength: Strength


def read(text: str) -> Parameters:
    """Parameters from TOML. Raises ValueError where a value is missing, unknown or no number."""
    given = tomllib.loads(text)
    sections = {field.name: field.type for field in fields(Parameters)}
    _same(set(given), set(sections), "section")
    return Parameters(
        **{name: _section(name, kind, given[name]) for name, kind in sections.items()}
    )


def _section(name: str, kind: Any, given: dict[str, Any]) -> Any:
    _same(set(given), {field.name for field in fields(kind)}, f"value in [{name}]")
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"[{name}] {key} must be a number")  # noqa: TRY004  one error for a file
    return kind(**{key: float(value) for key, value in given.items()})


def _same(given: set[str], known: set[str], what: str) -> None:
    if wrong := sorted(given ^ known):
        raise ValueError(f"missing or unknown {what}: {', '.join(wrong)}")


def version_of(parameters: str, tables: list[bytes]) -> str:
    """Twelve hexadecimal digits that change with any value of the file or of a table."""
    values = repr(read(parameters)).encode()
    digest = hashlib.sha256(values)
    for table in tables:
        digest.update(hashlib.sha256(table).digest())
    return digest.hexdigest()[:12]


@cache
def version() -> str:
    """The version under which this process ranks."""
    tables = sorted(path for path in TABLES.iterdir() if path.suffix in {".csv", ".txt"})
    return version_of(FILE.read_text(encoding="utf-8"), [path.read_bytes() for path in tables])


PARAMETERS = read(FILE.read_text(encoding="utf-8"))
