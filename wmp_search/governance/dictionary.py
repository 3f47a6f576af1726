"""The data dictionary: tables and fields from the models, and the columns that fill them."""

from collections.abc import Iterator
from inspect import getdoc

from django.apps import apps
from django.db import models

from ingest.spec import FieldSpec, Source
from wmp_search.governance.markdown import GENERATED, table
from wmp_search.governance.processing import sources

APPS = ("people", "crime", "gangs", "ingest", "review", "retention", "extracts", "rights")


def render() -> str:
    """The whole document."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield f"# Data dictionary\n\n{GENERATED}\n"
    yield (
        "Every table that holds what is known about people, crimes and gangs, and where each value"
        " comes from. The audit trail is described in `audit/models.py`.\n"
    )
    yield "## Tables\n"
    for label in APPS:
        if not apps.is_installed(label) and label not in apps.app_configs:
            continue
        for one in sorted(apps.get_app_config(label).get_models(), key=lambda m: m._meta.db_table):
            yield _table(one)
    yield "## What each system delivers\n"
    for source in sources():
        yield _source(source)


def _table(one: type[models.Model]) -> str:
    words = (getdoc(one) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")
    if words.startswith(f"{one.__name__}("):  # Django's own words: it has none
        words = ""
    rows = [(f"`{f.column}`", _type(f), _values(f)) for f in one._meta.concrete_fields]
    return f"### {one._meta.db_table}\n\n{words}\n\n" + table(("column", "type", "values"), rows)


def _type(field: models.Field) -> str:  # type: ignore[type-arg]
    size = f" {field.max_length}" if field.max_length else ""
    return f"{field.get_internal_type()}{size}{', may be missing' if field.null else ''}"


def _values(field: models.Field) -> str:  # type: ignore[type-arg]
    if field.is_relation and field.related_model is not None:
        target = field.related_model
        return target if isinstance(target, str) else f"of {target._meta.db_table}"
    return ", ".join(f"{value}: {label}" for value, label in field.flatchoices)


def _source(source: Source) -> str:
    head = (
        f"### {source.title}\n\n`ingest/sources/{source.system}.toml`: {source.tier}, "
        f"trust {source.trust}, {source.retention_class}, {source.delivery} deliveries.\n\n"
    )
    rows = [
        (stream.name, stream.kind, f"`{name}`", _column(spec), spec.parser or "as the field")
        for stream in source.streams
        for name, spec in stream.fields.items()
    ]
    return head + table(("stream", "kind", "field", "column", "read as"), rows)


def _column(spec: FieldSpec) -> str:
    listed = ", ".join(f"`{name}`" for name in spec.sources)
    return listed or f"always “{spec.default}”"
