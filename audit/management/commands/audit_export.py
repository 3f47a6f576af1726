"""Writes the sealed trail, whole or of some days, as files that anybody can verify.

The folder holds what docs/guides/verify-the-audit-trail.md describes, and the verifier itself.
The export is recorded in the trail.
"""

import argparse
import getpass
from datetime import date, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import exports
from audit.actions import Action
from audit.management.commands.audit_verify import edge
from audit.record import SYSTEM, Entry, event


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
        parser.add_argument("--since", type=date.fromisoformat, help="first day, YYYY-MM-DD")
        parser.add_argument("--until", type=date.fromisoformat, help="last day, YYYY-MM-DD")
        parser.add_argument("--screens", action="store_true", help="also what was on the screens")

    def handle(self, *_: Any, **options: Any) -> None:
        since, until = edge(options["since"], time.min), edge(options["until"], time.max)
        asked = {k: str(options[k]) for k in ("since", "until") if options[k]}
        detail = {"by": getpass.getuser(), "screens": options["screens"]}
        event(Entry(Action.AUDIT_EXPORTED, SYSTEM, query=asked, detail=detail))
        try:
            made = exports.write(options["folder"], since, until, screens=options["screens"])
        except (exports.NothingSealedError, FileExistsError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{made.events:,} events under {made.seals:,} seals in {options['folder']}; "
            f"the manifest's fingerprint is {made.fingerprint}"
        )
