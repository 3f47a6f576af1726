"""Gangs: gangs.csv, and memberships.csv with the identity of each member. All names invented."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import rendering
from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.history import Records
from ingest.generator.mistakes import Habits
from ingest.generator.naming import NONE
from ingest.generator.population import OFFENDER, monikers
from ingest.generator.reference import Ints, table
from ingest.generator.sinks import Sink

PEOPLE_PER_GANG, FEWEST = 4_000, 6
MEMBERS: Final = (6, 34)  # fewest and most of a gang
GANGS: Final = ("GANG_ID", "NAME", "ALSO_KNOWN_AS", "AREA", "STATUS")
MEMBERSHIPS: Final = (
    "MEMBERSHIP_NO", "GANG_ID", "SURNAME", "FORENAMES", "STREET_NAME", "ALIAS", "DOB", "SEX",
    "PNC_ID", "ADDRESS", "POSTCODE", "MOBILE", "VRM", "STATUS", "GRADE", "RATIONALE",
    "AUTHORISED_BY", "AUTHORISED_ON", "REVIEW_ON", "RECORDED",
)  # fmt: skip
# Two invented words make a name; no gang of these names is known.
FIRST: Final = (
    "Copper", "Gravel", "Lantern", "Marble", "Paper", "Quartz", "Saffron", "Timber", "Velvet",
    "Walnut", "Amber", "Cobalt", "Ivory", "Juniper", "Pewter", "Scarlet",
)  # fmt: skip
LAST: Final = (
    "Bakery Boys", "Canal Crew", "Corner Firm", "Depot Lot", "Garden Set", "Kiln Mob", "Lane Lads",
    "Market Mandem", "Quarry Few", "Steps Squad", "Tram Line", "Weir Side",
)  # fmt: skip
STATUSES: Final = {"Active": 74.0, "Dormant": 20, "Disbanded": 6}
LINKS: Final = {"Member": 58.0, "Associate": 28, "Exploited": 8, "At risk": 6}
GRADES: Final = {"1A": 14.0, "1B": 14, "2B": 34, "2C": 28, "2A": 10}
REASONS: Final = {
    "Named by two independent sources and arrested with other members": 30.0,
    "Self-identified in custody; present in videos made by the group": 20,
    "Repeatedly stopped with members in the area the group claims": 24,
    "Convicted with members for an offence linked to the group": 16,
    "Messages on a seized phone show tasking by the group": 10,
}
STREAMS: Final = (
    Stream("members", ("MEMBERSHIP_NO",), None, "_truth"),
    Stream("memberships", ("MEMBERSHIP_NO",)),
)
FLAWS: Final = (Flaw({"MEMBERSHIP_NO": None}, ("members", "memberships")),)
HABITS: Final = Habits(
    middle=0.3,
    birth=0.96,
    address=0.75,
    phone=0.4,
    vehicle=0.2,
    pnc=0.7,
    alias=0.1,
    nickname=0.05,
    plain=0.7,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """The gangs of this chunk and their members."""
    people = chunk.people
    count = people.count // PEOPLE_PER_GANG
    count = max(count, FEWEST) if chunk.is_first else count
    number = chunk.numbers("gangs", count)
    gangs = _gangs(chunk, number)
    yield Table("gangs", gangs, (Stream("gangs", ("GANG_ID",)),))
    gang, person = _members(chunk, count)
    day = chunk.today - chunk.rng.integers(10, 900, len(person))
    written = rendering.write(chunk.rng, people, Records(person, day), HABITS)
    yield Table("memberships", _memberships(chunk, written, gangs, gang, day), STREAMS, FLAWS)


def _gangs(chunk: Chunk, number: Ints) -> pl.DataFrame:
    count = len(number)
    name = number * 37 % (len(FIRST) * len(LAST))
    towns = table("neighbourhoods")["town"].unique(maintain_order=True)
    town = towns.gather(number * 7 % len(towns))
    first, last = (
        pl.Series(FIRST).gather(name % len(FIRST)),
        pl.Series(LAST).gather(name // len(FIRST)),
    )
    again = number // (len(FIRST) * len(LAST))
    suffix = pl.Series(np.where(again > 0, " " + (again + 1).astype(str), ""))
    initials = first.str.slice(0, 1) + last.str.slice(0, 1) + last.str.extract(r" (\w)")
    return pl.DataFrame(
        {
            "GANG_ID": "G" + layout.series(number).cast(pl.String).str.zfill(5),
            "NAME": first + " " + last + suffix,
            "ALSO_KNOWN_AS": initials + ";" + first + "z",
            "AREA": town,
            "STATUS": chunk.choose(STATUSES, count),
            "_flaw": np.zeros(count, dtype=np.int64),
        }
    )


def _members(chunk: Chunk, gangs: int) -> tuple[Ints, Ints]:
    """(gang, person) pairs: young men who have been arrested, each in one gang."""
    people = chunk.people
    age = (chunk.today - people.family.born) / 365.25
    fits = np.flatnonzero(
        (people.kind == OFFENDER) & (age > 13) & (age < 34) & ~people.family.female
    )
    sizes = chunk.rng.integers(*MEMBERS, gangs)
    wanted = min(int(sizes.sum()), len(fits))
    gang = np.repeat(np.arange(gangs), sizes)[:wanted]
    chosen = chunk.rng.permutation(fits)[:wanted]
    stars = np.flatnonzero(people.showcase != NONE)[:2]
    free = np.setdiff1d(stars, chosen)
    chosen[: min(len(free), wanted)] = free[:wanted]
    return gang, chosen


def _memberships(
    chunk: Chunk, frame: pl.DataFrame, gangs: pl.DataFrame, gang: Ints, day: Ints
) -> pl.DataFrame:
    count = len(frame)
    no = layout.series(chunk.numbers("memberships", count)).cast(pl.String).str.zfill(6)
    badge = layout.series(chunk.rng.integers(1000, 9999, count)).cast(pl.String)
    person = frame["person"].to_numpy()
    moniker = chunk.people.names.moniker[person]
    drawn = monikers().gather(chunk.rng.integers(0, len(table("monikers")), count))
    known = monikers().gather(np.where(moniker < 0, 0, moniker))
    street = known.zip_with(pl.Series(moniker != NONE), drawn)
    some = pl.Series((moniker != NONE) | (person % 3 == 0))
    # authorised anew within half a year, but for one in eight that has run out
    recent = chunk.today - person * 37 % 150 - 5
    authorised = np.where(person % 8 == 0, day + 3, np.maximum(day + 3, recent))
    dates = {
        name: pl.Series(authorised + later).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
        for name, later in (("_authorised", 0), ("_review", 177))
    }
    return frame.select(
        MEMBERSHIP_NO="GM" + no,
        GANG_ID=gangs["GANG_ID"].gather(gang),
        SURNAME="surname",
        FORENAMES=layout.forenames(),
        STREET_NAME=street.zip_with(some, pl.Series([None], dtype=pl.String)),
        ALIAS="alias",
        DOB=layout.iso_date("born"),
        SEX="sex",
        PNC_ID="pnc",
        ADDRESS=layout.line(),
        POSTCODE="postcode",
        MOBILE="mobile",
        VRM="vehicle",
        STATUS=chunk.choose(LINKS, count),
        GRADE=chunk.choose(GRADES, count),
        RATIONALE=chunk.choose(REASONS, count),
        AUTHORISED_BY="Insp " + badge,
        AUTHORISED_ON=dates["_authorised"],
        REVIEW_ON=dates["_review"],
        RECORDED=layout.iso_date("on"),
        _truth="truth",
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """gangs.csv and memberships.csv."""
    return {
        name: folder.csv(name, columns)
        for name, columns in (("gangs", GANGS), ("memberships", MEMBERSHIPS))
    }


FEED: Final = Feed("gangs", tables, open_sinks)
