"""Writes an extract of the trail (CSV, PDF, signed manifest) for a subject, an officer or days."""

import argparse
import getpass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import extracts
from audit.actions import COVERT, Action
from audit.models import Event
from audit.record import SYSTEM, Entry, event
from audit.selectors import Filters, narrowed
from wmp_search.access.models import Officer


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the zip file to write")
        parser.add_argument("--since", type=date.fromisoformat, required=True)
        parser.add_argument("--until", type=date.fromisoformat, required=True)
        parser.add_argument("--officer", help="user name")
        parser.add_argument("--kind", default="", help="of the subject, for example person")
        parser.add_argument("--subject", default="", help="the subject's number")
        parser.add_argument("--recipient", required=True)
        parser.add_argument("--organisation", required=True)
        parser.add_argument("--reason", required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        filters = Filters(
            since=options["since"],
            until=options["until"],
            officer=self._officer(options["officer"]),
            kind=options["kind"],
            subject=options["subject"],
        )
        about = {name: options[name] for name in ("recipient", "organisation", "reason")}
        about = {"taken_by": getpass.getuser(), **about}
        whole = Event.objects.exclude(action__in=COVERT).defer("shown").order_by("at", "id")
        made = extracts.make(narrowed(whole, filters), filters, about)
        event(
            Entry(
                Action.AUDIT_EXPORTED,
                SYSTEM,
                query=filters.given(),
                result_count=made.events,
                detail={**about, "sha256": dict(made.files)},
            )
        )
        options["file"].write_bytes(made.content)
        self.stdout.write(f"{made.events:,} events in {options['file']}")

    @staticmethod
    def _officer(username: str | None) -> int | None:
        if not username:
            return None
        number = Officer.objects.filter(username__iexact=username).values_list("pk", flat=True)
        if not number:
            raise CommandError("There is no officer with this user name")
        return number[0]
