"""The eleven feeds, in the order in which they are written."""

from typing import Final

from ingest.generator.feeds import (
    crime_recording,
    custody,
    domestic_abuse,
    firearms,
    gangs,
    incidents,
    intelligence,
    missing_persons,
    offender_management,
    pnc,
    stop_search,
)
from ingest.generator.feeds.layout import Feed

FEEDS: Final[tuple[Feed, ...]] = (
    crime_recording.FEED,
    incidents.FEED,
    custody.FEED,
    intelligence.FEED,
    stop_search.FEED,
    pnc.FEED,
    offender_management.FEED,
    missing_persons.FEED,
    domestic_abuse.FEED,
    firearms.FEED,
    gangs.FEED,
)
