"""What each column of a sample holds: names first, then the values decide on parser and codes."""

import re
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ingest.fields import FIELDS, LISTS
from ingest.newsource import vocabulary
from ingest.standardise import dates
from ingest.standardise.codes import SEX
from people.models import InvolvementRole

MOST_CODES = 30
_GOOD = 0.9  # of the filled values must be readable before a guess is made from them
_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%Y%m%d",
    "%d.%m.%y", "%d-%m-%y",
    "%d%m%Y", "%d/%m/%y", "%d%m%y", "%y%m%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y",
    "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
_CONTENT = {
    "emails": r"^[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}$",
    "pnc_id": r"^(?:\d{4}|\d{2})/\d{1,7}[A-Z]$",
    "postcode": r"^(?i)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$",
    "phones": r"^(?:\+44 ?|0)[1-9][\d ]{8,11}$",
}
_ROLES = {
    "susp": "suspect", "accus": "charged", "arrest": "arrested", "charg": "charged",
    "convict": "convicted", "offend": "suspect", "vict": "victim", "iprs": "victim",
    "aggriev": "victim", "wit": "witness", "inform": "reporting", "report": "reporting",
    "caller": "reporting", "miss": "missing", "subj": "subject", "invol": "involved",
    "stop": "stopped", "licen": "licence_holder",
}  # fmt: skip
_KEY = re.compile(r"(?:^|_)(?:id|ref|reference|no|num|number|urn|key|uuid|guid)$|^@?id$")
_NOT_A_KEY = re.compile(r"house|phone|tel|mobile|pnc|cro|age|badge|collar")


# one value made of several columns; of other single-valued fields the first column is taken
_COMPOSED = frozenset({"given_names", "house", "street", "town"})


@dataclass(slots=True)
class Guess:
    """One mapped field: its entry of the source file, and why."""

    spec: dict[str, Any]
    note: str = ""


@dataclass(slots=True)
class Guesses:
    """What is proposed for a stream."""

    kind: str
    key: list[str]  # empty: the row itself
    fallback: bool  # some rows have no key
    fields: dict[str, Guess]
    unmapped: list[str]
    notes: list[str] = field(default_factory=list)


def guess(frame: pl.DataFrame, kind: str | None = None) -> Guesses:
    """`frame`: the sample's columns as text or lists of text, without `line`."""
    columns = frame.columns
    kind = kind or vocabulary.kind_of(columns)
    named = _single(frame, kind, vocabulary.fields(columns, kind))
    if kind == "person":
        _by_content(frame, named)
    found = {name: field_of(frame, kind, name, taken) for name, taken in named.items()}
    used = {c for taken in named.values() for c in taken}
    key, fallback = _key(frame)
    made = Guesses(kind, key, fallback, found, [c for c in columns if c not in used | set(key)])
    if kind == "person" and not {"surname", "given_names", "full_name"} & set(found):
        made.notes.append("no column was understood as a name: map surname and given_names below")
    if not key:
        made.notes.append(
            "no column identifies a row: rows are known by their content, so a corrected row is "
            "a new one. If the system has a reference, ask for it in the feed"
        )
    return made


def _single(frame: pl.DataFrame, kind: str, named: dict[str, list[str]]) -> dict[str, list[str]]:
    """A field of one value takes one column, best one that is not repeated in a record."""
    many = _COMPOSED | LISTS.get(kind, frozenset())
    return {
        name: taken
        if name in many
        else sorted(taken, key=lambda c: isinstance(frame[c].dtype, pl.List))[:1]
        for name, taken in named.items()
    }


def _by_content(frame: pl.DataFrame, named: dict[str, list[str]]) -> None:
    """Columns with an unknown name whose values cannot be mistaken."""
    used = {c for taken in named.values() for c in taken}
    for name, pattern in _CONTENT.items():
        if name in named:
            continue
        for column in frame.columns:
            values = filled(frame, column)
            if column not in used and len(values) and values.str.contains(pattern).mean() > _GOOD:  # type: ignore[operator]
                named[name] = [column]
                used.add(column)
                break


def filled(frame: pl.DataFrame, column: str) -> pl.Series:
    """The filled values, trimmed; of lists their elements."""
    values = frame[column]
    if isinstance(values.dtype, pl.List):
        values = values.explode()
    values = values.drop_nulls().str.strip_chars()
    return values.filter(values != "")


