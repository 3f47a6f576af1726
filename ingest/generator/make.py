"""Writes the eleven feeds, chunk by chunk, with the truth beside them.

`truth.csv` (system, source_ref, truth), `expected_counts.json` (rows, accepted, rejected, skipped
per stream) and `showcase.json` are for tests, evaluation and demonstrations; the product never
reads them. The same people, seed and day give the same bytes.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import history, population
from ingest.generator.feeds import FEEDS
from ingest.generator.feeds.layout import Chunk, Feed, Folder, Table, csv
from ingest.generator.naming import NONE
from ingest.generator.reference import table
from ingest.generator.sinks import Sink, TextLayout, TextSink

CHUNK: Final = 50_000  # people made at once: 0.5 million records, about 0.7 GiB
MOST_PEOPLE: Final = 2_000_000  # PNC serials and the worksheet end there
Progress = Callable[[int], None]
Counts = dict[str, dict[str, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Order:
    """What to make. `today` is the day of the extract: nothing is dated later.

    `named`: a tradition in which everybody is named (counterfactual names); "" as they are.
    """

    people: int
    seed: int
    out: Path
    today: dt.date
    named: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.people <= MOST_PEOPLE:
            raise ValueError(f"people must be between 1 and {MOST_PEOPLE:,}")


@dataclass(slots=True)
class _Writer:
    """Open files and what has been written to them."""

    sinks: dict[str, dict[str, Sink]]
    truth: TextSink
    counts: Counts = field(default_factory=dict)
    cast: dict[int, set[str]] = field(default_factory=dict)  # row of showcase.csv -> systems

    def close(self) -> None:
        """Completes every file."""
        for sinks in self.sinks.values():
            for sink in sinks.values():
                sink.close()
        self.truth.close()


def make(order: Order, progress: Progress | None = None) -> Counts:
    """Writes the feeds of `order` and returns the expected counts: system -> stream -> counts.

    Folders of the eleven systems in `order.out` are emptied first. `progress` is told how many
    people are done.
    """
    writer = _open(order)
    counters: dict[str, int] = {}
    today = (order.today - dt.date(1970, 1, 1)).days
    seeds = np.random.SeedSequence(order.seed).spawn(-(-order.people // CHUNK))
    for seed, first in zip(seeds, range(0, order.people, CHUNK), strict=True):
        rng = np.random.default_rng(seed)
        size = min(CHUNK, order.people - first)
        people = population.make(rng, first, size, today, order.named)
        records = history.make(rng, people, today)
        chunk = Chunk(rng, people, records, today, counters)
        for feed in FEEDS:
            _write(writer, feed, chunk)
        if first == 0:
            _write_showcase(order.out, writer, chunk)
        if progress:
            progress(first + size)
    writer.close()
    _write_json(order.out / "expected_counts.json", writer.counts)
    return writer.counts


def _open(order: Order) -> _Writer:
    order.out.mkdir(parents=True, exist_ok=True)
    sinks = {}
    for feed in FEEDS:
        folder = order.out / feed.system
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        sinks[feed.system] = feed.open(Folder(folder, order.today.strftime("%Y%m%d")))
    truth = TextSink(order.out / "truth.csv", TextLayout(csv, "system,source_ref,truth\n"))
    return _Writer(sinks, truth)


def _write(writer: _Writer, feed: Feed, chunk: Chunk) -> None:
    for made in feed.tables(chunk):
        rows = made.spoilt()
        _count(writer, feed.system, made, rows)
        _note_truth(writer, feed.system, made, rows, chunk)
        shown = [name for name in rows.columns if not name.startswith("_")]
        writer.sinks[feed.system][made.file].append(rows.select(shown))


def _count(writer: _Writer, system: str, made: Table, rows: pl.DataFrame) -> None:
    streams = writer.counts.setdefault(system, {})
    for stream in made.streams:
        count = streams.setdefault(
            stream.name, {"rows": 0, "accepted": 0, "rejected": 0, "skipped": 0}
        )
        asked = rows.filter(pl.col(stream.when).is_not_null()) if stream.when else rows
        rejected = asked.filter(_is_rejected(made, stream.name)).height
        count["rows"] += rows.height
        count["rejected"] += rejected
        count["skipped"] += rows.height - asked.height
        count["accepted"] += asked.height - rejected


def _is_rejected(made: Table, stream: str) -> pl.Expr:
    bad = [n for n, flaw in enumerate(made.flaws, 1) if stream in flaw.rejected_by]
    return pl.col("_flaw").is_in(bad)


def _note_truth(
    writer: _Writer, system: str, made: Table, rows: pl.DataFrame, chunk: Chunk
) -> None:
    for stream in made.streams:
        if stream.truth is None:
            continue
        asked = rows.filter(pl.col(stream.when).is_not_null()) if stream.when else rows
        kept = asked.filter(~_is_rejected(made, stream.name))
        ref = pl.concat_str(*stream.key, separator="/")
        writer.truth.append(kept.select(system=pl.lit(system), ref=ref, truth=stream.truth))
        if chunk.is_first:
            _note_cast(writer, system, kept[stream.truth], chunk)


def _note_cast(writer: _Writer, system: str, truth: pl.Series, chunk: Chunk) -> None:
    stars = np.flatnonzero(chunk.people.showcase != NONE)
    found = set(truth.unique().to_list())
    for star, name in zip(stars, chunk.people.truth(stars).to_list(), strict=True):
        if name in found:
            writer.cast.setdefault(int(chunk.people.showcase[star]), set()).add(system)


def _write_showcase(out: Path, writer: _Writer, chunk: Chunk) -> None:
    """People worth showing: their names and in which systems they are."""
    stars = np.flatnonzero(chunk.people.showcase != NONE)
    truth = dict(
        zip(chunk.people.showcase[stars].tolist(), chunk.people.truth(stars), strict=True)
    )
    cast = [
        {
            "truth": truth[number],
            "name": " ".join(filter(None, (row["given"], row["middle"], row["surname"]))),
            "born_on": row["born_on"],
            "nickname": row["nickname"],
            "moniker": row["moniker"],
            "alias": f"{row['alias_given']} {row['alias_surname']}",
            "maiden_name": row["maiden"],
            "systems": sorted(writer.cast.get(number, ())),
        }
        for number, row in enumerate(table("showcase").fill_null("").to_dicts())
        if number in truth
    ]
    _write_json(out / "showcase.json", cast)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
