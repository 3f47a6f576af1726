"""The only module that imports opensearchpy: time-outs, and errors translated to our own two."""

from functools import cache
from typing import Any

from django.conf import settings
from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.exceptions import ConnectionError as OpenSearchConnectionError
from opensearchpy.exceptions import TransportError


class SearchError(Exception):
    """OpenSearch refused a request: a defect of ours, not an outage."""


class SearchUnavailable(Exception):
    """OpenSearch cannot be reached, is overloaded or did not answer completely in time."""


@cache
def client() -> OpenSearch:
    """One client per process; its pool holds as many connections as the server has threads."""
    return OpenSearch(
        hosts=[settings.OPENSEARCH_URL],
        timeout=settings.OPENSEARCH_TIMEOUT_SECONDS,
        max_retries=1,
        retry_on_timeout=False,
        pool_maxsize=8,
    )


def search(index: str, body: dict[str, Any]) -> dict[str, Any]:
    """Run one search; partial answers are refused: fewer results than exist would mislead.

    Raises SearchUnavailable or SearchError.
    """
    try:
        answer: dict[str, Any] = client().search(
            index=index, body=body, params={"allow_partial_search_results": "false"}
        )
    except OpenSearchException as error:
        raise translated(error) from error
    if answer["timed_out"]:
        raise SearchUnavailable("The search did not finish in time")
    return answer


def translated(error: OpenSearchException) -> Exception:
    """Our own error for theirs; its text never holds the query."""
    if isinstance(error, OpenSearchConnectionError):
        return SearchUnavailable("OpenSearch cannot be reached")
    if isinstance(error, TransportError) and error.status_code in (429, 500, 502, 503, 504):
        return SearchUnavailable(f"OpenSearch answered {error.status_code}")
    return SearchError(type(error).__name__)
