"""Source files: one TOML file per legacy system, validated here.

`docs/guides/add-a-feed.md` explains every option to those who write such files. A `Source` has one
or more streams; a `Stream` is one table of the feed: where its rows are, how to read them, and
which column becomes which canonical field through which parser.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from celery.schedules import ParseException, crontab
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingest.errors import SpecError
from ingest.fields import FIELDS, LISTS, PARSERS, REQUIRED
from people.intelligence import is_kind
from people.models import InvolvementRole

Kind = Literal[
    "person", "crime", "outcome", "involvement", "gang", "membership", "association", "relation"
]
Format = Literal[
    "csv", "delimited", "jsonl", "json", "fixed", "xml", "xlsx", "parquet", "database"
]
NESTED_FORMATS = frozenset({"jsonl", "json", "xml"})
ROW_HASH = "row_hash"
LITERAL = "="  # a column name that begins so is a constant: "=victim"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _short_form(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class FieldSpec(_Strict):
    """Where a canonical field comes from and how its text is read."""

    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str = " "
    as_list: bool = False
    split: str | None = None
    default: str | None = None
    parser: str | None = None
    format: str | tuple[str, ...] = ()
    values: dict[str, str] = {}
    unmapped: Literal["keep", "empty", "reject"] | None = None
    invalid: Literal["reject", "empty"] = "reject"
    any_age: bool = False
    required: bool = False
    optional: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that feed the field, in order."""
        return (self.column,) if self.column else self.columns

    @property
    def formats(self) -> tuple[str, ...]:
        return (self.format,) if isinstance(self.format, str) else self.format

    @model_validator(mode="after")
    def _has_a_source(self) -> "FieldSpec":
        if self.column and self.columns:
            raise ValueError("give `column` or `columns`, not both")
        if not self.sources and self.default is None:
            raise ValueError("give `column`, `columns` or `default`")
        if self.parser is not None and self.parser not in PARSERS:
            raise ValueError(f"unknown parser {self.parser!r}; use one of {_listed(PARSERS)}")
        return self


AnyField = Annotated[FieldSpec, BeforeValidator(_short_form)]


class Options(_Strict):
    """What a format needs beside the path; an option that the format does not know is ignored."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)  # "" where quotes mean nothing
    header: tuple[str, ...] = ()  # column names of a file that has none
    skip_lines: int = Field(default=0, ge=0)
    widths: tuple[tuple[str, int, int], ...] = ()  # name, first character from 1, length
    record_length: int | None = None  # fixed: a line of another length is rejected
    record: str | None = None  # xml: "//ns:Subject"; json: dotted path of the array
    above: tuple[str, ...] = ()  # xml: "session.doh", from the elements around the record
    namespaces: dict[str, str] = {}
    sheet: str | int = 0
    table: str | None = None
    query: str | None = None
    url: str | None = None


class Stream(_Strict):
    """One table of a feed."""

    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    kind: Kind
    path: str = ""
    format: Format
    encoding: str = "utf-8"
    files: Literal["newest", "all"] | None = None
    delivery: Literal["full", "delta"] | None = None  # default: the source's
    key: tuple[str, ...] | Literal["row_hash"]
    key_fallback: Literal["row_hash"] | None = None
    when: str | None = None
    unless: dict[str, tuple[str, ...]] = {}  # column → values whose rows the stream leaves out
    event_kind: str = Field(default="", max_length=30)
    role: InvolvementRole | None = None
    vanish_limit: float = Field(default=0.5, ge=0, le=1)
    tolerance: float = Field(default=0.2, ge=0, le=1)  # share of rejected rows; beyond: held
    options: Options = Options()
    fields: dict[str, AnyField]

    @model_validator(mode="after")
    def _fits_together(self) -> "Stream":
        unknown = set(self.fields) - set(FIELDS[self.kind])
        if unknown:
            raise ValueError(
                f"a {self.kind} has no field {_listed(unknown)}; use {_listed(FIELDS[self.kind])}"
            )
        missing = [f for f in REQUIRED[self.kind] if f not in self.fields and not self._has(f)]
        if missing:
            raise ValueError(f"a {self.kind} needs the field {_listed(missing)}")
        ungraded = {"grade", "grade_scheme"} - set(self.fields)
        if self.kind == "person" and is_kind(self.event_kind) and ungraded:
            raise ValueError(f"intelligence needs the field {_listed(ungraded)}")
        if not self.key:
            raise ValueError('key is empty; name columns, or use key = "row_hash"')
        self._check_lists()
        self._check_format()
        return self

    def is_list(self, field: str) -> bool:
        """Whether the canonical field holds several values."""
        return field in LISTS.get(self.kind, ())

    def _has(self, field: str) -> bool:
        return field == "role" and self.role is not None

    def _check_lists(self) -> None:
        for name, field in self.fields.items():
            if (field.as_list or field.split) and not self.is_list(name):
                raise ValueError(f"{name} holds one value: `split` and `as_list` are for lists")

    def _check_format(self) -> None:
        options = self.options
        if self.format == "database":
            if not options.url or not (options.table or options.query):
                raise ValueError("format database needs options url and table (or query)")
        elif not self.path:
            raise ValueError("path is missing: a file name or pattern, e.g. people_*.csv")
        if self.format == "fixed" and not options.widths:
            raise ValueError('format fixed needs options widths = [["NAME", 1, 20], …]')
        if self.format == "xml" and not options.record:
            raise ValueError('format xml needs the option record, e.g. "//ns:Subject"')

    @property
    def row_key(self) -> tuple[str, ...]:
        """The key columns; empty where the row itself is the key."""
        return () if self.key == ROW_HASH else tuple(self.key)

    @property
    def by_row_hash(self) -> bool:
        """Whether rows without key values are known by their content."""
        return ROW_HASH in (self.key, self.key_fallback)

    @property
    def columns(self) -> dict[str, bool]:
        """Every column the stream reads → whether the file must have it."""
        wanted = {c: not f.optional for f in self.fields.values() for c in f.sources}
        wanted |= dict.fromkeys(self.row_key, True)
        if self.when:
            wanted[self.when] = True
        wanted |= dict.fromkeys(self.unless, True)
        return {c: must for c, must in wanted.items() if not c.startswith(LITERAL)}


TIERS = {"open": 0, "restricted": 1, "practice": 3}


class Source(_Strict):
    """One legacy system."""

    system: str = Field(pattern=r"^[a-z_][a-z0-9_]{0,39}$")
    title: str = Field(min_length=1, max_length=60)
    tier: Literal["open", "restricted", "practice"]
    trust: int = Field(ge=0, le=100)
    retention_class: str
    schedule: str
    delivery: Literal["full", "delta"]
    geo_quality: Literal["exact", "snapped"] = "exact"  # snapped: places are moved
    s3: str | None = Field(default=None, pattern=r"^s3://[a-z0-9][a-z0-9.-]+(/.*)?$")
    stale_after_hours: int | None = Field(default=None, ge=1)  # without a change: overdue
    streams: tuple[Stream, ...] = Field(alias="stream", min_length=1)
    spec_version: str

    @property
    def tier_number(self) -> int:
        return TIERS[self.tier]

    def is_full(self, stream: Stream) -> bool:
        """Whether a row that is no longer delivered becomes a tombstone."""
        return (stream.delivery or self.delivery) == "full"

    def takes_all_files(self, stream: Stream) -> bool:
        """A delta's files each count; of full deliveries the newest replaces the others."""
        return (stream.files or ("newest" if self.is_full(stream) else "all")) == "all"

    @model_validator(mode="after")
    def _is_sound(self) -> "Source":
        names = [s.name for s in self.streams]
        doubled = {n for n in names if names.count(n) > 1}
        if doubled:
            raise ValueError(f"stream name used twice: {_listed(doubled)}")
        try:
            crontab_of(self.schedule)
        except (ValueError, ParseException) as error:
            raise ValueError(
                f'schedule is a crontab of five parts, e.g. "0 */4 * * *": {error}'
            ) from error
        return self


