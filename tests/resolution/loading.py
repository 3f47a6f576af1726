"""Put nominal records straight into the table, as the loader leaves them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from people.models import NominalRecord

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def load(rows: Iterable[dict[str, Any]], *, first_id: int = 1) -> list[int]:
    """Insert the rows (fields of NominalRecord; `truth` is ignored) with ids from first_id."""
    records = []
    for number, row in enumerate(rows, first_id):
        fields = {k: v for k, v in row.items() if k != "truth"}
        defaults = {
            "id": number,
            "system": "custody",
            "source_ref": f"R{number}",
            "role": "involved",
            "changed_at": LOADED_AT,
        }
        records.append(NominalRecord(**(defaults | fields)))
    NominalRecord.objects.bulk_create(records, batch_size=5000)
    return [r.pk for r in records]
