"""Streams made in a test without a source file."""

from typing import Any

from ingest.spec import Source, Stream


def stream_of(fields: dict[str, Any], **options: Any) -> Stream:
    values = {
        "name": "rows", "kind": "person", "path": "rows.csv", "format": "csv", "key": ["ID"],
        "fields": fields, **options,
    }  # fmt: skip
    return Stream.model_validate(values)


def source_of(stream: Stream) -> Source:
    return Source.model_validate(
        {
            "system": "trial", "title": "Trial", "tier": "open", "trust": 50,
            "retention_class": "x", "schedule": "0 * * * *", "delivery": "full",
            "spec_version": "1", "stream": [stream],
        }
    )  # fmt: skip
