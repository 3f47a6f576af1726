"""Which pairs are worth scoring: nodes that share a key, in blocks that cannot grow.

A block larger than its cap is dropped and counted, so that skewed names (a thousand Mohammed
Khans born in one year) cannot make a run quadratic; the other keys still reach those people.
"""

from dataclasses import dataclass
from typing import Any

from ingest.resolution.workspace import Workspace

CAP = 60  # nodes in a block; 10M records: 4.5M nodes give 35M distinct pairs
SMALL = 100_000  # nodes: so few can afford the loose keys, whose blocks would all be dropped else
CHUNK_PAIRS = 8_000_000  # scored at a time


@dataclass(frozen=True, slots=True)
class Key:
    """A blocking key: SQL values over `node`, with `x` an element of the list `each`, if any."""

    name: str
    values: str
    where: str = "true"
    each: str = ""
    loose: bool = False
    cap: int = CAP


_NAMED = "g is not null and s is not null"
_BORN = "dob is not null and not new_year(dob)"
# the name that its bearer is called by: Mohammed Imran is Imran
_CALLED = "case when honorific and m is not null then m[1:3] else g[1:3] end"
_INITIALS = "least(g[1], s[1]), greatest(g[1], s[1])"

KEYS = (
    Key("name_birth", "g, s, dob", f"kind <> 1 and {_NAMED} and dob is not null"),
    Key("birth_surname3", "dob, s[1:3]", f"{_BORN} and s is not null"),
    Key("birth_given3", "dob, g[1:3]", f"{_BORN} and g is not null"),
    Key("birth_initials", f"dob, {_INITIALS}", f"{_BORN} and {_NAMED}"),
    Key("name_year", "g, s, dob[1:4]", f"dob is not null and {_NAMED}"),
    Key("name_day", "g, s, dob[6:]", f"{_BORN} and {_NAMED}"),
    Key(
        "skeleton_month",
        "least(skeleton(g), skeleton(s)), greatest(skeleton(g), skeleton(s)), dob[1:7]",
        f"dob is not null and {_NAMED}",  # of 1 January, too: those born in that month are few
    ),
    Key("alias_birth", "x, dob", _BORN, each="list_append(aliases, gs)"),
    Key("alias_year", "x, dob[1:4]", "dob is not null", each="list_append(aliases, gs)"),
    Key("name_postcode", "least(g, s), greatest(g, s), x", _NAMED, each="postcodes"),
    Key("given3_postcode", "g[1:3], x", "g is not null", each="postcodes"),
    Key("called3_postcode", f"{_CALLED}, x", "g is not null", each="postcodes"),
    Key("surname4_postcode", "s[1:4], x, g[1]", _NAMED, each="postcodes"),
    Key("name_street", "least(g, s), greatest(g, s), x", _NAMED, each="streets"),
    Key("initial_home", "g[1], x", "g is not null", each="homes"),
    Key("surname3_home", "s[1:3], x", "s is not null and g is null", each="homes"),
    Key("phone", "x", each="phones"),
    Key("email", "x", each="emails"),
    Key("vehicle_surname", "x, s[1:3]", "s is not null", each="vehicles"),
    Key("other_id", "x", each="other_ids"),
    Key("pnc", "x", each="pncs"),
    Key("cro", "x", each="cros"),
    Key("rare_name", "g, s", _NAMED, cap=12),
    Key("birth", "dob", "dob is not null", loose=True),
    Key("surname_year", "s, dob[1:4]", "s is not null and dob is not null", loose=True),
    Key("given_year", "g, dob[1:4]", "g is not null and dob is not null", loose=True),
    Key("postcode", "x", each="postcodes", loose=True),
    Key("name", "least(g, s), greatest(g, s)", _NAMED, loose=True),
    Key("surname_town", "s, x", "s is not null", each="towns", loose=True),
    Key("given_town", "g, x", "g is not null", each="towns", loose=True),
    Key("any_name_year", "x, y0", "y0 is not null", each="[g, s]", loose=True),
    Key("day_town", "dob[6:], x", "dob is not null", each="towns", loose=True),
    Key("email_user", "split_part(x, '@', 1)", each="emails", loose=True),
    Key("email_host", "split_part(x, '@', 2)", each="emails", loose=True),
)


def is_loose(space: Workspace) -> bool:
    """Whether the set is small enough for the loose keys."""
    return bool(space.value("select count(*) <= ? from node", [SMALL]))


def build_keys(space: Workspace, *, first: int = 0) -> list[dict[str, Any]]:
    """Table `blocked` (id, k): the keys of blocks of two up to the cap. Report per key.

    Nodes below `first` were paired by an earlier run: only blocks with a newer node are made.
    Each report: name, blocks, pairs, dropped (blocks over the cap), dropped_pairs.
    """
    loose = is_loose(space)
    keys = [k for k in KEYS if loose or not k.loose]
    space.run("create or replace table key (id bigint, k ubigint, kind utinyint)")
    for number, key in enumerate(keys):
        space.run(_insert(number, key, f"unique_id >= {first}"))
    if first:
        space.run("create or replace table wanted as select distinct k from key")
        for number, key in enumerate(keys):
            space.run(f"{_insert(number, key, f'unique_id < {first}')} semi join wanted using (k)")
        space.run("drop table wanted")
    caps = ", ".join(str(k.cap) for k in keys)
    space.run(
        f"""create or replace table block as
        select k, min(kind) as kind, count(*) as n, n > list_extract([{caps}], min(kind) + 1)
            as dropped from key group by k having n > 1"""
    )
    space.run(
        """create or replace table blocked as
        select id, k from key semi join (from block where not dropped) using (k)"""
    )
    report = space.rows(
        """select kind, count(*), sum(n * (n - 1) // 2)::bigint,
            count(*) filter (dropped), coalesce(sum(n * (n - 1) // 2) filter (dropped), 0)::bigint
        from block group by kind order by kind"""
    )
    space.run("drop table key; drop table block")
    fields = ("blocks", "pairs", "dropped", "dropped_pairs")
    return [{"name": keys[r[0]].name, **dict(zip(fields, r[1:], strict=True))} for r in report]


def _insert(number: int, key: Key, which: str) -> str:
    """Insert the key of the nodes that `which` names; a node may give one key twice."""
    each = key.each or "['']"
    return f"""insert into key
        select id, k, {number} from (
            select distinct unique_id as id, hash({number}, {key.values}) as k
            from (select *, unnest({each}) as x from node where {which})
            where ({key.where}) and x is not null)"""


def chunks(report: list[dict[str, Any]]) -> int:
    """Into how many chunks the pairs of a report should be cut for scoring."""
    pairs = sum(r["pairs"] - r["dropped_pairs"] for r in report)
    return max(1, -(-int(pairs) // CHUNK_PAIRS))


def pair_up(space: Workspace, *, chunk: int, of: int, first: int = 0) -> int:
    """Table `pair`: the distinct pairs whose left node is in the chunk, as Splink wants them.

    One node of each is at least `first`.
    """
    space.run(
        f"""create or replace table pair as
        select '0' as match_key, a as join_key_l, b as join_key_r from (
            select distinct l.id as a, r.id as b
            from blocked l join blocked r on l.k = r.k and l.id < r.id
            where l.id % {of} = {chunk} and r.id >= {first})"""
    )
    return int(space.value("select count(*) from pair"))
