"""Which fields of a delivered row the page "as delivered" shows (policing.md D3, D4).

Of intelligence only fields that its source file maps: anything else may name a source. Of an item
with handling conditions, not its text either.
"""

from collections.abc import Mapping
from typing import Any

from ingest import registry
from people.intelligence import is_conditional, is_intelligence
from people.models import NominalRecord

TEXTS = ("event_summary", "note")


def shown(record: NominalRecord, stream: str, raw: Mapping[str, Any]) -> tuple[Any, int]:
    """The fields, sorted, and how many are withheld. Nothing is known of a stream: of an
    item of intelligence nothing is shown, graded or not.
    """
    if not is_intelligence(record):
        return sorted(raw.items()), 0
    columns = _mapped(record, stream, conditional=is_conditional(record))
    kept = [(name, value) for name, value in raw.items() if name in columns]
    return sorted(kept), len(raw) - len(kept)


def _mapped(record: NominalRecord, stream: str, *, conditional: bool) -> set[str]:
    source = registry.sources().get(record.system)
    found = [one for one in source.streams if one.name == stream] if source else []
    if not found:
        return set()
    texts = TEXTS if conditional else ()
    fields = found[0].fields.items()
    columns = {c for name, spec in fields if name not in texts for c in spec.sources}
    return columns | set(found[0].row_key)
