"""Pairs → edges: the match weight of every candidate pair, by Splink with the shipped model."""

from dataclasses import dataclass
from typing import Any

from splink import DuckDBAPI, Linker

from ingest.resolution import blocking, given_names
from ingest.resolution.model import MatchModel, Thresholds
from ingest.resolution.workspace import Workspace

TERMS = ("gs", "g", "s", "town")  # columns with term frequencies, in tables tf_<column>

_BOTH = "scored join node x on scored.a = x.unique_id join node y on scored.b = y.unique_id"
UNLIKE, ONE_SURNAME = 0.78, 0.88  # Jaro-Winkler similarities
FAR_SPELT = 3  # letters; a slip of the pen changes one, seldom two

# What two nodes x and y have in common, and how they differ.
_IDS = """(list_has_any(x.pncs, y.pncs) or list_has_any(x.cros, y.cros)
    or list_has_any(x.emails, y.emails))"""
_HOUSEHOLD = """(list_has_any(x.phones, y.phones) or list_has_any(x.homes, y.homes)
    or list_has_any(x.postcodes, y.postcodes))"""
_ANYTHING = f"""({_IDS} or {_HOUSEHOLD} or list_has_any(x.streets, y.streets)
    or list_has_any(x.vehicles, y.vehicles) or list_has_any(x.other_ids, y.other_ids))"""
_FAR_APART = f"""len(x.postcodes) > 0 and len(y.postcodes) > 0
    and not {_HOUSEHOLD} and not list_has_any(x.streets, y.streets) and not {_IDS}"""
_ALIAS = """(list_contains(x.aliases, y.gs) or list_contains(y.aliases, x.gs)
    or list_has_any(x.aliases, y.aliases))"""
_SPELT_UNLIKE = f"jaro_winkler_similarity(x.g, y.g) < {UNLIKE}"
_SPELT_FAR = f"({_SPELT_UNLIKE} or damerau_levenshtein(x.g, y.g) >= {FAR_SPELT})"


# Of one day of birth: an honorific first name of which no second is stated stands before the name
# its bearer is called by (Mohammed Khan is Imran Khan rather than his twin), and a name that
# another begins or ends with is short for it (Aman and Amandeep, Jinder and Harjinder).
_SHORTEST = 3  # letters
_ONE_OF_A_DAY = f"""(x.dob = y.dob and (x.honorific and coalesce(x.m, '') in ('', y.g[1])
    or y.honorific and coalesce(y.m, '') in ('', x.g[1])
    or least(length(x.g), length(y.g)) >= {_SHORTEST} and (starts_with(x.g, y.g)
        or starts_with(y.g, x.g) or ends_with(x.g, y.g) or ends_with(y.g, x.g))))"""


def _other_given(spelt: str) -> str:
    """Two given names, by their spelling or as two known names, and no form of one another."""
    return f"""length(x.g) > 1 and length(y.g) > 1 and ({spelt} or given_apart.a is not null)
        and not list_has_any(x.formal, y.formal) and not coalesce({_ONE_OF_A_DAY}, false)
        and x.g <> coalesce(y.m, '') and y.g <> coalesce(x.m, '') and not {_ALIAS}"""


# Gurpreet Singh is Gurpreet Singh Sandhu without the family's name
_OTHER_SURNAME = f"""jaro_winkler_similarity(x.s, y.s) < 0.8 and x.s <> y.g and y.s <> x.g
    and x.s <> coalesce(y.m, '') and y.s <> coalesce(x.m, '')
    and not list_has_any(x.spellings, y.spellings) and not {_ALIAS}"""

_TWINS = f"x.s = y.s and x.dob = y.dob and {_other_given(_SPELT_FAR)} and not {_IDS}"
# one home has no two people of one name born within a month: a slip of the pen
_SLIPPED = "x.g = y.g and abs(datediff('day', x.dob::date, y.dob::date)) <= 31"
_KIN = f"""jaro_winkler_similarity(x.s, y.s) >= {ONE_SURNAME} and {_HOUSEHOLD} and not {_IDS}
    and (births_conflict(x.dob, y.dob) and not ({_SLIPPED})
        or ({_other_given(_SPELT_UNLIKE)}))"""
