"""From a parser's name to its expressions."""

from collections.abc import Callable

import polars as pl

from ingest.fields import FIELDS, FULL_NAME_PARSERS
from ingest.spec import FieldSpec, Stream
from ingest.standardise import codes, contact, dates, identifiers, names
from ingest.standardise.parsing import Parsed

GRID_MAX = 1_300_000  # metres: the British National Grid's northern edge
_BIRTHS = frozenset({"born_on", "alias_births"})

_PLAIN: dict[str, Callable[[pl.Expr], Parsed]] = {
    "name": names.name,
    "age": dates.age,
    "pnc_id": identifiers.pnc_id,
    "cro": identifiers.cro,
    "vrm": identifiers.vrm,
    "postcode": contact.postcode,
    "phone": contact.phone,
    "email": contact.email,
    "address_part": lambda text: Parsed(contact.address_part(text)),
    "offence_code": codes.offence_code,
    "integer": lambda text: codes.number(text, pl.Int32, 0, GRID_MAX),
    "number": lambda text: codes.number(text, pl.Float64, -1e12, 1e12),
    "latitude": lambda text: codes.number(text, pl.Float64, -90, 90),
    "longitude": lambda text: codes.number(text, pl.Float64, -180, 180),
}
_CODED: dict[str, Callable[[pl.Expr, FieldSpec], Parsed]] = {
    "sex": codes.sex,
    "ethnicity_self": codes.ethnicity_self,
    "ethnicity_observed": codes.ethnicity_observed,
    "role": codes.role,
    "membership_status": codes.membership_status,
}
_DATED: dict[str, Callable[[pl.Expr, tuple[str, ...]], Parsed]] = {
    "month": dates.month,
    "datetime": dates.moment,
}


def parser_of(stream: Stream, field: str) -> str:
    """The field's parser: what the source file says, else the canonical default."""
    return stream.fields[field].parser or FIELDS[stream.kind][field]


def parse(text: pl.Expr, stream: Stream, field: str) -> Parsed:
    """The field's expressions over its cleaned text; closed lists keep their own check.

    A `values` map is applied first. `text` and `code` take the value as it is.
    """
    spec = stream.fields[field]
    parser = parser_of(stream, field)
    closed = FIELDS[stream.kind][field]
    if closed in _CODED:
        return _CODED[closed](text, spec)
    if field == "markers":  # `values` holds their labels: people_nominalrecord keeps both
        return Parsed(text.str.to_uppercase())
    value = codes.mapped(text, spec)
    parsed = _by_name(value, parser, spec, birth=field in _BIRTHS and not spec.any_age)
    refused = codes.unmapped_problem(text, spec)
    if refused is not None:
        problem = refused if parsed.problem is None else pl.coalesce(refused, parsed.problem)
        parsed = Parsed(parsed.value, problem, parsed.issue)
    return _forgiven(parsed) if spec.invalid == "empty" else parsed


def _forgiven(parsed: Parsed) -> Parsed:
    """With invalid = "empty": an impossible value is left out and noted; the row is good."""
    if parsed.problem is None:
        return parsed
    noted = parsed.problem if parsed.issue is None else pl.coalesce(parsed.problem, parsed.issue)
    return Parsed(pl.when(parsed.problem.is_null()).then(parsed.value), issue=noted)


def _by_name(text: pl.Expr, parser: str, spec: FieldSpec, *, birth: bool) -> Parsed:
    if parser in _PLAIN:
        return _PLAIN[parser](text)
    if parser in _DATED:
        return _DATED[parser](text, spec.formats)
    if parser == "partial_date":
        return dates.partial(text, spec.formats, birth=birth)[0]
    if parser == "date":
        return dates.day(text, spec.formats, birth=birth)
    if parser in FULL_NAME_PARSERS:
        return Parsed(names.full(text, parser))
    return Parsed(text)  # text, code
