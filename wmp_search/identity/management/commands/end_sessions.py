"""`manage.py end_sessions USERNAME [...] [--close]`: for the leavers process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import record as door
from audit.actions import Action
from wmp_search.access.models import Officer
from wmp_search.identity import ending


class Command(BaseCommand):
    help = "End all sessions and API tokens of officers; with --close their accounts, too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("usernames", nargs="+", metavar="USERNAME")
        parser.add_argument("--close", action="store_true", help="close the accounts")

    def handle(self, *_args: Any, usernames: list[str], close: bool, **_options: Any) -> None:
        officers = list(Officer.objects.filter(username__in=usernames))
        unknown = {*usernames} - {officer.username for officer in officers}
        try:
            for officer in officers:
                with transaction.atomic():
                    ending.end_all(officer, "command line")
                    if close and officer.is_active:
                        _close(officer)
        except door.AuditUnavailable as error:
            raise CommandError("Stopped: the audit trail cannot be written") from error
        self.stdout.write(f"{len(officers)} signed out{' and closed' if close else ''}")
        if unknown:
            raise CommandError(f"Not known: {', '.join(sorted(unknown))}")


def _close(officer: Officer) -> None:
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    entry = door.Entry(
        action=Action.OFFICER_DEACTIVATED,
        actor=door.SYSTEM,
        subject_kind="officer",
        subject_ids=[str(officer.pk)],
        detail={"username": officer.get_username(), "by": "command line"},
    )
    door.event(entry)
