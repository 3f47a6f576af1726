"""`manage.py dead_letters`: background tasks that failed for good; replay them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wmp_search.operations import dead_letters
from wmp_search.operations.models import DeadLetter


class Command(BaseCommand):
    help = "List background tasks that failed for good, or queue them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--replay", type=int, metavar="ID", help="queue this one again")
        parser.add_argument("--replay-all", action="store_true", help="queue all of them again")

    def handle(self, *args: Any, **options: Any) -> None:
        letters = DeadLetter.objects.filter(replayed_at=None)
        if options["replay"]:
            letters = letters.filter(pk=options["replay"])
            if not letters:
                raise CommandError(f"No dead letter {options['replay']} waits")
        again = options["replay"] or options["replay_all"]
        for letter in letters:
            if again:
                dead_letters.replay(letter)
            words = "queued again" if again else f"{letter.error} at {letter.failed_at:%F %H:%M}"
            self.stdout.write(f"{letter.pk}: {letter.task} {letter.arguments} {words}")
        if not letters and not again:
            self.stdout.write("No task has failed for good")
