"""How well person search finds: the sets of judged queries among 50,000 neighbours, as JSON.

    make bench-names NEIGHBOURS=50000

Servers of its own. The population is written as a delivery with its source file, loaded by
`refresh` (load, resolution, index) and asked by `evaluate_search`. `needed` holds the thresholds
of the development set and whether they are met; the exit code is 1 where one is not.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.__main__ import VAR, manage
from tests.relevance.feed import write_all
from tests.relevance.population import DATA, SYSTEM

SETS = ("development", "unseen", "fresh", "derived")
LEAST = {
    "hit_at_1": 0.96, "category_mean_hit_at_1": 0.95, "hit_at_10": 0.99, "right_first": 0.96,
    "true_strong": 0.85,
}  # fmt: skip
MOST_FALSE_STRONG_ALONE = 0.06


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("neighbours", type=int, nargs="?", default=50_000)
    parser.add_argument("--ablation", action="store_true", help="each rule off in turn, too")
    options = parser.parse_args()
    neighbours = options.neighbours
    if not DATA.exists():
        print(f"{DATA} is absent: set WMP_SHARED_DATA", file=sys.stderr)
        return 2
    folder, times = VAR / "names", {}
    for name, act in (
        ("migrate", lambda: (manage("migrate", "-v0", owner=True), manage("search_migrate"))),
        ("write", lambda: write_all(folder, neighbours)),
        ("load", lambda: manage("refresh", "--sources-dir", str(folder), "--feeds", str(folder),
                                "--source", SYSTEM)),
    ):  # fmt: skip
        begun = time.perf_counter()
        act()
        times[name] = round(time.perf_counter() - begun, 1)
        print(f"{name}: {times[name]} s", file=sys.stderr, flush=True)
    report: dict[str, Any] = {
        "neighbours": neighbours, "seconds": times, "load": os.getloadavg()[0],
        "compared_alone": _compared_alone(),
    }  # fmt: skip
    found = {name: asked(folder / f"{name}.jsonl") for name in SETS}
    needed = judged(found)
    if options.ablation:
        report["ablation"] = _ablation([folder / f"{name}.jsonl" for name in SETS])
    print(json.dumps({**report, "needed": needed, "sets": found}, indent=1))
    return 0 if all(row["met"] for row in needed.values()) else 1


def _compared_alone() -> dict[str, Any]:
    """Shares called strong without an index, and so without anybody beside: by set, by kind."""
    _set_up()
    from tests.relevance import alone, derived, judged

    sets = {name: alone.strong(judged.lines(name)) for name in judged.FILES}
    return {**sets, "derived": alone.strong(derived.judged()), "kinds": alone.kinds()}


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    import django

    django.setup()


def _ablation(queries: list[Path]) -> dict[str, Any]:
    _set_up()
    from tests.bench.ablation import ablations, print_table

    found = ablations(queries)
    print(print_table(found), file=sys.stderr)
    return found


def asked(queries: Path) -> dict[str, Any]:
    """The measures of one set of queries."""
    found: dict[str, Any] = json.loads(manage("evaluate_search", str(queries)))
    return found


def judged(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each threshold beside what was measured.

    The development set has no look-alike alone: those of the other sets stand in.
    """
    development = found["development"]
    rows = {
        name: {"least": least, "is": development[name], "met": development[name] >= least}
        for name, least in LEAST.items()
    }
    alone = [found[name]["false_strong"]["alone"] for name in ("fresh", "derived")]
    worst = max(share for share in alone if share is not None)
    most = MOST_FALSE_STRONG_ALONE
    return rows | {"false_strong_alone": {"most": most, "is": worst, "met": worst <= most}}


if __name__ == "__main__":
    sys.exit(main())
