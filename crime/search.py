"""The crime index and its search: number, offence, place and month in one box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from crime import areas, method, place, query
from crime.document import COLUMNS, bare, latest_outcomes, made
from crime.models import Crime
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.index import Document, IndexSpec
from wmp_search.search.query import Clause, constant, term
from wmp_search.search.sync import live_build

LIMIT = 100
MAX_LENGTH = 200

_KEY = {"type": "keyword", "doc_values": False}
_COUNTED = {"type": "keyword"}  # "" where it is not recorded
_WORDS = {"type": "text", "norms": False, "index_options": "docs"}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"includes": ["crime_id"]},
    "properties": {
        "crime_id": {"type": "long", "index": False},
        "tier": {"type": "byte"},
        "number_key": _KEY,
        "system": _COUNTED,
        "offence_code": _COUNTED,
        "category": _COUNTED,
        "outcome": _COUNTED,  # the latest one, else the status
        "postcode_key": _KEY,
        "district": _COUNTED,  # of the postcode: B23
        "lsoa": _COUNTED,
        "authority": _COUNTED,  # after which the LSOA is named: Birmingham
        "ward": _COUNTED,  # by the place: crime.areas
        "beat": _COUNTED,
        "force": _COUNTED,
        "area_key": _KEY,  # what an area may be called: crime.trends.counts
        "place": {"type": "geo_point"},
        "place_rough": {"type": "geo_point"},  # the middle of the hexagon of h3_9
        "h3_7": _COUNTED,
        "h3_8": _COUNTED,
        "h3_9": _COUNTED,
        "hour_of_week": {"type": "short"},  # crime.document.hour_of_week
        "month_key": _KEY,
        "day": {"type": "date", "format": "strict_date"},
        "known_day": {
            "type": "date",
            "format": "strict_date",
        },  # none where only the month is known
        "days_late": {"type": "short"},  # from the day it was committed to the report
        "words": _WORDS,  # offence, category, place and status: what people describe a crime by
        **method.MAPPING,
    },
}


class CriteriaError(ValueError):
    """The criteria cannot be searched for; the text says what to change."""


@dataclass(frozen=True, slots=True)
class CrimeCriteria:
    """A crime number, or words of its offence and place, a postcode, a month (2024-05).

    `category`: a data.police.uk category, "" for all. `mo`: words of how it was done, of which
    each must be there; with them the text may be empty. Raises CriteriaError.
    """

    text: str
    category: str = ""
    mo: str = ""

    def __post_init__(self) -> None:
        if max(len(self.text), len(self.mo)) > MAX_LENGTH:
            raise CriteriaError(f"Use {MAX_LENGTH} characters or fewer")
        if self.mo and not any(c.isalnum() for c in self.mo):
            raise CriteriaError("Say in words how it was done")
        if not any(c.isalnum() for c in self.text + self.mo):
            raise CriteriaError("Give a crime number, an offence, a place or a month")


@dataclass(frozen=True, slots=True)
class Match:
    """One crime found. `by_method`: by words of how it was done, too."""

    crime_id: int
    score: float
    by_method: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of crimes, best first; `total` counts all up to 10,000."""

    matches: tuple[Match, ...]
    total: int
    index_build: str


def search(criteria: CrimeCriteria, scope: Scope, *, limit: int = 20, offset: int = 0) -> Found:
    """Find crimes; the newer of equally good ones first.

    Raises PermissionDenied, CriteriaError, SearchUnavailable, SearchError.
    """
    scope.require(Permission.CRIME_VIEW)
    if not 0 < limit <= LIMIT or not 0 <= offset <= 10_000 - limit:
        raise CriteriaError("Narrow the search down: there are no further pages")
    order = ["_score", {"day": {"order": "desc", "missing": "_last"}}]
    body = {"from": offset, "size": limit, "query": _query(criteria, scope), "sort": order}
    answer = client.search(SPEC.alias, body)
    hits = answer["hits"]["hits"]
    return Found(
        tuple(
            Match(
                hit["_source"]["crime_id"],
                hit["_score"],
                method.NAME in hit.get("matched_queries", ()),
            )
            for hit in hits
        ),
        answer["hits"]["total"]["value"],
        hits[0]["_index"] if hits else live_build(SPEC),
    )


