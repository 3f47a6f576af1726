"""The columns that an extract may have, each coarser at every step. No other value leaves.

Every column counts as something an attacker may know (a quasi-identifier), so a row is never rarer
than `limits.k` over all of them together. SQL of DuckDB over `extracts.people`.
"""

from dataclasses import dataclass
from typing import Final

STEPS: Final = 4  # 0 is the finest


@dataclass(frozen=True, slots=True)
class Column:
    """What it tells, and how at each step."""

    label: str
    steps: tuple[str, ...]

    def at(self, step: int) -> str:
        return self.steps[min(step, len(self.steps) - 1)]


def _bands(value: str, years: int) -> str:
    low = f"({value} // {years} * {years})"
    return f"{low}::varchar || ' to ' || ({low} + {years - 1})::varchar"


def _known(value: str) -> str:
    return f"coalesce(nullif({value}, ''), 'Not known')"


_RECORDS: Final = """
    case when records < 2 then '1' when records < 5 then '2 to 4' when records < 10 then '5 to 9'
    else '10 or more' end
"""
COLUMNS: Final = {
    "age": Column("Age, in bands", tuple(_bands("age", n) for n in (5, 10, 20, 40))),
    "sex": Column("Recorded sex", (_known("sex"),)),
    "area": Column(
        "Where they were last recorded: postcode district or coarser",
        (
            _known("district"),
            _known("regexp_extract(district, '^[A-Z]+')"),
            _known("regexp_extract(district, '^[A-Z]+')"),
            "'All'",
        ),
    ),
    "seen": Column(
        "Year of the latest record, or a span of years",
        tuple(f"coalesce({_bands('seen', n)}, 'Not known')" for n in (1, 2, 5, 10)),
    ),
    "records": Column(
        "How many records, in bands",
        (_RECORDS,),
    ),
    "group": Column("MoPI group", ("coalesce(mopi::varchar, 'Not known')",)),
}
