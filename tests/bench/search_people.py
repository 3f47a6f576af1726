"""People for the benches of search: golden rows by COPY, then the real builder of documents."""

import json
from itertools import chain
from typing import Any

from django.db import connection

from tests.relevance import judged
from tests.relevance.population import DATA, development, insert, neighbours


def prepare(people: int) -> dict[str, Any]:
    """The development set among `people` generated neighbours, in the tables and the index.

    Nothing is done where the tables hold that many already. Returns bytes of the index.
    """
    from people.index import SPEC
    from people.models import Person
    from wmp_search.search import client, sync

    lines = [line for name in judged.FILES for line in judged.lines(name)]
    if Person.objects.count() < people:
        insert(chain(development(), judged.people(lines), neighbours(people)))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_outboxentry")  # the build reads everybody
            cursor.execute("ANALYZE")
    sync.migrate()
    client.refresh(SPEC.alias)
    client.client().indices.forcemerge(index=SPEC.alias, max_num_segments=1, request_timeout=1800)
    stats = client.client().indices.stats(index=SPEC.alias, metric="store,docs")
    primaries = stats["_all"]["primaries"]
    documents, size = primaries["docs"]["count"], primaries["store"]["size_in_bytes"]
    return {"documents": documents, "bytes": size, "bytes_per_person": round(size / documents)}


def typed() -> list[dict[str, str]]:
    """What the development set's and the judged lines' officers type: name and date of birth."""
    text = (DATA / "name_queries_dev.jsonl").read_text(encoding="utf-8")
    asked = [json.loads(line)["query"] for line in text.splitlines()]
    lines = [line for name in judged.FILES for line in judged.lines(name)]
    return [*asked, *({"name": line.typed, "dob": line.born_on} for line in lines)]
