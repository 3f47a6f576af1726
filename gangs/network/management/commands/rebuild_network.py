"""Make the links between people, crimes, gangs and places anew from records."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from gangs.network import build


class Command(BaseCommand):
    help = "Make the table of links anew from records; rows that are right already stay."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        rows = build.rebuild()
        print(f"{rows:,} rows of links in {time.monotonic() - began:.0f} s")
