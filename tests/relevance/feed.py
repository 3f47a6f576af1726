"""The measuring population as a feed of its own: a source file and the delivery it describes.

The development set, the judged lines that no rule was made for (judged.py, derived.py) and
generated neighbours. `make bench-names` loads it, asks and prints what came out; or step by step:

python -m tests.relevance.feed DIR [NEIGHBOURS]
manage.py refresh --sources-dir DIR --feeds DIR --source names_dev
manage.py evaluate_search DIR/fresh.jsonl
"""

import csv
import json
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from tests.relevance import derived, judged
from tests.relevance.population import DATA, SYSTEM, Someone, development, neighbours

SOURCE = f"""\
system = "{SYSTEM}"
title = "Name search measurement"
tier = "open"
trust = 50
retention_class = "mopi_3"
schedule = "0 3 * * *"
delivery = "full"

[[stream]]
name = "people"
kind = "person"
path = "people.csv"
format = "csv"
key = ["id"]
event_kind = "measurement"
role = "suspect"

[stream.fields]
given_names = {{ column = "given", parser = "text" }}
surname = {{ column = "family", parser = "text" }}
aliases = {{ column = "aliases", split = ";", parser = "text" }}
born_on = {{ column = "dob", format = "%Y-%m-%d" }}
"""


def write(folder: Path, people: Iterable[Someone]) -> None:
    """Write the source file and its delivery into a folder."""
    (folder / SYSTEM).mkdir(parents=True, exist_ok=True)
    (folder / f"{SYSTEM}.toml").write_text(SOURCE, encoding="utf-8")
    with (folder / SYSTEM / "people.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "given", "family", "aliases", "dob"])
        rows.writerows((p.ref, p.given, p.family, ";".join(p.aliases), p.dob) for p in people)


def write_all(folder: Path, number: int) -> None:
    """The whole population among `number` neighbours; `<set>.jsonl` with each set's queries."""
    sets = {name: list(judged.lines(name)) for name in judged.FILES}
    sets["derived"] = derived.judged()
    lines = [line for found in sets.values() for line in found]
    write(folder, chain(development(), judged.people(lines), neighbours(number)))
    (folder / "development.jsonl").write_bytes((DATA / "name_queries_dev.jsonl").read_bytes())
    for name, found in sets.items():
        asked = (json.dumps(query, ensure_ascii=False) + "\n" for query in judged.queries(found))
        (folder / f"{name}.jsonl").write_text("".join(asked), encoding="utf-8")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50_000)
