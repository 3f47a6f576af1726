"""Pairs → edges: the match weight of every candidate pair, by Splink with the shipped model."""

from typing import Any

from splink import DuckDBAPI, Linker

from ingest.resolution import blocking
from ingest.resolution.model import MatchModel, Thresholds
from ingest.resolution.workspace import Workspace

# A node has shared something with another if they have one of these in common.
_IDS = """(list_has_any(x.pncs, y.pncs) or list_has_any(x.cros, y.cros)
    or list_has_any(x.emails, y.emails))"""
_NOTHING_SHARED = f"""len(x.postcodes) > 0 and len(y.postcodes) > 0
    and not list_has_any(x.postcodes, y.postcodes) and not list_has_any(x.streets, y.streets)
    and not list_has_any(x.phones, y.phones) and not {_IDS}"""
_OTHER_GIVEN = """length(x.g) > 1 and length(y.g) > 1
    and jaro_winkler_similarity(x.g, y.g) < 0.78 and not list_has_any(x.formal, y.formal)
    and x.g <> coalesce(y.m, '') and y.g <> coalesce(x.m, '')
    and not list_contains(x.aliases, y.gs) and not list_contains(y.aliases, x.gs)"""
_TWINS = f"x.s = y.s and x.dob = y.dob and {_OTHER_GIVEN} and not {_IDS}"
GENERATION = (18, 40)  # years between a parent and a child of one name
_KIN = f"""jaro_winkler_similarity(x.s, y.s) >= 0.88
    and (list_has_any(x.phones, y.phones)
        or (list_has_any(x.homes, y.homes)
            and (least(x.n, y.n) >= 2
                or abs(x.y0 - y.y0) between {GENERATION[0]} and {GENERATION[1]})))
    and (births_conflict(x.dob, y.dob) or ({_OTHER_GIVEN})) and not {_IDS}"""


def score(space: Workspace, model: MatchModel, report: list[dict[str, Any]], records: int) -> int:
    """Table `edge` (a, b, weight): pairs at or above the attach threshold. Count pairs scored.

    Weights are rounded to a millionth of a bit: sums of floats depend on their order.
    """
    api = DuckDBAPI(space.db)
    linker = Linker(
        api.register("node", dataset_display_name="node"),
        model.settings_for(records),
        log_level="ERROR",
    )
    for column in ("gs", "g", "s", "town"):
        linker.table_management.register_term_frequency_lookup(
            api.register(f"tf_{column}"), column
        )
    space.run("create or replace table edge (a bigint, b bigint, weight double)")
    lowest = min(model.thresholds.attach, model.thresholds.join)
    scored, parts = 0, blocking.chunks(report)
    for chunk in range(parts):
        scored += blocking.pair_up(space, chunk=chunk, of=parts)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register("pair", dataset_display_name=f"pair{chunk}")
        )
        edges = linker.inference.predict(threshold_match_weight=lowest, warning_mode="never")
        space.run(
            f"""insert into edge
            select unique_id_l, unique_id_r, round(match_weight, 6) from {edges.physical_name}"""
        )
        edges.drop_table_from_database_and_remove_from_cache()
    return scored


def correct(space: Workspace, limits: Thresholds) -> None:
    """Table `anchor_edge`: edges between anchors, less what two sets of records contradict.

    Two nodes of many records each that share no place, phone or identifier lose weight with
    every further record of the smaller (at most 8 bits). Kin share a surname, a home and a phone:
    where births or given names differ outright these are no evidence. Twins share the birth too.
    """
    space.run(
        f"""create or replace table anchor_edge as
        select a, b, round(weight
            - case when {_NOTHING_SHARED}
                then least(8, {limits.far_addresses} * (least(x.n, y.n) - 1)) else 0 end
            - case when {_TWINS} then {limits.twin} else 0 end
            - case when {_KIN} then {limits.kin} else 0 end, 6) as weight
        from edge join node x on a = x.unique_id join node y on b = y.unique_id
        where x.anchor and y.anchor"""
    )
