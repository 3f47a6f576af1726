"""`manage.py seal_emergency_account [--username NAME] [--role SLUG]`: a secret for an envelope."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import services
from wmp_search.access.models import Officer, Role, RoleAssignment
from wmp_search.identity.models import EmergencyAccount

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
GROUPS, GROUP = 6, 5  # 150 bits


class Command(BaseCommand):
    help = "Make the one local account, or seal it anew, and print its secret once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="emergency")
        parser.add_argument("--role", default="administrator", help="the role it holds")

    def handle(self, *_args: Any, username: str, role: str, **_options: Any) -> None:
        held = Role.objects.filter(slug=role).first()
        if held is None:
            raise CommandError(f"There is no role {role}")
        if EmergencyAccount.objects.exclude(officer__username=username).exists():
            raise CommandError("There is another emergency account; there is only ever one")
        secret = "-".join(
            "".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)
        )
        try:
            with transaction.atomic():
                self._seal(username, held, secret)
        except door.AuditUnavailable as error:
            raise CommandError("Nothing is sealed: the audit trail cannot be written") from error
        self.stdout.write(f"User name: {username}\nSecret:    {secret}")
        self.stderr.write("Print this, seal it in an envelope, clear the screen. It works once.")

    def _seal(self, username: str, role: Role, secret: str) -> None:
        officer, is_new = Officer.objects.get_or_create(
            username=username, defaults={"first_name": "Emergency", "last_name": "account"}
        )
        if not is_new and not EmergencyAccount.objects.filter(officer=officer).exists():
            raise CommandError(f"{username} is somebody's account")
        officer.set_password(secret)
        officer.save(update_fields=["password"])
        services.end_sessions(officer)
        EmergencyAccount.objects.update_or_create(
            officer=officer, defaults={"sealed_at": timezone.now(), "used_at": None}
        )
        if not officer.assignments.filter(role=role, revoked_at=None).exists():
            RoleAssignment.objects.create(
                officer=officer, role=role, starts_on=timezone.localdate()
            )
        entry = door.Entry(
            action=Action.ROLE_GRANTED,
            actor=door.SYSTEM,
            subject_kind="officer",
            subject_ids=[str(officer.pk)],
            detail={"username": username, "roles": [role.slug], "by": "sealed on command line"},
        )
        door.event(entry)
