"""The last month of every category of an area beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from crime.trends import breaks
from crime.trends.breaks import Numbered
from crime.trends.counts import Monthly
from crime.trends.verdicts import Judged, among_many, of_months


@dataclass(frozen=True, slots=True)
class Row:
    """The last month of one category. `named`: unusual also among everything that was compared;
    `crossed`: the recording changed among the months that would be compared.
    """

    category: str
    judged: Judged
    named: bool
    crossed: bool


def compared(counted: Monthly, declared: Sequence[Numbered]) -> list[Row]:
    """Each category's last month; what is named is so among all of them (false discoveries). The
    named first, then by number. `declared`: breaks within the months.
    """
    judged = {
        name: of_months(counted.months[0], counts, breaks.begin(declared, name))
        for name, counts in counted.by_category.items()
    }
    named = among_many(list(judged.values()))
    rows = [
        Row(name, one, is_named, bool(breaks.crossed(declared, counted.months, name)))
        for (name, one), is_named in zip(judged.items(), named, strict=True)
    ]
    return sorted(rows, key=lambda row: (not row.named, -row.judged.count))
