"""From a file, folder or database address to a checked source file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from ingest.errors import DeliveryError
from ingest.newsource import write
from ingest.newsource.columns import guess
from ingest.newsource.sniff import Sniffed, sniff
from ingest.readers import Chunk, read
from ingest.spec import Stream

SAMPLE_ROWS = 5_000
_MOST_STREAMS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asks for; None: guess."""

    system: str | None = None
    title: str | None = None
    kind: str | None = None
    record: str | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed source file. `samples`: stream name → the file that it was made from."""

    system: str
    toml: str
    samples: dict[str, Path]


def draft(place: str, wanted: Wanted) -> Draft:
    """Raises DeliveryError for what cannot be read, naming the file and the remedy."""
    if place.startswith("s3:"):
        raise DeliveryError(
            "Copy one delivery from S3 into a folder and name that; then write the prefix into "
            'the source file: s3 = "s3://bucket/prefix"'
        )
    if re.match(r"^[a-z0-9+]+://", place):
        return _of_database(place, wanted)
    path = Path(place)
    if not path.exists():
        raise DeliveryError(f"{path}: no such file or folder")
    files = _samples(path) if path.is_dir() else [(pattern(path.name), path)]
    system = wanted.system or _name((path if path.is_dir() else path.parent / path.name).stem)
    title = wanted.title or system.replace("_", " ").capitalize()
    parts = [write.head(system, title)]
    samples: dict[str, Path] = {}
    for glob, file in files:
        name = _unique(_name(re.sub(r"\.\w+(?:\.gz)?$", "", glob), letters=True), samples)
        sniffed = sniff(file, wanted.record)
        guesses = guess(sample(sniffed, file), wanted.kind)
        parts.append(write.stream(name, glob, sniffed, guesses))
        samples[name] = file
    return Draft(system, "".join(parts), samples)


def _samples(folder: Path) -> list[tuple[str, Path]]:
    """Each pattern of names in the folder with its last file by name."""
    files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    if not files:
        raise DeliveryError(f"{folder}: no files in this folder")
    found = {pattern(f.name): f for f in files}
    if len(found) > _MOST_STREAMS:
        raise DeliveryError(
            f"{folder}: {len(found)} kinds of file; a source has at most {_MOST_STREAMS} streams. "
            "Name one file"
        )
    return list(found.items())


def pattern(name: str) -> str:
    """`people_2024-01-31.csv` → `people_*.csv`: dates and numbers differ between deliveries."""
    safe = re.sub(r"[\[\]?*]", "?", name)
    return re.sub(r"\d+(?:[-_.T]?\d+)*(?=\D|$)", "*", safe, count=0) if "." in name else safe


def sample(sniffed: Sniffed, path: Path) -> pl.DataFrame:
    """The first SAMPLE_ROWS rows, without `line`. Raises DeliveryError."""
    stream = Stream.model_validate(
        {
            "name": "sample",
            "kind": "person",
            "path": "sample",
            "format": sniffed.format,
            "encoding": sniffed.encoding,
            "key": "row_hash",
            "options": sniffed.options,
            "fields": {},
        }
    )
    frames = [c.frame for c in _until_enough(stream, path)]
    frame = pl.concat(frames, how="diagonal_relaxed").head(SAMPLE_ROWS).drop("line")
    if frame.is_empty():
        raise DeliveryError(f"{path.name}: no rows to learn from. Take a sample with rows")
    return frame


def _until_enough(stream: Stream, path: Path) -> Iterator[Chunk]:
    rows = 0
    for chunk in read(stream, path):
        rows += len(chunk.frame)
        yield chunk
        if rows >= SAMPLE_ROWS:
            return


def _of_database(address: str, wanted: Wanted) -> Draft:
    """A table of a database; the password is never written into the file."""
    try:
        url = sa.engine.make_url(address)
        tables = sorted(sa.inspect(sa.create_engine(url)).get_table_names())
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise DeliveryError(
            f"The database cannot be reached ({type(error).__name__}): check address and driver"
        ) from error
    table = wanted.table or (tables[0] if len(tables) == 1 else None)
    if table is None or (table not in tables and "." not in table):
        raise DeliveryError(f"Name a table with --table: {', '.join(tables)[:1000]}")
    options = {"url": address, "table": table}
    frame = sample(Sniffed("database", options=options), Path())
    shown = url.set(password=None).render_as_string(hide_password=False)
    sniffed = Sniffed("database", options={"url": shown, "table": table})
    if url.password:
        sniffed.notes.append("the password is not kept here: use the driver's password file")
    system = wanted.system or _name(Path(url.database or table).stem)
    title = wanted.title or system.replace("_", " ").capitalize()
    name = _name(table, letters=True)
    toml = write.head(system, title) + write.stream(name, "", sniffed, guess(frame, wanted.kind))
    return Draft(system, toml, {name: Path()})


def _name(words: str, *, letters: bool = False) -> str:
    """A name of small letters, digits and _ (of a stream: no digits)."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words)
    plain = re.sub(r"[^a-z_]+" if letters else r"[^a-z0-9_]+", "_", spaced.lower())
    plain = re.sub(r"_+", "_", plain).strip("_")
    return (plain or "rows" if letters or plain[:1].isalpha() else f"s_{plain}")[:40].rstrip("_")


def _unique(name: str, taken: dict[str, Path]) -> str:
    while name in taken:
        name = f"{name}_x"[-40:]
    return name
