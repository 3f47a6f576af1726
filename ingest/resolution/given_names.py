"""Given names: short forms of one name, and names that look alike but are two.

BOB and ROB are known forms of ROBERT by the library `nicknames` (published relations of short to
formal names): two given names agree as short forms if their lists of formal names share one. JADE
and JAKE are both names, and neither is a spelling of the other, by the tables of `people.names`.
"""

import nicknames
import pyarrow as pa

from ingest.resolution.workspace import Workspace
from people.names.slips import are_different_names
from people.names.tables import is_given


def build(space: Workspace) -> None:
    """Table `known_as` (g, formal): the formal names of every given name that has any."""
    pairs = pa.table(
        {
            "short": [t.name2.upper() for t in nicknames.name_triplets()],
            "formal": [t.name1.upper() for t in nicknames.name_triplets()],
        }
    )
    space.db.register("nickname_pairs", pairs)
    space.run(
        """create or replace table known_as as
        with pairs as (
            select letters(short) as short, letters(formal) as formal from nickname_pairs)
        select g, list_sort(list(distinct formal)) as formal from (
            select short as g, formal from pairs union all select formal, formal from pairs)
        where g is not null group by g"""
    )
    space.db.unregister("nickname_pairs")


def part(space: Workspace, pairs: str) -> None:
    """Table `given_apart` (a, b; a < b): of the `pairs` (a, b) of given names, those where both
    are known names of different people. A misspelt name is nobody's, so it never is in there.
    """
    found = space.rows(f"select distinct lower(a), lower(b) from ({pairs})")
    known = [(a, b) for a, b in found if is_given(a) and is_given(b)]
    apart = [(a.upper(), b.upper()) for a, b in known if are_different_names(a, b)]
    columns = {k: pa.array([p[n] for p in apart], pa.string()) for n, k in enumerate("ab")}
    space.db.register("apart", pa.table(columns))
    space.run("create or replace table given_apart as from apart")
    space.db.unregister("apart")
