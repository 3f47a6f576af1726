"""How well a clustering agrees with the truth: pairwise and B-cubed, set-based, any size."""

from pathlib import Path
from typing import Any

from ingest.resolution.exchange import copy_out
from ingest.resolution.workspace import Workspace

# Columns of the table that is judged: one row per record.
_CELLS = "select truth, person, count(*)::double as n from {table} where {where} group by all"
_MEASURES = """
with cell as ({cells}),
person as (select person, sum(n) as n, count(*) as people from cell group by person),
truth as (select truth, sum(n) as n, count(*) as parts from cell group by truth),
joined as (
    select cell.n, person.n as of_person, truth.n as of_truth
    from cell join person using (person) join truth using (truth))
select
    (select coalesce(sum(n), 0) from cell) as records,
    (select coalesce(sum(n * (n - 1) / 2), 0) from cell) as true_joined,
    (select coalesce(sum(n * (n - 1) / 2), 0) from person) as joined,
    (select coalesce(sum(n * (n - 1) / 2), 0) from truth) as true_pairs,
    (select sum(n * n / of_person) from joined) as b3_precision,
    (select sum(n * n / of_truth) from joined) as b3_recall,
    (select count(*) from person) as clusters,
    (select count(*) from truth) as true_people,
    (select max(n) from person) as largest_cluster,
    (select count(*) from person where people > 1) as impure_clusters,
    (select count(*) from person where people > 3) as clusters_with_more_than_3_people,
    (select coalesce(max(people), 0) from person) as most_people_in_a_cluster,
    (select count(*) from joined where n = of_person and n = of_truth) as exact_clusters
"""


def measure(space: Workspace, table: str, where: str = "true") -> dict[str, Any]:
    """Compare columns person and truth of a table; shares are 0..1, None where undefined."""
    sql = _MEASURES.format(cells=_CELLS.format(table=table, where=where))
    space.run(f"create or replace table measured as {sql}")
    names = [row[0] for row in space.rows("describe measured")]
    found = dict(zip(names, space.rows("from measured")[0], strict=True))
    records = found["records"]
    if not records:
        return {"records": 0}
    pairs = _scores(
        _share(found.pop("true_joined"), found.pop("joined"), found["true_pairs"]),
    )
    b3 = _scores((found.pop("b3_precision") / records, found.pop("b3_recall") / records))
    counts = {name: int(value) for name, value in found.items()}
    return {"pairs": pairs, "b_cubed": b3, **counts}


def _share(right: float, joined: float, true: float) -> tuple[float | None, float | None]:
    return (right / joined if joined else None), (right / true if true else None)


def _scores(shares: tuple[float | None, float | None]) -> dict[str, float | None]:
    precision, recall = shares
    f1 = None
    if precision is not None and recall is not None and precision + recall > 0:
        f1 = 2 * precision * recall / (precision + recall)
    named = {"precision": precision, "recall": recall, "f1": f1}
    return {k: None if v is None else round(v, 5) for k, v in named.items()}


class TruthError(Exception):
    """The truth file cannot be used."""


def against(space: Workspace, truth: Path) -> dict[str, Any]:
    """Compare the people of the database with a CSV of system, source_ref, truth.

    Measures `all` rows of the file that have a live record, and the `resolvable` ones among them
    (not an unresolved mention by matching.md section 2). Raises TruthError.
    """
    if not truth.is_file():
        raise TruthError(f"{truth}: no such file")
    space.run(
        """create or replace table truth as
        from read_csv(?, header=true, delim=',', quote='"', escape='"', all_varchar=true)""",
        [str(truth)],
    )
    missing = {"system", "source_ref", "truth"} - {r[0] for r in space.rows("describe truth")}
    if missing:
        raise TruthError(f"{truth}: no column {', '.join(sorted(missing))}")
    copy_out(
        space,
        """SELECT n.system, n.source_ref, l.person_id, p.is_mention FROM people_nominalrecord n
        JOIN people_link l ON l.record_id = n.id JOIN people_person p ON p.id = l.person_id""",
        "found",
        {"system": "VARCHAR", "source_ref": "VARCHAR", "person": "BIGINT", "mention": "VARCHAR"},
    )
    space.run(
        """create or replace table judged as
        select truth, person, mention = 't' as mention
        from truth join found using (system, source_ref)"""
    )
    rows = int(space.value("select count(*) from truth"))
    matched = int(space.value("select count(*) from judged"))
    return {
        "rows": rows,
        "matched": matched,
        "missing": rows - matched,
        "all": measure(space, "judged"),
        "resolvable": measure(space, "judged", "not mention"),
    }
