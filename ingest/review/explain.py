"""Why records are together: the match weight of every pair, comparison by comparison.

Weights are worked out again from the versioned model file that made the links, on the records as
they stand, so that they need no room beside ten million links. What a model file lacks, how common
a name was, each run leaves in `review_frequency` for its model: also after a new model is
published an old link is explained by its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from splink import DuckDBAPI

from ingest.resolution import model, nodes, scoring, working_set, workspace
from ingest.resolution.exchange import copy_in
from ingest.resolution.model import MatchModel
from ingest.resolution.workspace import Workspace

MOST_NODES = 60  # of one explanation: 1,770 pairs
RECORDS = "records"  # the size of the set, kept beside the frequencies
LABELS = {
    "name": "Name",
    "birth": "Date of birth",
    "year": "Year of birth",
    "place": "Address and phone",
    "town": "Town",
    "pnc": "PNC ID",
    "cro": "CRO number",
    "vehicle": "Vehicle",
    "other_id": "Other number",
    "email": "Email",
    "middle": "Middle name",
    "sex": "Sex",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison's share of a weight, in bits: above 0 speaks for one person."""

    label: str
    finding: str
    bits: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups of records with one name and birth each, and what speaks for and against."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    weight: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every pair of groups among some records, strongest first, by one version of the model.

    `groups`: records that are alike in name and date of birth, thin records each alone.
    """

    model_version: str
    groups: tuple[tuple[int, ...], ...]
    pairs: tuple[Pair, ...]

    def joined_at(self, bits: float) -> list[tuple[int, ...]]:
        """The records that stay together where only pairs of at least this weight join them."""
        parent = {group: group for group in self.groups}

        def find(group: tuple[int, ...]) -> tuple[int, ...]:
            while parent[group] != group:
                group = parent[group]
            return group

        for pair in self.pairs:
            if pair.weight >= bits:
                parent[find(pair.right)] = find(pair.left)
        sets: dict[tuple[int, ...], list[int]] = {}
        for group in self.groups:
            sets.setdefault(find(group), []).extend(group)
        return sorted((tuple(sorted(s)) for s in sets.values()), key=lambda s: (-len(s), s))

    def holding(self) -> list[Pair]:
        """The fewest pairs that hold the records together, weakest first."""
        kept, parent = [], {group: group for group in self.groups}

        def find(group: tuple[int, ...]) -> tuple[int, ...]:
            while parent[group] != group:
                group = parent[group]
            return group

        for pair in self.pairs:
            if find(pair.left) != find(pair.right):
                parent[find(pair.right)] = find(pair.left)
                kept.append(pair)
        return kept[::-1]


def explain(records: Sequence[int], version: str) -> Explanation:
    """Compare the records with each other by that version of the model.

    Raises FileNotFoundError for a version that is not shipped any more. At most MOST_NODES groups
    are compared; the rest are left out.
    """
    match_model = model.load(version)
    with workspace.opened(memory_limit="512MB") as space:
        space.put("wanted", id=np.array(sorted(records), np.int64))
        working_set.fetch(space, "from wanted")
        nodes.of_few(space)
        size = _frequencies(space, version)
        groups = _groups(space)
        pairs = _pairs(space, match_model, size, groups)
    return Explanation(version, tuple(groups.values()), pairs)


def _groups(space: Workspace) -> dict[int, tuple[int, ...]]:
    """Node → its records; thin records under negative numbers."""
    rows = space.rows(
        f"""select coalesce(node, -id) as place, list_sort(list(id)) from member
        where node is null or node < {MOST_NODES} group by place order by min(id)"""
    )
    return {place: tuple(ids) for place, ids in rows}


def _pairs(
    space: Workspace, match_model: MatchModel, size: int, groups: dict[int, tuple[int, ...]]
) -> tuple[Pair, ...]:
    if not int(space.value(f"select count(*) > 1 from node where unique_id < {MOST_NODES}")):
        return ()
    comparisons = match_model.splink["comparisons"]
    _weigh(space, match_model, size)
    space.run("create or replace table scored as select a, b, weight from weighed")
    scoring.correct(space, match_model.thresholds)
    rows = space.rows(
        "select weighed.*, coalesce(corrected, weighed.weight) - weighed.weight "
        "from weighed left join (select a, b, corrected from fresh_edge) using (a, b) "
        "order by weighed.weight desc, a, b"
    )
    found = []
    for a, b, weight, *values, correction in rows:
        parts = _parts(comparisons, values)
        if abs(correction) > 1e-9:
            parts.append(Part("Kin, twins or places", "what the two sets contradict", correction))
        parts.sort(key=lambda part: -abs(part.bits))
        found.append(Pair(groups[a], groups[b], weight + correction, tuple(parts)))
    prior = match_model.settings_for(size)["probability_two_random_records_match"]
    start = Part("Before comparing", "two records by chance", float(np.log2(prior / (1 - prior))))
    whole = [Pair(p.left, p.right, p.weight, (start, *p.parts)) for p in found]
    return tuple(sorted(whole, key=lambda p: (-p.weight, p.left, p.right)))


def _parts(comparisons: list[dict[str, Any]], values: list[Any]) -> list[Part]:
    """Values stand in threes: level, its bits, and bits for how common the value is."""
    parts = []
    for number, comparison in enumerate(comparisons):
        level, bits, rarity = values[3 * number : 3 * number + 3]
        if level < 0:
            continue  # one side does not say
        levels = [x for x in comparison["comparison_levels"] if not x.get("is_null_level")]
        finding = levels[len(levels) - 1 - level]["label_for_charts"]
        if finding == "All other comparisons":
            finding = "do not agree"
        label = LABELS.get(comparison["output_column_name"], comparison["output_column_name"])
        parts.append(Part(label, finding.replace(" on gs", " of the full name"), bits))
        if rarity is not None and abs(rarity) > 1e-9:
            parts.append(Part(label, "how common it is", rarity))
    return parts


def _weigh(space: Workspace, match_model: MatchModel, size: int) -> None:
    """Table `weighed`: a, b, weight, and three columns for each comparison."""
    api = DuckDBAPI(space.db)
    settings = match_model.settings_for(size) | {
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }
    linker = scoring.linked(api, settings)
    space.run(
        f"""create or replace table pair as
        select '0' as match_key, l.unique_id as join_key_l, r.unique_id as join_key_r
        from node l join node r on l.unique_id < r.unique_id where r.unique_id < {MOST_NODES}"""
    )
    linker.table_management.register_blocked_pairs_for_predict(
        api.register("pair", dataset_display_name="pair_of_few")
    )
    edges = linker.inference.predict(threshold_match_probability=0.0, warning_mode="never")
    have = {r[0] for r in space.rows(f"describe {edges.physical_name}")}
    columns = []
    for comparison in match_model.splink["comparisons"]:
        name = comparison["output_column_name"]
        adjusted = f"mw_tf_adj_{name}"
        columns += [f"gamma_{name}", f"mw_{name}", adjusted if adjusted in have else "null"]
    listed = ", ".join(f"{sql} as c{n}" for n, sql in enumerate(columns))
    space.run(
        f"""create or replace table weighed as
        select unique_id_l as a, unique_id_r as b, round(match_weight, 6) as weight, {listed}
        from {edges.physical_name}"""
    )


def keep_frequencies(space: Workspace, version: str, records: int) -> None:
    """What this run knew of how common names and towns are, for its model. In a transaction.

    Only what cannot be worked out again: values said once share one row with an empty value, and
    full names that are no commoner than their parts make them are left out.
    """
    space.run(
        f"""create or replace table frequency as
        select 'records' as kind, '' as value, {records}::double as share
        union all
        select 'gs', gs, tf_gs from tf_gs join (select distinct gs, g, s from node) using (gs)
            join tf_g using (g) join tf_s using (s)
        where tf_gs > greatest(tf_g * tf_s, {nodes.RAREST_NAME}) * 1.000001"""
        + "".join(
            f""" union all select '{c}', {c}, tf_{c} from tf_{c}
                where tf_{c} > 1.5 * (select min(tf_{c}) from tf_{c})
            union all select '{c}', '', min(tf_{c}) from tf_{c} having count(*) > 0"""
            for c in ("g", "s", "town")
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM review_frequency WHERE model_version = %s", [version])
    copy_in(
        space,
        "from frequency where length(value) <= 200",
        "review_frequency",
        {"model_version": f"'{version}'", "kind": "kind", "value": "value", "share": "share"},
    )


def _frequencies(space: Workspace, version: str) -> int:
    """Tables `tf_*` for the values of `node`, as that model's last run knew them; its records."""
    values = {
        "g": "select distinct g from node where g is not null",
        "s": "select distinct s from node where s is not null",
        "town": "select distinct unnest(towns) from node",
        "gs": "select distinct gs from node where gs is not null",
    }
    wanted = {kind: [r[0] for r in space.rows(sql)] for kind, sql in values.items()}
    known: dict[tuple[str, str], float] = {}
    with connection.cursor() as cursor:
        for kind, listed in (*wanted.items(), (RECORDS, [""])):
            cursor.execute(
                "SELECT kind, value, share FROM review_frequency "
                "WHERE model_version = %s AND kind = %s AND value = ANY(%s)",
                [version, kind, ["", *listed]],
            )
            known.update({(k, v): share for k, v, share in cursor.fetchall()})
    for kind, listed in wanted.items():
        shares = [known.get((kind, v), known.get((kind, ""), nodes.RAREST_NAME)) for v in listed]
        space.run(f"create or replace table tf_{kind} ({kind} varchar, tf_{kind} double)")
        rows = [list(row) for row in zip(listed, shares, strict=True)]
        if rows:
            space.db.executemany(f"insert into tf_{kind} values (?, ?)", rows)
    space.run(
        f"""update tf_gs set tf_gs = greatest(tf_gs, tf_g * tf_s, {nodes.RAREST_NAME})
        from node join tf_g using (g) join tf_s using (s) where node.gs = tf_gs.gs"""
    )
    return int(known.get((RECORDS, ""), 0))
