"""Names of areas as PostgreSQL makes them into the keys of `crime.search.area_key`."""

from django.db.models import CharField, F, Func, Value
from django.db.models.expressions import Combinable

# what area_key leaves out, as far as it occurs in names of places
NOT_OF_A_KEY = " '\u2019.,-()&/_"


def key(name: Combinable) -> Func:
    """`area_key` of a column of names."""
    capitals = Func(name, function="upper")
    return Func(
        capitals,
        Value(NOT_OF_A_KEY),
        Value(""),
        function="translate",
        output_field=CharField(),
    )


def authority(name: str) -> Func:
    """An LSOA's name without its number: "Birmingham 060A" → "Birmingham"."""
    return Func(F(name), Value(" [^ ]*$"), Value(""), function="regexp_replace")
