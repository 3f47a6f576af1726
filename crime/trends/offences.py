"""The last month or week of every category of an area beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from crime.trends import breaks
from crime.trends.breaks import Numbered
from crime.trends.counts import Counted
from crime.trends.verdicts import Judged, among_many, judge


@dataclass(frozen=True, slots=True)
class Row:
    """The last period of one category. `named`: unusual also among everything that was compared;
    `crossed`: the recording changed among the periods that would be compared.
    """

    category: str
    judged: Judged
    named: bool
    crossed: bool


def compared(counted: Counted, declared: Sequence[Numbered]) -> list[Row]:
    """Each category's last period; what is named is so among all of them (false discoveries). The
    named first, then by number. `declared`: breaks within the periods.
    """
    step, known = counted.step, counted.judged
    periods = counted.periods[known]
    judged = {
        name: judge(
            step,
            periods[0],
            counts[known],
            breaks.begin(declared, name, step),
            counted.shares[known],
        )
        for name, counts in counted.by_category.items()
    }
    named = among_many(list(judged.values()))
    rows = [
        Row(name, one, is_named, bool(breaks.crossed(declared, periods, name, step)))
        for (name, one), is_named in zip(judged.items(), named, strict=True)
    ]
    return sorted(rows, key=lambda row: (not row.named, -row.judged.count))
