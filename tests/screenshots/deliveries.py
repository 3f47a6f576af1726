"""What the legacy systems of the demonstration deliver for a picture: files in their folders.

The product finds them by itself within minutes, as it does in a force.
"""

import csv
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from tests.screenshots.taking import VAR

FEEDS = VAR / "feeds"
SETTLED = 120  # seconds: a younger file may still be on its way
CUSTODY = "custody_%Y%m%d.txt"
WITHOUT_NUMBER = 3  # of so many rows one: more than the stream tolerates


def stop_again(street_name: str) -> None:
    """Somebody of this street name is stopped and searched once more, now."""
    path = FEEDS / "stop_search" / "stop_search.csv"
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    now = timezone.now()
    last = [row for row in rows if row["Nickname"].casefold() == street_name][-1]
    rows.append(
        {
            **last,
            "Search reference": f"SS{now:%y}-9{now:%H%M%S}",
            "Date": now.isoformat(timespec="seconds"),
        }
    )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    _arrived(path)


def break_custody() -> None:
    """Custody delivers a file in which every third row has lost its number; once."""
    newest = _newest()
    header, *rows = _lines(newest)
    if rows[0].startswith("|"):
        return
    for number in range(0, len(rows), WITHOUT_NUMBER):
        rows[number] = "|" + rows[number].partition("|")[2]
    _write(newest.with_name(_day_after(newest)), [header, *rows])


def mend_custody() -> None:
    """The day after, custody delivers whole again, with one detainee more."""
    broken = _newest()
    whole = sorted(broken.parent.glob("custody_*.txt"))[-2]
    lines = _lines(whole)
    number, _, rest = lines[-1].partition("|")
    head, serial, year = number.rsplit("/", 2)
    lines.append(f"{head}/{int(serial) + 1:06}/{year}|{rest}")
    _write(broken.with_name(_day_after(broken)), lines)
    broken.unlink()


def _newest() -> Path:
    return max((FEEDS / "custody").glob("custody_*.txt"))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="cp1252").splitlines()


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="cp1252")
    _arrived(path)


def _day_after(path: Path) -> str:
    day = datetime.strptime(path.name, CUSTODY) + timedelta(days=1)  # noqa: DTZ007  a day only
    return day.strftime(CUSTODY)


def _arrived(path: Path) -> None:
    """A while ago, so that nobody waits for it to settle."""
    then = time.time() - SETTLED
    os.utime(path, (then, then))
