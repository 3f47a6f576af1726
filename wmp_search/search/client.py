"""The only module that imports opensearchpy: time-outs, and errors translated to our own two.

OPENSEARCH_URL may name several nodes of one cluster. A node that fails is passed over, and left
alone for some seconds: what it was asked, another one answers.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.exceptions import ConnectionError as OpenSearchConnectionError
from opensearchpy.exceptions import TransportError

Answer = TypeVar("Answer")

BULK_TIMEOUT_SECONDS = 120
BUSY, NOT_FOUND = (429, 500, 502, 503, 504), 404
ADMIN_TIMEOUT_SECONDS = 300  # refreshing or merging millions of documents
LEFT_ALONE_SECONDS = 5  # a node that failed, twice as long each time it fails again
NODE_FAILED = (500, 502, 503, 504)
# before asking again: several nodes may need a moment to agree that one of them is gone
PAUSES, PAUSES_OF_ONE_NODE = (0, 0.05, 0.1, 0.2, 0.4), (0,)

# a node short of memory or of room in its queues for a moment; a full disk is none of these
PASSING = ("circuit_breaking_exception", "rejected_execution_exception")
BUSY_PAUSES = (0.5, 1, 2, 4, 8, 16)  # seconds


class SearchError(Exception):
    """OpenSearch refused a request: a defect of ours, not an outage."""


class SearchUnavailable(Exception):
    """OpenSearch cannot be reached, is overloaded or did not answer completely in time."""


class SearchBusy(SearchUnavailable):
    """OpenSearch has no room for a request just now, and will have in a moment."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Write (`source` given) or delete one document of one index."""

    index: str
    doc_id: str
    version: int | None
    source: dict[str, Any] | None

    def lines(self) -> Iterable[str]:
        """The action's lines of a bulk request, versioned outside: a late write loses."""
        meta: dict[str, Any] = {"_index": self.index, "_id": self.doc_id}
        if self.version is not None:
            meta |= {"version": self.version, "version_type": "external_gte"}
        if self.source is None:
            yield json.dumps({"delete": meta})
        else:
            yield json.dumps({"index": meta})
            yield json.dumps(self.source, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Aside:
    """A search made in the request of another one; `answer` stays None where it did not succeed:
    the other one goes on without it.
    """

    index: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = None

    @property
    def ids(self) -> list[str] | None:
        """The `_id` of each hit, best first."""
        return None if self.answer is None else [h["_id"] for h in self.answer["hits"]["hits"]]


def addresses() -> list[str]:
    """The nodes' addresses."""
    return [url.strip() for url in settings.OPENSEARCH_URL.split(",") if url.strip()]


@cache
def client() -> OpenSearch:
    """One client per process; its pool holds as many connections as the server has threads.

    It notes which node failed and does not ask again by itself: `_ask` does.
    """
    return OpenSearch(
        hosts=addresses(),
        timeout=settings.OPENSEARCH_TIMEOUT_SECONDS,
        max_retries=0,
        retry_on_timeout=True,
        dead_timeout=LEFT_ALONE_SECONDS,
        pool_maxsize=8,
    )


def search(index: str, body: dict[str, Any], *, beside: Sequence[Aside] = ()) -> dict[str, Any]:
    """Run one search of at most OPENSEARCH_QUERY_TIMEOUT on the server, others beside it. A body
    with a `timeout` of its own, as reports have, may take as long as that.

    Partial answers are refused: fewer results than exist would mislead.

    Raises SearchUnavailable or SearchError.
    """
    if beside:
        return _together(index, body, beside)
    answer: dict[str, Any] = _ask(
        lambda: client().search(
            index=index,
            # in the body: as a parameter the client takes it for its own and cannot read it
            body={"timeout": settings.OPENSEARCH_QUERY_TIMEOUT, **body},
            params={"allow_partial_search_results": "false"},
            request_timeout=_patience(),
        )
    )
    return _in_time(answer)


def _in_time(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["timed_out"]:
        raise SearchUnavailable("The search did not finish in time")
    return answer


def _together(index: str, body: dict[str, Any], beside: Sequence[Aside]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    for asked, of in ((body, index), *((aside.body, aside.index) for aside in beside)):
        lines.append({"index": of, "allow_partial_search_results": False})
        lines.append({"timeout": settings.OPENSEARCH_QUERY_TIMEOUT, **asked})
    first, *others = _ask(lambda: _responses(lines))
    _in_time(first)
    for aside, answer in zip(beside, others, strict=True):
        aside.answer = None if "error" in answer or answer["timed_out"] else answer
    return dict(first)


def _responses(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = client().msearch(body=lines, request_timeout=_patience())
    responses: list[dict[str, Any]] = answer["responses"]
    if "error" in (first := responses[0]):
        raise TransportError(first["status"], first["error"].get("type", "unknown"))
    return responses


def _patience() -> float:
    """Seconds for one node's answer to a search: a second node must have as many."""
    whole: float = settings.OPENSEARCH_TIMEOUT_SECONDS
    return whole / 2 if len(addresses()) > 1 else whole


def bulk(actions: Iterable[BulkAction]) -> None:
    """Write and delete documents; returns once all are acknowledged.

    A version conflict (something newer is there) and the deletion of what is not there are as
    good as done. A node without room is given some, BUSY_PAUSES: writing twice does no harm.
    Raises SearchError on any other refusal, SearchUnavailable on an outage.
    """
    body = "\n".join(line for action in actions for line in action.lines())
    if not body:
        return
    for pause in BUSY_PAUSES:
        try:
            _write(body)
        except SearchBusy:
            time.sleep(pause)
        else:
            return
    _write(body)


def _write(body: str) -> None:
    params = {"timeout": "60s", "filter_path": _REFUSALS}
    answer: dict[str, Any] = _ask(
        lambda: client().bulk(
            body=body + "\n", params=params, request_timeout=BULK_TIMEOUT_SECONDS
        )
    )
    if answer["errors"]:
        _refuse_failures(answer["items"])


# of what was done nothing need be told: to read the answer took as long as to write the request
_REFUSALS = "errors,items.*.error.type,items.*.status"


def _refuse_failures(items: list[dict[str, dict[str, Any]]]) -> None:
    results = [next(iter(item.values())) for item in items]
    failed = [r for r in results if r["status"] >= 400 and r["status"] not in (404, 409)]
    if not failed:
        return
    if any(r["status"] in (429, 503) for r in failed):
        passing = all(r.get("error", {}).get("type") in PASSING for r in failed)
        raise (SearchBusy if passing else SearchUnavailable)("OpenSearch is too busy to write")
    kind = failed[0].get("error", {}).get("type", "unknown")
    raise SearchError(f"{len(failed)} documents refused, the first because of {kind}")


def create_index(name: str, mapping: dict[str, Any], index_settings: dict[str, Any]) -> None:
    """Create an index; an unknown setting or a broken mapping raises SearchError."""
    body = {"mappings": mapping, "settings": index_settings}
    _ask(
        lambda: client().indices.create(
            index=name, body=body, request_timeout=ADMIN_TIMEOUT_SECONDS
        )
    )


def drop_index(name: str) -> None:
    """Drop an index if it exists."""
    _ask(
        lambda: client().indices.delete(
            index=name,
            params={"ignore_unavailable": "true"},
            request_timeout=ADMIN_TIMEOUT_SECONDS,
        )
    )


def change_settings(name: str, index_settings: dict[str, Any]) -> None:
    """Change the dynamic settings of an index."""
    _ask(lambda: client().indices.put_settings(index=name, body=index_settings))


def refresh(name: str) -> None:
    """Make everything written to an index findable."""
    _ask(lambda: client().indices.refresh(index=name, request_timeout=ADMIN_TIMEOUT_SECONDS))


def count(name: str, query: dict[str, Any] | None = None) -> int:
    """How many documents of an index match (default: all)."""
    body = {"query": query or {"match_all": {}}}
    return int(_ask(lambda: client().count(index=name, body=body))["count"])


def versions(name: str, ids: Sequence[str]) -> dict[str, int]:
    """The version of each of these documents that exists, also before a refresh."""
    if not ids:
        return {}
    body = {"docs": [{"_id": i, "_source": False} for i in ids]}
    answer: dict[str, Any] = _ask(
        lambda: client().mget(index=name, body=body, request_timeout=BULK_TIMEOUT_SECONDS)
    )
    return {d["_id"]: int(d["_version"]) for d in answer["docs"] if d.get("found")}


def indices(pattern: str) -> list[str]:
    """Names of the indices that match a pattern; empty if there are none."""
    found: dict[str, Any] = _ask(
        lambda: client().indices.get(index=pattern, params={"allow_no_indices": "true"})
    )
    return sorted(found)


def aliased(alias: str) -> list[str]:
    """The indices behind an alias; empty if there is no such alias."""
    found: dict[str, Any] = _ask(lambda: client().indices.get_alias(name=alias, ignore=404))
    return sorted(name for name, index in found.items() if name not in ("error", "status"))


def point_alias(alias: str, name: str) -> None:
    """Let the alias point to this index only, in one atomic step."""
    actions: list[dict[str, Any]] = [
        {"remove": {"index": old, "alias": alias}} for old in aliased(alias) if old != name
    ]
    actions.append({"add": {"index": name, "alias": alias}})
    _ask(lambda: client().indices.update_aliases(body={"actions": actions}))


def replicated(name: str) -> bool:
    """Wait until every copy of an index is in its place; False if that takes too long."""
    answer: dict[str, Any] = _ask(
        lambda: client().cluster.health(
            index=name,
            params={"wait_for_status": "green", "timeout": f"{ADMIN_TIMEOUT_SECONDS - 10}s"},
            request_timeout=ADMIN_TIMEOUT_SECONDS,
            ignore=408,
        )
    )
    return not answer["timed_out"]


def _ask(request: Callable[[], Answer]) -> Answer:
    """The answer; if a node fails, another's, asked within OPENSEARCH_TIMEOUT_SECONDS."""
    end = time.monotonic() + settings.OPENSEARCH_TIMEOUT_SECONDS
    pauses = iter(PAUSES if len(addresses()) > 1 else PAUSES_OF_ONE_NODE)
    while True:
        try:
            return request()
        except OpenSearchException as error:
            pause = next(pauses, None) if _node_failed(error) else None
            if pause is None or time.monotonic() + pause > end:
                raise translated(error) from error
            time.sleep(pause)


def _node_failed(error: OpenSearchException) -> bool:
    """Whether another node may have the answer."""
    if isinstance(error, OpenSearchConnectionError):
        return True
    return isinstance(error, TransportError) and error.status_code in NODE_FAILED


def translated(error: OpenSearchException) -> Exception:
    """Our own error for theirs; its text never holds the query."""
    if isinstance(error, OpenSearchConnectionError):
        return SearchUnavailable("OpenSearch cannot be reached")
    if isinstance(error, TransportError) and isinstance(error.status_code, int):
        return _refused(error.status_code, error.error)
    return SearchError(f"OpenSearch refused: {type(error).__name__}")


def _refused(status: int, kind: str) -> SearchUnavailable | SearchError:
    """What an answer with an error means; `kind` is OpenSearch's name for it."""
    if status in BUSY:
        if kind in PASSING:
            return SearchBusy("OpenSearch has no room for the request")
        return SearchUnavailable(f"OpenSearch answered {status}")
    if status == NOT_FOUND:
        return SearchUnavailable("The search index has not been built yet")
    return SearchError(f"OpenSearch refused: {kind}")