def listed(
    filters: Sequence[Clause], scope: Scope, *, limit: int, offset: int
) -> tuple[list[int], int]:
    """The crimes that pass all filters, the newest first: ids of a page, and how many in all.

    Raises PermissionDenied, SearchUnavailable, SearchError.
    """
    scope.require(Permission.CRIME_VIEW)
    body = {
        "from": offset,
        "size": limit,
        "track_total_hits": True,
        "query": {"bool": {"filter": [index_filter(scope), *filters]}},
        "sort": [{"day": {"order": "desc", "missing": "_last"}}, "_doc"],
    }
    hits = client.search(SPEC.alias, body)["hits"]
    return [hit["_source"]["crime_id"] for hit in hits["hits"]], hits["total"]["value"]


def aside(criteria: CrimeCriteria, scope: Scope, *, most: int) -> client.Aside:
    """The ids of the best crimes, to be asked beside another search. Raises PermissionDenied."""
    scope.require(Permission.CRIME_VIEW)
    body = {"size": most, "query": _query(criteria, scope)}
    return client.Aside(SPEC.alias, {**body, "_source": False, "track_total_hits": False})


def _query(criteria: CrimeCriteria, scope: Scope) -> Clause:
    filters = [index_filter(scope)]
    if criteria.category:
        filters.append(term("category", criteria.category))
    must = [query.either(criteria.text, scope)] if criteria.text else []
    if criteria.mo:
        must.append(constant(method.having(criteria.mo, scope), query.METHOD, name=method.NAME))
    return {"bool": {"filter": filters, "must": must}}


def index_filter(scope: Scope) -> Clause:
    """The access rule for the index; crime.selectors.visible is the same rule for SQL."""
    return {"terms": {"tier": list(scope.event_tiers)}}


def documents(crime_ids: Sequence[int]) -> Iterator[Document]:
    """The document of each crime; without a source for deleted ones. Three queries.

    The versions are read before the outcomes, which raise them: a document that lacks an outcome
    never has the version of one with it.
    """
    rows = list(Crime.objects.filter(pk__in=crime_ids).values(*COLUMNS))
    outcomes = latest_outcomes(list(crime_ids))
    around = areas.codes([place.of_row(row) for row in rows])
    for row, within in zip(rows, around, strict=True):
        source = None
        if not row["deleted_at"]:
            source = made(row, outcomes.get(row["id"], ""), within)
        yield Document(str(row["id"]), version_of(row["changed_at"]), source)
    gone = set(crime_ids).difference(row["id"] for row in rows)
    yield from (Document(str(pk), None, None) for pk in gone)


def version_of(changed_at: datetime) -> int:
    """Milliseconds since 1970."""
    return int((changed_at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def area_key(typed: str) -> str:
    """A typed area as `area_key` has it."""
    return bare(typed)


def _expected() -> int:
    return Crime.objects.filter(deleted_at__isnull=True).count()


def _ids_after(after: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [after, limit])
        return [pk for (pk,) in cursor.fetchall()]


def queue_all() -> int:
    """Ask for the documents of all crimes to be made again; how many. The caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE_ALL)
        return int(cursor.rowcount)


_QUEUE_ALL = """
    INSERT INTO search_outboxentry (entity, entity_id)
    SELECT 'crime', id FROM crime_crime WHERE deleted_at IS NULL
"""
_IDS = "SELECT id FROM crime_crime WHERE deleted_at IS NULL AND id > %s ORDER BY id LIMIT %s"

SPEC = IndexSpec(
    entity="crime",
    mapping=MAPPING,
    settings={"number_of_shards": 1},
    document_version=6,
    documents=documents,
    ids_after=_ids_after,
    expected=_expected,
)
