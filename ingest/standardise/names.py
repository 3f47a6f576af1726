"""Names: placeholders out, titles apart, legacy capitals into the usual spelling."""

import string

import polars as pl

from ingest.standardise.parsing import Parsed

_JUNK = (
    r"(?i)^(?:(?:unknown|unk|not known|not given|not stated|not recorded|n/k|nk|n/a|none|nil|null|"
    r"blank|tbc|tba|refused|declined|anon|anonymous|no name|name unknown|no trace|unidentified)"
    r"(?:[\s,]+(?:male|female|person|unknown))*|a\.?\s?n\.?\s?other|[?.\-*/\d ]+|x{2,6})$"
)
_TITLE = (
    r"(?i)^(mr|mrs|miss|ms|mx|dr|doctor|prof|professor|rev|reverend|sir|dame|lady|lord|master)"
    r"\b\.?\s*"
)
# words that belong to the surname that follows them
_PARTICLE = (
    r"(?:de|du|da|das|do|dos|del|della|di|la|le|van|von|der|den|ter|al|el|bin|bint|ibn|ben|abu|"
    r"st\.?|mac|mc|ap|ould|ui|ni|o')"
)
_FULL = rf"(?i)^(?:(.*?)\s+)?((?:{_PARTICLE}\s+)*\S+)$"
_COMMA = r"^([^,]*),\s*(.*)$"
_MC = {f"Mc{c}": f"Mc{c.upper()}" for c in string.ascii_lowercase}


def spelled(text: pl.Expr) -> pl.Expr:
    """A cleaned name as it is written: MCDONALD → McDonald, O'NEILL → O'Neill, junk → null.

    Text in mixed case is left as it came: somebody chose it. Mac stays Mac (MACDONALD →
    Macdonald): capitals do not say which spelling the person uses.
    """
    plain = text.str.replace_all(r"[’‘`´]", "'").str.strip_chars(" ,;.")  # noqa: RUF001
    plain = plain.str.replace_all(r"\s*-\s*", "-")
    one_case = (plain == plain.str.to_uppercase()) | (plain == plain.str.to_lowercase())
    cased = (
        plain.str.to_lowercase().str.to_titlecase().str.replace_many(list(_MC), list(_MC.values()))
    )
    named = pl.when(one_case).then(cased).otherwise(plain)
    return pl.when((plain == "") | plain.str.contains(_JUNK)).then(None).otherwise(named)


def name(text: pl.Expr) -> Parsed:
    """One part of a name."""
    return Parsed(spelled(text))


def title_of(text: pl.Expr) -> pl.Expr:
    """The title that a name begins with, else null: "MR JOHN" → "Mr"."""
    return text.str.extract(_TITLE, 1).str.to_titlecase()


def without_title(text: pl.Expr) -> pl.Expr:
    """The name without its title; a title alone → null."""
    rest = text.str.replace(_TITLE, "")
    return pl.when(rest == "").then(None).otherwise(rest)


def split_full(text: pl.Expr, parser: str) -> tuple[pl.Expr, pl.Expr]:
    """(given names, surname) of a cleaned full name, titles removed; a single word is a surname.

    "surname_comma_given" splits at the first comma, and reads a name without one like
    "given_surname", where particles (van der, al, de) stay with the surname.
    """
    # a null costs the expensive expression nothing: names with a comma do not meet it
    comma = text.str.contains(",", literal=True) & pl.lit(parser == "surname_comma_given")
    whole = without_title(_known(pl.when(~comma).then(text)))
    split = pl.when(comma).then(text).str.splitn(",", 2).struct
    given = pl.coalesce(
        without_title(split.field("field_1").str.strip_chars()), whole.str.extract(_FULL, 1)
    )
    surname = pl.coalesce(split.field("field_0"), whole.str.extract(_FULL, 2))
    return spelled(given), spelled(surname)


def full(text: pl.Expr, parser: str) -> pl.Expr:
    """A full name as one string in the order given names, surname; junk → null."""
    if parser == "surname_comma_given":
        text = text.str.replace(_COMMA, "$2 $1").str.strip_chars()
    return spelled(without_title(_known(text)))


def _known(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_JUNK)).then(None).otherwise(text)
