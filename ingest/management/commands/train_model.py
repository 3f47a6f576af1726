"""`manage.py train_model`: a new matching model from the records loaded now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ingest.resolution import model, release, training, workspace


class Command(BaseCommand):
    help = "Train a matching model on the loaded records and write it beside the shipped ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="name of the new model, e.g. 0002; must be unused")
        parser.add_argument("--note", default="", help="what the records are, for the report")
        parser.add_argument(
            "--only",
            metavar="COMPARISON",
            help="train this comparison alone (as name); all others stay as in the model in use",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        version = options["version"]
        if (model.MODELS / f"{version}.json").exists():
            raise CommandError(f"There is a model {version}: a published model never changes")
        note = {"note": options["note"], "trained_on": timezone.now().date().isoformat()}
        with workspace.opened() as space:
            trained = training.train(space, version=version, trained_on=note)
        if options["only"]:
            try:
                trained = training.only(options["only"], trained, model.load(release.current()))
            except KeyError as error:
                raise CommandError(f"There is no comparison {options['only']}") from error
        path = model.save(trained)
        path.with_suffix(".md").write_text(training.report(trained), encoding="utf-8")
        self.stdout.write(f"{path.name} and {path.with_suffix('.md').name} written")
