"""The gang index and its search: names, other names and areas."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crime.search import CriteriaError, version_of
from gangs.models import Gang, GangGroupPermission
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.index import Document, IndexSpec
from wmp_search.search.query import NOTHING, Clause, any_of, term
from wmp_search.search.sync import live_build

LIMIT = 100
MAX_LENGTH = 200

_WORDS = {"type": "text", "norms": False}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"includes": ["gang_id"]},
    "properties": {
        "gang_id": {"type": "long", "index": False, "doc_values": False},
        "restricted": {"type": "boolean"},
        "groups": {"type": "integer"},  # roles with a grant, where the gang is restricted
        "name": _WORDS,
        "aliases": _WORDS,
        "area": _WORDS,
    },
}


@dataclass(frozen=True, slots=True)
class Match:
    """One gang found."""

    gang_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """One page of gangs, best first."""

    matches: tuple[Match, ...]
    total: int
    index_build: str


def search(text: str, scope: Scope, *, limit: int = 20, offset: int = 0) -> Found:
    """Find gangs that the scope may see by a name, another name or an area.

    Raises PermissionDenied, CriteriaError, SearchUnavailable, SearchError.
    """
    query = _query(text, scope)
    if not 0 < limit <= LIMIT or not 0 <= offset <= 10_000 - limit:
        raise CriteriaError("Narrow the search down: there are no further pages")
    body = {"from": offset, "size": limit, "query": query}
    answer = client.search(SPEC.alias, body)
    hits = answer["hits"]["hits"]
    return Found(
        tuple(Match(hit["_source"]["gang_id"], hit["_score"]) for hit in hits),
        answer["hits"]["total"]["value"],
        hits[0]["_index"] if hits else live_build(SPEC),
    )


def aside(text: str, scope: Scope, *, most: int) -> client.Aside:
    """The ids of the best gangs, to be asked beside another search.

    Raises PermissionDenied, CriteriaError.
    """
    body = {"size": most, "query": _query(text, scope)}
    return client.Aside(SPEC.alias, {**body, "_source": False, "track_total_hits": False})


def _query(text: str, scope: Scope) -> Clause:
    scope.require(Permission.GANG_VIEW)
    if not any(c.isalnum() for c in text) or len(text) > MAX_LENGTH:
        raise CriteriaError(f"Give a gang's name or area in {MAX_LENGTH} characters or fewer")
    return {"bool": {"filter": [index_filter(scope)], "must": [_either(text)]}}


def index_filter(scope: Scope) -> Clause:
    """The access rule for the index; gangs.selectors.visible is the same rule for SQL."""
    if scope.practises:
        return NOTHING  # no gang is made up
    granted = [term("groups", group) for group in scope.group_ids]
    return any_of([term("restricted", False), *granted])


def documents(gang_ids: Sequence[int]) -> Iterator[Document]:
    """The document of each gang; without a source for deleted ones.

    A grant changes a document without changing the gang: whoever grants queues the gang.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    grants = GangGroupPermission.objects.filter(
        content_object__in=gang_ids, permission__codename="see_gang"
    )
    for gang_id, group_id in grants.values_list("content_object", "group"):
        groups[gang_id].append(group_id)
    known = set()
    for gang in Gang.objects.filter(pk__in=gang_ids):
        known.add(gang.pk)
        source = None if gang.deleted_at else to_document(gang, sorted(groups[gang.pk]))
        yield Document(str(gang.pk), version_of(gang.changed_at), source)
    yield from (Document(str(pk), None, None) for pk in set(gang_ids) - known)


def to_document(gang: Gang, groups: list[int]) -> dict[str, Any]:
    """One gang's document; grants count only where the gang is restricted."""
    return {
        "gang_id": gang.pk,
        "restricted": gang.restricted,
        "groups": groups if gang.restricted else [],
        "name": gang.name,
        "aliases": gang.aliases,
        "area": gang.area,
    }


def _either(text: str) -> Clause:
    fields = ["name^3", "aliases^3", "area"]
    exact = {"query": text, "fields": fields, "type": "cross_fields", "operator": "and"}
    near = {"query": text, "fields": fields, "fuzziness": "AUTO", "prefix_length": 1}
    return any_of(
        [
            {"multi_match": exact | {"boost": 3}},
            {"multi_match": near | {"operator": "and", "max_expansions": 20}},
        ]
    )


def _expected() -> int:
    return Gang.objects.filter(deleted_at__isnull=True).count()


def _ids_after(after: int, limit: int) -> list[int]:
    standing = Gang.objects.filter(deleted_at__isnull=True, pk__gt=after).order_by("pk")
    return list(standing.values_list("pk", flat=True)[:limit])


SPEC = IndexSpec(
    entity="gang",
    mapping=MAPPING,
    settings={"number_of_shards": 1},
    document_version=1,
    documents=documents,
    ids_after=_ids_after,
    expected=_expected,
)
