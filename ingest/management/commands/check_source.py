"""`manage.py check_source FILE`: try a source file on delivered files; nothing is written."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest.delivery import found
from ingest.errors import DeliveryError, SpecError
from ingest.spec import Source, Stream, load_spec
from ingest.trial import filled, tried


class Command(BaseCommand):
    help = (
        "Validate a source file; show its first records as they would be loaded, and all errors."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the source file, e.g. ingest/sources/x.toml")
        parser.add_argument("--feeds", type=Path, metavar="DIR", help="where deliveries are")
        parser.add_argument("--rows", type=int, default=20, help="records to show of each stream")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = load_spec(options["file"])
        except (SpecError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['file']} is a valid source file")
        wrong = 0
        for stream in source.streams:
            feeds = options["feeds"] or settings.FEEDS_DIR
            wrong += self._try(source, stream, feeds, options["rows"])
        if wrong:
            raise CommandError(f"{wrong} rows or files would be rejected")

    def _try(self, source: Source, stream: Stream, feeds: Path, wanted: int) -> int:
        files = found(source, stream, feeds)
        if not files:
            place = feeds / source.system / stream.path
            self.stdout.write(self.style.WARNING(f"{stream.name}: no file at {place}"))
        wrong = 0
        for file in files:
            self.stdout.write(f"\n{stream.name}: {file.name}")
            try:
                wrong += self._show(source, stream, file.path, wanted)
            except DeliveryError as error:
                self.stdout.write(self.style.ERROR(str(error)))
                wrong += 1
        return wrong

    def _show(self, source: Source, stream: Stream, path: Path, wanted: int) -> int:
        rows, shown, wrong = 0, 0, 0
        for part in tried(source, stream, path):
            rows += part.read
            for row in part.good.head(wanted - shown).iter_rows(named=True):
                self.stdout.write(json.dumps(filled(row), ensure_ascii=False))
            for line, column, reason in part.bad.iter_rows():
                self.stdout.write(self.style.ERROR(f"line {line}, {column or 'row'}: {reason}"))
            shown += min(len(part.good), wanted - shown)
            wrong += len(part.bad)
        self.stdout.write(f"{rows:,} rows, {wrong:,} to be rejected")
        return wrong
