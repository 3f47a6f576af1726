"""What an index is: its declaration, its name, and the register of all of them.

Search knows no domain: `people`, `crime` and `gangs` register an IndexSpec when Django starts
(AppConfig.ready), and everything here works on whatever is registered.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings as django_settings

Body = dict[str, Any]


class Document(NamedTuple):
    """One document as it must be now. `source` None: it must not exist (any more).

    `version` grows with every change of what the document is made from; a write with a lower
    one than the index holds loses. None: delete whatever is there.
    """

    doc_id: str
    version: int | None
    source: Body | None


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """The declaration of an entity's index.

    `documents(ids)` answers for each entity id every document that the id may have, set-based,
    with few SQL queries per call. `ids_after(after, limit)` is a keyset page over the ids that
    have documents. `expected()` is how many documents the index should hold now. Change
    `document_version` when the code that makes documents changes what it writes.
    """

    entity: str
    mapping: Body
    document_version: int
    documents: Callable[[Sequence[int]], Iterable[Document]]
    ids_after: Callable[[int, int], list[int]]
    expected: Callable[[], int]
    settings: Body = field(default_factory=dict)

    @property
    def alias(self) -> str:
        """The name that searches use; it points to the live build."""
        return f"{django_settings.OPENSEARCH_PREFIX}-{self.entity}"

    @property
    def hash(self) -> str:
        """Eight characters that change with mapping, analysis, settings and document version."""
        declared = json.dumps(
            [self.mapping, self.settings, self.document_version], sort_keys=True
        ).encode()
        return hashlib.sha256(declared).hexdigest()[:8]

    def build_name(self, build: str) -> str:
        """The name of one build of this declaration."""
        return f"{self.alias}-{self.hash}-{build}"

    def is_current(self, index_name: str) -> bool:
        """Whether an index was built from this very declaration."""
        return index_name.startswith(f"{self.alias}-{self.hash}-")


_specs: dict[str, IndexSpec] = {}


def register(spec: IndexSpec) -> None:
    """Make an index known; called once per entity when Django starts."""
    _specs[spec.entity] = spec


def specs() -> list[IndexSpec]:
    """All registered indices, in the order of their registration."""
    return list(_specs.values())


def spec_of(entity: str) -> IndexSpec | None:
    """The declaration of an entity, None if nobody registered it."""
    return _specs.get(entity)
