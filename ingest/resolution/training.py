"""Training: u from random pairs, m from records that share a PNC ID (a label nobody typed).

Expectation-maximisation was tried and is worse here: a person's records agree on several fields
at once, and so do a household's (matching.md section 3). What the label cannot teach (the
identifiers themselves, fields that PNC-bearing records lack) is set by `FIXED`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from splink import DuckDBAPI, Linker

from ingest.resolution import comparisons, given_names, nodes, working_set
from ingest.resolution.model import PAIRS_PER_RECORD, MatchModel
from ingest.resolution.workspace import Workspace

SAMPLE = 300_000  # records
RANDOM_PAIRS = 1e7

# (m, u) per level without the null level, where pseudo-labels cannot teach them. u None: learnt.
FIXED: Mapping[str, list[tuple[float, float | None]]] = {
    # records with a PNC ID state no ages; ages are guessed, or stated by somebody else
    "year": [(0.97, None), (0.03, None)],
    # known where nothing finer agrees or is known: movers stay near, more often than not
    "town": [(0.55, None), (0.1, None), (0.35, None)],
    # the label itself; 0.1 % of rows carry a wrong one
    "pnc": [(0.99, 1e-6), (0.01, 0.999999)],
    "cro": [(0.99, 1e-6), (0.01, 0.999999)],
    # people have several, and families share vehicles: no match says next to nothing
    "vehicle": [(0.5, 2e-5), (0.5, 0.99998)],
    "other_id": [(0.7, 1e-6), (0.3, 0.5)],
    "email": [(0.6, 2e-6), (0.1, 2e-5), (0.3, 0.99998)],
}
# No level's m falls below this: records do err, in ways that the training set may lack. A wrong
# sex or middle name is worth at most 5 or 6 bits against, a wrong name 12, a birth 7.
FLOOR_M = {"name": 2e-4, "birth": 6e-3, "place": 0.01, "middle": 0.02, "sex": 0.01}
FLOOR_U = 1e-6
# m / u of levels that records with a PNC ID do not show. Half a name missing: the agreement of an
# average given name; term frequencies adjust the first. Births within a month of each other: one
# random pair in 450, and supposed of one record in a hundred.
UNSEEN = {
    comparisons.GIVEN_ONLY: 500.0,
    comparisons.SWAPPED_HALF: 100.0,
    comparisons.WITHIN_A_MONTH: 4.0,
}


def train(space: Workspace, *, version: str, trained_on: Mapping[str, Any]) -> MatchModel:
    """A model from the live nominal records. Prediction never calls this."""
    records = working_set.fetch(space)
    nodes.normalise(space)
    nodes.find_common_names(space)
    nodes.classify(space)
    given_names.build(space)
    _sample(space, records)
    linker = Linker(
        DuckDBAPI(space.db).register("sample", dataset_display_name="sample"),
        comparisons.settings(),
        log_level="ERROR",
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS)
    linker.training.estimate_m_from_label_column("label")
    path = space.folder / "model.json"
    linker.misc.save_model_to_json(str(path))
    settings = json.loads(path.read_text(encoding="utf-8"))
    chance = PAIRS_PER_RECORD / records
    for comparison in settings["comparisons"]:
        _settle(comparison, chance)
    return MatchModel(
        version=version, splink=settings, trained_on={**trained_on, "records": records}
    )


def only(comparison: str, trained: MatchModel, base: MatchModel) -> MatchModel:
    """`base` with one comparison of `trained`: what the new model decides otherwise is that
    comparison's doing. Raises KeyError if there is none of that name.
    """
    found = {c["output_column_name"]: c for c in trained.splink["comparisons"]}[comparison]
    kept = [
        found if c["output_column_name"] == comparison else c for c in base.splink["comparisons"]
    ]
    note = {"only": f"{comparison}; all other comparisons as in {base.version}"}
    return replace(
        base,
        version=trained.version,
        splink={**base.splink, "comparisons": kept},
        trained_on={**trained.trained_on, **note},
    )


def _sample(space: Workspace, records: int) -> None:
    space.run(
        f"""create or replace table sample as
        select id as unique_id, record.* exclude (id, kind, content), g || ' ' || s as gs,
            towns[1] as town,
            coalesce(formal, []) as formal, coalesce(spellings, []) as spellings,
            coalesce(g in (select word from honorific), false) as honorific, pncs[1] as label
        from record left join known_as using (g) left join spelt_as using (s)
        where kind < {nodes.THIN} and hash(id * 31 + 7) % {records} < {SAMPLE}"""
    )


def _settle(comparison: dict[str, Any], chance: float) -> None:
    """Fill what was not learnt, take true pairs out of u, and keep both within the floors."""
    levels = [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]
    fixed = FIXED.get(comparison["output_column_name"])
    for number, level in enumerate(levels):
        m, u = fixed[number] if fixed else (None, None)
        if m is None:
            floor = FLOOR_M[comparison["output_column_name"]]
            m = max(level.get("m_probability") or 0.0, floor)
        if u is None:
            u = max((level.get("u_probability") or 0.0) - chance * m, FLOOR_U)
        if level["label_for_charts"] in UNSEEN:
            u = FLOOR_U
            m = min(1.0, u * UNSEEN[level["label_for_charts"]])
        level.update(m_probability=m, u_probability=u)
        for key in ("fix_m_probability", "fix_u_probability"):
            level.pop(key, None)


def report(model: MatchModel) -> str:
    """The model in words and numbers: what it was trained on and the weight of every level."""
    lines = [f"# Matching model {model.version}", ""]
    lines += [f"- {name}: {value}" for name, value in sorted(model.trained_on.items())]
    lines += ["", "| comparison | level | m | u | weight (bits) |", "|---|---|---|---|---|"]
    for comparison in model.splink["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level"):
                continue
            m, u = level["m_probability"], level["u_probability"]
            lines.append(
                f"| {comparison['output_column_name']} | {level['label_for_charts']} "
                f"| {m:.4g} | {u:.3g} | {math.log2(m / u):+.1f} |"
            )
    return "\n".join(lines) + "\n"