def crontab_of(schedule: str) -> crontab:
    """The schedule's parts: minute, hour, day of month, month, day of week. Raises ValueError."""
    minute, hour, day_of_month, month, day_of_week = schedule.split()
    return crontab(minute, hour, day_of_week, day_of_month, month)


def load_specs(dirs: Iterable[Path]) -> dict[str, Source]:
    """Every source file of the folders, by system. Raises SpecError naming file, key and remedy.

    `spec_version` is the first 16 hexadecimal digits of the SHA-256 of the file's bytes.
    """
    sources: dict[str, Source] = {}
    for folder in dirs:
        if not folder.is_dir():
            raise SpecError(f"{folder}: no such folder of source files")
        for path in sorted(folder.glob("*.toml")):
            source = load_spec(path)
            if source.system in sources:
                raise SpecError(f"{path}: the system {source.system} has a source file already")
            sources[source.system] = source
    return sources


def load_spec(path: Path) -> Source:
    """One source file. Raises SpecError."""
    source = parse(path.read_bytes(), str(path))
    if source.system != path.stem:
        raise SpecError(f'{path}: system is "{source.system}"; it must be the file\'s name')
    return source


def parse(content: bytes, place: str) -> Source:
    """A source file's content; `place` stands before what is wrong with it. Raises SpecError."""
    try:
        values: dict[str, Any] = tomllib.loads(content.decode())
        values["spec_version"] = hashlib.sha256(content).hexdigest()[:16]
        source = Source.model_validate(values)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{place}: not readable as TOML: {error}") from error
    except ValidationError as error:
        raise SpecError(f"{place}: {_problems(error, values)}") from error
    return source


def _problems(error: ValidationError, values: dict[str, Any]) -> str:
    found = error.errors()
    inner = [e for e in found if e["loc"] != ("stream",)]
    return "; ".join(
        f"{_place(e['loc'], values)}: {e['msg'].removeprefix('Value error, ')}"
        for e in inner or found  # a stream that is wrong counts as missing, too: said once
    )


def _place(location: tuple[int | str, ...], values: dict[str, Any]) -> str:
    """`stream detainees, fields.surname` rather than `stream.0.fields.surname`."""
    if location[:1] == ("stream",) and len(location) > 1 and isinstance(location[1], int):
        streams = values.get("stream", [])
        name = streams[location[1]].get("name", f"number {location[1] + 1}")
        rest = ".".join(str(p) for p in location[2:])
        return f"stream {name}" + (f", {rest}" if rest else "")
    return ".".join(str(p) for p in location) or "the file"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