def field_of(frame: pl.DataFrame, kind: str, name: str, taken: list[str]) -> Guess:
    """How the columns `taken` should be read as the field `name` of a record of this kind."""
    parser = FIELDS[kind][name]
    spec: dict[str, Any] = {"column": taken[0]} if len(taken) == 1 else {"columns": taken}
    if len(taken) > 1 and name in LISTS.get(kind, ()) and name not in _COMPOSED:
        spec["as_list"] = True
    values = pl.concat([filled(frame, c) for c in taken])
    made = Guess(spec)
    if parser == "date":
        _dated(made, values, kind, name)
    elif name == "full_name":
        if len(values) and values.str.contains(",").mean() > 0.5:  # type: ignore[operator]
            spec["parser"] = "surname_comma_given"
    elif parser == "sex":
        _coded(made, values, SEX, "what does not mean M or F stays empty")
    elif parser == "role":
        _roles(made, values)
    elif parser.startswith("ethnicity"):
        made.note = "map the codes of the feed to ours with `values`"
    elif name in LISTS.get(kind, ()) and len(taken) == 1:
        _split(made, values, parser)
    return made


def _dated(made: Guess, values: pl.Series, kind: str, name: str) -> None:
    """The date formats that read the values; none where the parser's own do."""
    known = values.to_frame("v").select(v=dates.known(pl.col("v")))["v"].drop_nulls()
    if known.is_empty():
        return
    bare = known.str.replace(r"[T ]\d{1,2}:\d{2}.*$", "")
    own = _read(bare, dates.DEFAULT_FORMATS)
    months_first = _read(known, ("%m/%d/%Y",))
    if own.mean() > _GOOD:  # type: ignore[operator]
        days_first = _read(known, ("%d/%m/%Y",))
        if months_first.all() and days_first.all():
            made.note = "read as day/month/year; no value of the sample tells it from month/day"
        _doubtful(made, int((~own).sum()))
        return
    if kind != "person" and known.str.contains(r"^\d{4}-\d{2}$").all():
        made.spec["parser"] = "month"
        return
    best = max(_FORMATS, key=lambda f: _read(known, (f,)).sum())
    read = _read(known, (best,))
    if read.mean() > _GOOD:  # type: ignore[operator]
        made.spec["format"] = best
        _doubtful(made, int((~read).sum()))
    elif kind == "person" and name == "born_on" and _partial(known):
        made.spec["parser"] = "partial_date"
        made.note = "some dates are years or months only"
    else:
        made.note = "no date format reads most values: give `format`"


def _doubtful(made: Guess, wrong: int) -> None:
    if wrong:
        words = (
            f'{wrong} values of the sample are no such date; `invalid = "empty"` leaves them out'
        )
        made.note = f"{made.note}; {words}" if made.note else words


def _read(values: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Whether a format reads each value as a day after 1000."""
    hits = [dates.day(pl.col("v"), (f,)).value.is_not_null() for f in formats]
    return values.to_frame("v").select(hit=pl.any_horizontal(hits))["hit"]


def _partial(values: pl.Series) -> bool:
    years = values.str.contains(r"^(?:\d{4}(?:-\d{2})?|\d{2}/\d{4})$")
    return bool(years.any())


def _coded(made: Guess, values: pl.Series, known: dict[str, str], words: str) -> None:
    codes = values.str.to_uppercase().unique().sort().to_list()
    strange = [c for c in codes if c not in known]
    if strange and len(strange) <= MOST_CODES:
        made.spec["values"] = dict.fromkeys(strange, "")
        made.note = words


def _roles(made: Guess, values: pl.Series) -> None:
    codes = values.unique().sort().to_list()
    if len(codes) > MOST_CODES:
        made.note = "too many different values for a role; is this the right column?"
        return
    table = {c: _role(c) for c in codes if c.lower() not in InvolvementRole.values}
    if table:
        made.spec["values"] = table
        made.note = "check what each of the feed's words means"


def _role(word: str) -> str:
    return next((r for part, r in _ROLES.items() if part in word.lower()), "unclassified")


def _split(made: Guess, values: pl.Series, parser: str) -> None:
    separators = (";", "|") if parser in ("address", "address_part") else (";", "|", ",")
    for separator in separators:
        if len(values) and values.str.contains(separator, literal=True).mean() > 0.05:  # type: ignore[operator]
            made.spec["split"] = separator
            return


def _key(frame: pl.DataFrame) -> tuple[list[str], bool]:
    """The first column named like a reference whose values differ, and whether some are empty."""
    for whole in (True, False):
        for column in frame.columns:
            words = vocabulary.words(column)
            is_named = _KEY.search(words) and not _NOT_A_KEY.search(words)
            if is_named and _identifies(frame[column], whole=whole):
                return [column], not whole
    return [], False


def _identifies(values: pl.Series, *, whole: bool) -> bool:
    if isinstance(values.dtype, pl.List):
        return False
    filled = values.drop_nulls()
    filled = filled.filter(filled.str.strip_chars() != "")
    enough = len(filled) == len(values) if whole else len(filled) > len(values) / 2
    return len(filled) > 0 and enough and filled.n_unique() == len(filled)
