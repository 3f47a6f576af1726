"""`manage.py load_boundaries FILE`: wards, LSOAs, beats or the force area to count crimes in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crime import boundaries
from crime.models import Boundary


class Command(BaseCommand):
    help = (
        "Replace all boundaries of a kind by those of a GeoJSON file (plain, .gz, or alone in a "
        ".zip), in degrees of WGS 84. docs/guides/load-boundaries.md says where to find them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=Boundary.Kind.values)
        parser.add_argument("--code-field", required=True, help="property with the code: WD13CD")
        parser.add_argument("--name-field", required=True, help="property with the name: WD13NM")
        parser.add_argument("--edition", required=True, help='which these are: "Wards, May 2024"')
        parser.add_argument(
            "--source", required=True, help="who is to be thanked, as the licence asks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = boundaries.Wanted(
            kind=Boundary.Kind(options["kind"]),
            code_field=options["code_field"],
            name_field=options["name_field"],
            edition=options["edition"][:60],
            source=options["source"][:300],
        )
        try:
            loaded = boundaries.load(options["file"], wanted)
        except (boundaries.BoundaryError, OSError) as error:
            raise CommandError(f"{error}. Nothing was changed") from error
        self.stdout.write(f"{loaded.number:,} boundaries of the kind {wanted.kind} loaded")
        if loaded.waiting:
            self.stdout.write(f"{loaded.waiting:,} crimes will be indexed again in the background")
        if loaded.mended:
            self.stdout.write(f"Outlines that touched themselves: {', '.join(loaded.mended)}")
