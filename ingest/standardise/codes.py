"""Coded values: sex, ethnicity, roles, offences, numbers, and any code with a `values` map."""

from functools import cache
from pathlib import Path

import polars as pl

from gangs.models import Membership
from ingest.spec import FieldSpec
from ingest.standardise.parsing import Parsed, reason, without_junk
from people.models import InvolvementRole

OFFENCES = Path(__file__).resolve().parents[1] / "reference" / "offence_codes.csv"
SEX = {
    "M": "M", "MALE": "M", "1": "M",
    "F": "F", "FEMALE": "F", "2": "F",
    "U": "", "0": "", "9": "", "NOT SPECIFIED": "", "INDETERMINATE": "", "X": "",
}  # fmt: skip
# policing.md 2.3: self-defined 18+1 with the legacy 16+1 codes; officer-observed 6+1
SELF_DEFINED = frozenset(
    {"W1", "W2", "W3", "W4", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A4", "A9"}
    | {"B1", "B2", "B9", "O1", "O2", "O9", "NS"}
)
OBSERVED = frozenset("1234569")


def mapped(text: pl.Expr, field: FieldSpec) -> pl.Expr:
    """The text through the field's `values`; keys are compared without regard to case.

    What the map does not name passes through, or becomes empty with unmapped = "empty".
    """
    if not field.values:
        return text
    table = {k.strip().upper(): v for k, v in field.values.items()}
    default = None if field.unmapped in ("empty", "reject") else text
    found = text.str.to_uppercase().replace_strict(table, default=default, return_dtype=pl.String)
    return pl.when(found == "").then(None).otherwise(found)


def unmapped_problem(text: pl.Expr, field: FieldSpec) -> pl.Expr | None:
    """With unmapped = "reject": why a value that the map does not name is refused."""
    if field.unmapped != "reject":
        return None
    keys = [k.strip().upper() for k in field.values]
    failed = text.is_not_null() & ~text.str.to_uppercase().is_in(keys)
    return reason(failed, pl.format("code {} is not in `values`", text.str.slice(0, 20)))


def sex(text: pl.Expr, field: FieldSpec) -> Parsed:
    """M, F or empty."""
    code = without_junk(mapped(text, field)).str.to_uppercase()
    value = code.replace_strict(SEX, default=None, return_dtype=pl.String)
    unknown = code.is_not_null() & value.is_null()
    return Parsed(
        pl.when(value == "").then(None).otherwise(value),
        issue=reason(unknown, "sex not understood"),
    )


def ethnicity_self(text: pl.Expr, field: FieldSpec) -> Parsed:
    """A code of the 18+1 list."""
    code = without_junk(mapped(text, field)).str.to_uppercase().str.slice(0, 40)
    return _listed(
        code, sorted(SELF_DEFINED), "self-defined ethnicity not a code of the 18+1 list"
    )


def ethnicity_observed(text: pl.Expr, field: FieldSpec) -> Parsed:
    """The digit of IC1 to IC6, or 9 for unknown."""
    code = without_junk(mapped(text, field)).str.to_uppercase().str.replace(r"^IC\s*", "")
    code = code.replace({"0": "9", "7": "9"})
    return _listed(code, sorted(OBSERVED), "observed ethnicity not an IC code")


def role(text: pl.Expr, field: FieldSpec) -> Parsed:
    """A role of the closed list; what is not mapped is "unclassified" (policing.md C1)."""
    named = mapped(text, field).str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    known = named.is_in(InvolvementRole.values).fill_null(value=False)
    return Parsed(
        pl.when(known).then(named).otherwise(pl.lit(InvolvementRole.UNCLASSIFIED.value)),
        issue=reason(text.is_not_null() & ~known, "role not mapped"),
    )


def membership_status(text: pl.Expr, field: FieldSpec) -> Parsed:
    """A status of the closed list, else the row is rejected."""
    named = mapped(text, field).str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    known = named.is_in(Membership.Status.values)
    words = pl.format(
        "membership status {} is not known; map it in `values`", text.str.slice(0, 20)
    )
    return Parsed(pl.when(known).then(named), reason(text.is_not_null() & ~known, words))


def offence_code(text: pl.Expr) -> Parsed:
    """`NNN/NN` of the Home Office list, else the row is rejected."""
    bare = text.str.replace_all(r"\s", "").str.replace(r"^(\d{3})(\d{2})$", "$1/$2")
    parts = bare.str.extract_groups(r"^(\d{1,3})/(\d{1,2})$").struct
    code = parts.field("1").str.zfill(3) + "/" + parts.field("2").str.zfill(2)
    known = code.is_in(offences()["code"].implode()).fill_null(value=False)
    failed = text.is_not_null() & ~known
    words = pl.format("unknown Home Office offence code {}", text.str.slice(0, 20))
    return Parsed(pl.when(known).then(code), reason(failed, words))


@cache
def offences() -> pl.DataFrame:
    """The Home Office codes: code, title, category (of data.police.uk), parent_group."""
    return pl.read_csv(OFFENCES, infer_schema=False)


def of_offence(code: pl.Expr, column: str) -> pl.Expr:
    """`title` or `category` of a code."""
    table = offences()
    return code.replace_strict(table["code"], table[column], default=None, return_dtype=pl.String)


def number(text: pl.Expr, dtype: type[pl.Int32 | pl.Float64], low: float, high: float) -> Parsed:
    """A number between two bounds."""
    plain = without_junk(text).str.replace_all(",", "")
    read = plain.cast(pl.Float64, strict=False)
    wrong = plain.is_not_null() & (read.is_null() | (read < low) | (read > high))
    words = f"not a number from {low:.0f} to {high:.0f}"
    return Parsed(pl.when(~wrong).then(read).cast(dtype, strict=False), reason(wrong, words))


def _listed(code: pl.Expr, allowed: list[str], words: str) -> Parsed:
    known = code.is_in(allowed).fill_null(value=False)
    return Parsed(pl.when(known).then(code), issue=reason(code.is_not_null() & ~known, words))
