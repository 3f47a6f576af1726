"""Prints the proof that one event is in the sealed trail as it stands, for `verify_audit.py`."""

import argparse
import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import exports
from audit.models import Event


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("event", type=uuid.UUID, help="the event's id, as its page shows it")

    def handle(self, *_: Any, **options: Any) -> None:
        event = Event.objects.filter(id=options["event"]).first()
        if event is None:
            raise CommandError("There is no such event")
        proof = exports.proof(event)
        if proof is None:
            raise CommandError("The event is not sealed yet: try again in a minute")
        self.stdout.write(json.dumps(proof, indent=1))