_GENERATION = """coalesce(births_conflict(x.dob, y.dob) and abs(x.y0 - y.y0) >= 14, false)
    and not list_has_any(x.other_ids, y.other_ids)"""
_BOTH_SAY_WHERE = """(len(x.postcodes) > 0 and len(y.postcodes) > 0
    or len(x.phones) > 0 and len(y.phones) > 0)"""
_NAMESAKES = f"""{_BOTH_SAY_WHERE} and not {_ANYTHING}
    and (births_conflict(x.dob, y.dob) or ({_OTHER_SURNAME}))"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be scored: the blocking report, the size of the set, the first new node."""

    blocks: list[dict[str, Any]]
    records: int
    first: int = 0


def score(space: Workspace, model: MatchModel, asked: Asked) -> int:
    """Table `scored` (a, b, weight): pairs at or above the attach threshold. Count pairs scored.

    Weights are rounded to a millionth of a bit: sums of floats depend on their order.
    """
    api = DuckDBAPI(space.db)
    linker = linked(api, model.settings_for(asked.records), nodes=side(space, asked.first))
    space.run("create or replace table scored (a bigint, b bigint, weight double)")
    lowest = model.thresholds.lowest
    scored, parts = 0, blocking.chunks(asked.blocks)
    for chunk in range(parts):
        scored += blocking.pair_up(space, chunk=chunk, of=parts, first=asked.first)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register("pair", dataset_display_name=f"pair{chunk}")
        )
        edges = linker.inference.predict(threshold_match_weight=lowest, warning_mode="never")
        space.run(
            f"""insert into scored
            select unique_id_l, unique_id_r, round(match_weight, 6) from {edges.physical_name}"""
        )
        edges.drop_table_from_database_and_remove_from_cache()
    return scored


def linked(api: Any, settings: dict[str, Any], *, nodes: str = "node") -> Linker:
    """Splink over the nodes, on the backend of `api`, knowing how common names and towns are."""
    made = Linker(api.register(nodes, dataset_display_name="node"), settings, log_level="ERROR")
    for column in TERMS:
        made.table_management.register_term_frequency_lookup(api.register(f"tf_{column}"), column)
    return made


def side(space: Workspace, first: int) -> str:
    """The table of nodes to compare: of a delta only those that share a block with a new one."""
    if not first:
        return "node"
    space.run(
        """create or replace table neighbour as
        from node where unique_id in (select id from blocked)"""
    )
    return "neighbour"


def correct(space: Workspace, limits: Thresholds) -> None:
    """Table `fresh_edge` (a, b, weight, corrected): `scored`, and the weight less what the two
    nodes contradict.

    - *Far apart*: two nodes of many records each that share no place, phone or identifier lose
      weight with every further record of the smaller (at most 8 bits).
    - *Twins* share surname and birth; only their given names tell them apart, so that three
      letters already do.
    - *Kin* share a surname, and a postcode or phone: where births or given names differ outright
      these are no evidence. So are a father and a son of one name.
    - *Namesakes*: births that differ outright, or unlike surnames, and nothing else in common,
      although both say where they live or how to reach them.
    """
    given_names.part(
        space,
        f"""select least(x.g, y.g) as a, greatest(x.g, y.g) as b from {_BOTH}
        where x.g <> y.g and jaro_winkler_similarity(x.g, y.g) >= {UNLIKE}
            and jaro_winkler_similarity(x.s, y.s) >= {ONE_SURNAME}""",
    )
    space.run(
        f"""create or replace table fresh_edge as
        select scored.*, round(weight
            - case when {_FAR_APART}
                then least(8, {limits.far_addresses} * (least(x.n, y.n) - 1)) else 0 end
            - case when {_TWINS} then {limits.twin} else 0 end
            - case when {_NAMESAKES} then {limits.namesakes} else 0 end
            - case when {_KIN}
                then {limits.kin} * (1 + ({_GENERATION})::int) else 0 end, 6) as corrected
        from {_BOTH} left join given_apart
            on given_apart.a = least(x.g, y.g) and given_apart.b = greatest(x.g, y.g)"""
    )
    space.run("drop table scored")
