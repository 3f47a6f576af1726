"""`manage.py new_source SAMPLE`: a first source file, and ten rows as it would load them."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest.errors import DeliveryError, SpecError
from ingest.newsource.draft import Draft, Wanted, draft
from ingest.spec import Source, parse
from ingest.trial import filled, tried

_KINDS = ("person", "crime", "outcome", "gang")
_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Read a sample of a feed (file, folder or SQLAlchemy address), guess format, encoding, "
        "columns and parsers, write the source file, show ten rows as they would be loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", help="file, folder or database address (sqlite:///x.db)")
        parser.add_argument("--system", help="name of the system: letters, digits and _")
        parser.add_argument("--title", help="what an officer reads")
        parser.add_argument("--kind", choices=_KINDS, help="what a row is")
        parser.add_argument("--record", help='XML: "//Subject"; JSON: "data.people"')
        parser.add_argument("--table", help="of a database")
        parser.add_argument(
            "--out", type=Path, default=Path(), metavar="DIR", help="default: here"
        )
        parser.add_argument("--force", action="store_true", help="overwrite an existing file")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("system", "title", "kind", "record", "table")
        try:
            made = draft(options["place"], Wanted(**{n: options[n] for n in names}))
            source = _validated(made)
            path = self._write(made, options["out"], force=options["force"])
            self.stdout.write(f"Written: {path}")
            for stream in source.streams:
                self._show(source, stream.name, made)
        except (DeliveryError, SpecError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"\nNow read {path} (lines marked CHECK), put deliveries into "
            f"{settings.FEEDS_DIR / made.system}/ and run\n"
            f"  .venv/bin/python manage.py check_source {path}"
        )

    def _write(self, made: Draft, folder: Path, *, force: bool) -> Path:
        path = folder / f"{made.system}.toml"
        if path.exists() and not force:
            raise CommandError(f"{path} exists; name another --system, or --force overwrites it")
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(made.toml, encoding="utf-8")
        return path

    def _show(self, source: Source, name: str, made: Draft) -> None:
        stream = next(s for s in source.streams if s.name == name)
        self.stdout.write(f"\n{name}: as it would be loaded")
        shown = wrong = 0
        for part in tried(source, stream, made.samples[name]):
            for row in part.good.head(_SHOWN - shown).iter_rows(named=True):
                self.stdout.write(json.dumps(filled(row), ensure_ascii=False))
                shown += 1
            for line, column, reason in part.bad.head(max(_SHOWN - wrong, 0)).iter_rows():
                self.stdout.write(self.style.ERROR(f"line {line}, {column or 'row'}: {reason}"))
            wrong += len(part.bad)
            if shown >= _SHOWN:
                break
        if wrong:
            self.stdout.write(f"{wrong:,} rows so far would be rejected")


def _validated(made: Draft) -> Source:
    """The proposal as the loader will read it: what it refuses is never written."""
    return parse(made.toml.encode(), f"{made.system}.toml")
