"""Short forms of given names: BOB and ROB are known forms of ROBERT.

The table comes with the library `nicknames` (published relations of short to formal names).
Two given names agree as short forms if their lists of formal names share one.
"""

import nicknames
import pyarrow as pa

from ingest.resolution.workspace import Workspace


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
