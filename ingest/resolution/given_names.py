"""Names that are one name in other letters, and given names that look alike but are two.

BOB is a form of ROBERT and MD of MOHAMMED, CHOUDHURY and CHAUDHRY are spellings of one surname, by
the name groups of `people.names` (published lists and reviewed groups of many languages). Names
agree as forms if they share a group. JADE and JAKE are both names, and neither is a spelling of
the other, by the same tables.
"""

from functools import cache

import pyarrow as pa

from ingest.resolution.workspace import Workspace
from people.names import tables
from people.names.slips import are_different_names

# Kinds of name groups (tables.symbols): other spellings, written by ear, short forms. A name's
# forms in other languages are left out: brothers are called James and Jacob.
SPELT, SHORT = "WP", "N"
# Abdul ("servant of the") never stands alone: with the word that follows it is a name.
_UNFINISHED = frozenset({"abdul"})


def build(space: Workspace) -> None:
    """Tables `known_as` (g, formal) and `spelt_as` (s, spellings): the name groups of every given
    name and surname that is in any; and `honorific` (word).
    """
    for table, name, ids, kinds in (
        ("known_as", "g", "formal", SPELT + SHORT),
        ("spelt_as", "s", "spellings", SPELT),
    ):
        groups, members = zip(*tables.groups(kinds), strict=True)
        space.db.register("grouped", pa.table({"id": groups, "name": members}))
        space.run(
            f"""create or replace table {table} as
            select letters(name) as {name}, list_sort(list(distinct id)) as {ids} from grouped
            where letters(name) is not null group by 1"""
        )
        space.db.unregister("grouped")
    words = sorted(word.upper() for word in honorifics())
    space.db.register("words", pa.table({"word": words}))
    space.run("create or replace table honorific as from words")
    space.db.unregister("words")


@cache
def honorifics() -> frozenset[str]:
    """Titles, particles and religious names that are written before the name somebody is called
    by, and often left out (words.txt), in all their spellings.
    """
    words = tables.TITLES | tables.PARTICLES | tables.WEAK | _UNFINISHED
    spelt = {group for word in words for group in tables.symbols(word) if group[0] == "W"}
    return words.union(member for group, member in tables.groups("W") if group in spelt)


def part(space: Workspace, pairs: str) -> None:
    """Table `given_apart` (a, b; a < b): of the `pairs` (a, b) of given names, those where both
    are known names of different people. A misspelt name is nobody's, so it never is in there.
    """
    found = space.rows(f"select distinct lower(a), lower(b) from ({pairs})")
    known = [(a, b) for a, b in found if tables.is_given(a) and tables.is_given(b)]
    apart = [(a.upper(), b.upper()) for a, b in known if are_different_names(a, b)]
    columns = {k: pa.array([p[n] for p in apart], pa.string()) for n, k in enumerate("ab")}
    space.db.register("apart", pa.table(columns))
    space.run("create or replace table given_apart as from apart")
    space.db.unregister("apart")
