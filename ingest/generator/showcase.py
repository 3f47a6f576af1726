"""The invented people of the demonstration: known names, aliases, nicknames, many systems."""

import datetime as dt
from typing import Final

import numpy as np

from ingest.generator.households import Households
from ingest.generator.lexicon import lexicon
from ingest.generator.naming import NONE
from ingest.generator.reference import TRADITION, Ints, table

FEWEST_PEOPLE: Final = 200  # below, there is no showcase
RECORDS: Final = 16


def cast(family: Households) -> Ints:
    """Turns people who live alone into those of showcase.csv; their rows there, else NONE."""
    roles = np.full(len(family.born), NONE)
    if len(roles) < FEWEST_PEOPLE:
        return roles
    words = lexicon().numbers
    alone = np.flatnonzero(np.bincount(family.household)[family.household] == 1)
    rows = table("showcase").fill_null("").to_dicts()
    for number, (row, person) in enumerate(zip(rows, alone[: len(rows)], strict=True)):
        roles[person] = number
        family.born[person] = (dt.date.fromisoformat(row["born_on"]) - dt.date(1970, 1, 1)).days
        family.tradition[person] = TRADITION[row["tradition"]]
        family.female[person] = row["sex"] == "F"
        for field in ("given", "middle", "surname", "maiden"):
            getattr(family, field)[person] = words.get(row[field], NONE)
    return roles


def names(column: str, roles: Ints, otherwise: Ints) -> Ints:
    """The lexicon numbers of a name column of showcase.csv, where there is a role."""
    words = lexicon().numbers
    known = np.array([words[name] for name in table("showcase")[column].to_list()])
    chosen: Ints = np.where(roles == NONE, otherwise, known[roles])
    return chosen
