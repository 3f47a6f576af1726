"""What every parser returns, and the cleaning that every text gets first."""

from dataclasses import dataclass

import polars as pl

JUNK = (
    r"(?i)^(?:unknown|unk|u/k|not known|not given|not stated|not recorded|not applicable|n/k|nk|"
    r"n/a|none|nil|null|blank|tbc|tba|refused|declined|[?.\-*/x0 ]+)$"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One field's expressions over a chunk.

    `value` is null where nothing is known. `problem` is text where the row must be rejected, and
    `issue` is text where the value was left out but the row is good; else null.
    """

    value: pl.Expr
    problem: pl.Expr | None = None
    issue: pl.Expr | None = None


def clean(text: pl.Expr) -> pl.Expr:
    """Unicode composed (NFC), white space collapsed and trimmed, nothing left → null."""
    plain = text.str.normalize("NFC").str.replace_all(r"[\s\p{Cf}\p{Cc}]+", " ")
    return _or_null(plain.str.strip_chars())


def clean_lines(text: pl.Expr) -> pl.Expr:
    """For long texts: trimmed, but line breaks stay."""
    return _or_null(text.str.strip_chars())


def without_junk(text: pl.Expr) -> pl.Expr:
    """Placeholders such as UNKNOWN, N/K or 00/00/0000 → null."""
    return pl.when(text.str.contains(JUNK)).then(None).otherwise(text)


def reason(failed: pl.Expr, text: str | pl.Expr) -> pl.Expr:
    """`text` where `failed`, else null."""
    words = pl.lit(text) if isinstance(text, str) else text
    return pl.when(failed.fill_null(value=False)).then(words).otherwise(None)


def shape(text: pl.Expr) -> pl.Expr:
    """The class of a value without the value: digits → 9, letters → A, at most 20 characters."""
    return text.str.slice(0, 20).str.replace_all(r"\d", "9").str.replace_all(r"\p{L}", "A")


def _or_null(text: pl.Expr) -> pl.Expr:
    return pl.when(text == "").then(None).otherwise(text)
