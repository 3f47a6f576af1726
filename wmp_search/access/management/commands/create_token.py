"""`manage.py create_token USERNAME [--hours N]`: a bearer token for the API, shown once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from knox.models import AuthToken

from audit import record as door
from audit.actions import Action
from wmp_search.access.models import Officer

LONGEST_HOURS = 30 * 24


class Command(BaseCommand):
    help = "Issue an API token to an officer and print it; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--hours", type=int, default=12, help="how long it is valid (12)")

    def handle(self, *_args: Any, username: str, hours: int, **_options: Any) -> None:
        if not 1 <= hours <= LONGEST_HOURS:
            raise CommandError(f"--hours must be from 1 to {LONGEST_HOURS}")
        officer = Officer.objects.filter(username=username, is_active=True).first()
        if officer is None:
            raise CommandError(f"There is no open account with the user name {username}")
        with transaction.atomic():
            _, token = AuthToken.objects.create(user=officer, expiry=timedelta(hours=hours))
            self._record(officer, hours)
        self.stdout.write(token)

    def _record(self, officer: Officer, hours: int) -> None:
        entry = door.Entry(
            action=Action.TOKEN_CREATED,
            actor=door.SYSTEM,
            subject_kind="officer",
            subject_ids=[str(officer.pk)],
            detail={"username": officer.get_username(), "hours": hours, "by": "command line"},
        )
        try:
            door.event(entry)
        except door.AuditUnavailable as error:
            raise CommandError("No token: the audit trail cannot be written") from error
