"""People missed and confused by group, on generated truth: counted in DuckDB, whatever the size.

A person is **missed** if records of theirs that could be resolved ended in more than one place,
and **confused** if somebody else's record stands with one of theirs. Rates are of people, each
counted once, with Wilson's 95 per cent interval (JASA 22, 1927). Of groups of fewer than LEAST
people nothing is said.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from ingest.generator.groups import BANDS, KINDS
from ingest.resolution.workspace import Workspace

LEAST = 5
Z = 1.959964
_JUDGED = """
create or replace table each as
with judged as (
    select truth, coalesce(cluster, -id) as person
    from member left join cluster using (node)
    join '{folder}/truth.parquet' using (id) where node is not null),
shared as (select person, count(distinct truth) > 1 as mixed from judged group by person)
select truth, count(*) as records, count(distinct person) > 1 as missed,
    bool_or(mixed) as confused
from judged join shared using (person) group by truth
"""
_COUNTED = f"""
select case grouping_id({", ".join(KINDS)}) {{kinds}} end as kind,
    coalesce({", ".join(KINDS)}, 'Everybody') as name,
    count(*), count(*) filter (confused), count(*) filter (records > 1), count(*) filter (missed)
from each join '{{folder}}/people.parquet' using (truth)
group by grouping sets ((), {", ".join(f"({kind})" for kind in KINDS)})
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `people`, with the interval in per cent."""

    people: int
    hits: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """One group: people missed (of those with two records or more) and people confused."""

    kind: str
    name: str
    missed: Rate | None
    confused: Rate | None


def judge(space: Workspace, folder: Path) -> None:
    """Table `each` (truth, records, missed, confused): one row for each person with records that
    could be resolved, after `engine.match` of the records of `generated.prepare` in the folder.
    """
    space.run(_JUDGED.format(folder=folder))


def counted(space: Workspace, folder: Path) -> list[Group]:
    """Everybody (of kind `all`), then each group of LEAST people or more, from `each`."""
    rows = space.rows(_COUNTED.format(folder=folder, kinds=_kinds()))
    rows.sort(key=lambda row: _order(row[0], row[1]))
    return [
        Group(kind, name, rate(several, missed), rate(people, confused))
        for kind, name, people, confused, several, missed in rows
        if people >= LEAST
    ]


def rate(people: int, hits: int) -> Rate | None:
    """A share in per cent with Wilson's interval; None for too few people."""
    return None if people < LEAST else weighted(people, hits, hits / people, people)


def weighted(people: int, hits: int, share: float, worth: float) -> Rate:
    """A share in per cent that weights have shaped, with Wilson's interval for so many as the
    weights are worth.
    """
    middle = (share + Z * Z / (2 * worth)) / (1 + Z * Z / worth)
    half = Z * sqrt(share * (1 - share) / worth + Z * Z / (4 * worth**2)) / (1 + Z * Z / worth)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Rate(people, hits, *(round(100 * value, 3) for value in (share, low, high)))


def difference(one: Rate | None, other: Rate | None) -> dict[str, float] | None:
    """`one` less `other` in points, with Newcombe's 95 per cent interval (Statistics in Medicine
    17, 1998, method 10); None where either is not told.
    """
    if one is None or other is None:
        return None
    points = one.rate - other.rate
    below = sqrt((one.rate - one.low) ** 2 + (other.high - other.rate) ** 2)
    above = sqrt((one.high - one.rate) ** 2 + (other.rate - other.low) ** 2)
    values = {"points": points, "low": points - below, "high": points + above}
    return {name: round(value, 3) for name, value in values.items()}


def _kinds() -> str:
    """Of each grouping set the kind: in its number the bit of the column that is kept is 0."""
    whole = 2 ** len(KINDS) - 1
    bits = {kind: whole - 2 ** (len(KINDS) - 1 - n) for n, kind in enumerate(KINDS)}
    return " ".join(f"when {n} then '{kind}'" for kind, n in ({"all": whole} | bits).items())


def _order(kind: str, name: str) -> tuple[int, int, str]:
    bands = [band for *_, band in BANDS]
    first = KINDS.index(kind) if kind in KINDS else -1
    return first, bands.index(name) if name in bands else -1, name
