"""Places, lists and releases legal holds on audit events."""

import argparse
import getpass
import uuid
from datetime import date, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import holds
from audit.management.commands.audit_verify import edge
from audit.models import Hold
from audit.record import Actor


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="the holds that are not released")
        place = what.add_parser("place", help="hold what is named")
        place.add_argument("kind", choices=Hold.Kind.values)
        place.add_argument("value", nargs="?", default="")
        place.add_argument("--since", type=date.fromisoformat)
        place.add_argument("--until", type=date.fromisoformat)
        place.add_argument("--reason", required=True)
        release = what.add_parser("release", help="let it expire again")
        release.add_argument("hold", type=uuid.UUID)
        release.add_argument("--reason", required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        actor = Actor(officer_id=None, officer=f"system ({getpass.getuser()})")
        try:
            if options["what"] == "place":
                since, until = edge(options["since"], time.min), edge(options["until"], time.max)
                kind = Hold.Kind(options["kind"])
                held = holds.Held(kind, options["value"], options["reason"], since, until)
                self.stdout.write(str(holds.place(actor, held)))
            elif options["what"] == "release":
                holds.release(actor, options["hold"], options["reason"])
        except holds.HoldError as error:
            raise CommandError(str(error)) from error
        for hold in holds.live() if options["what"] == "list" else ():
            self.stdout.write(f"{hold.id} {hold.kind} {hold.value}: {hold.reason}")
