"""Which delivered files are new: found by pattern, told apart by checksum."""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.models import Batch, SourceRecord
from ingest.spec import Source, Stream

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Delivered:
    """One file, or one database table (then `path` is the folder of all feeds)."""

    path: Path
    name: str
    checksum: str
    accepted: bool = False  # a person has decided to load it in spite of its bad rows


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one stream that are to be loaded, in order of their names.

    `respec`: the source file has changed since the stream was last loaded, so that typed values
    of unchanged rows are made anew.
    """

    source: Source
    stream: Stream
    files: tuple[Delivered, ...]
    respec: bool


def due(source: Source, stream: Stream, feeds: Path) -> Delivery:
    """What there is to load; no files where everything was loaded before or none is there."""
    files = found(source, stream, feeds)
    earlier = _earlier(source, stream)
    respec = any(b.spec_version != source.spec_version for b in earlier.values())
    decisions = _decisions(source, stream)
    waiting = {f.checksum for f in files if decisions.get(f.checksum) in _NOT_NOW}
    if source.is_full(stream):
        fresh = files if files and _differs(files, earlier, source) else ()
        if waiting or overtaken(source, stream, files, earlier):
            fresh = ()
    else:
        files = tuple(f for f in files if f.checksum not in waiting)
        fresh = tuple(f for f in files if _is_new(f, earlier.get(f.name), source))
    fresh = tuple(
        replace(f, accepted=decisions.get(f.checksum) == Batch.State.ACCEPTED) for f in fresh
    )
    return Delivery(source, stream, fresh, respec)


_NOT_NOW = (Batch.State.HELD, Batch.State.REFUSED)


def _decisions(source: Source, stream: Stream) -> dict[str, str]:
    """Checksum → held, accepted or refused, of files read under this very source file."""
    held = Batch.objects.filter(
        system=source.system,
        stream=stream.name,
        spec_version=source.spec_version,
        state__in=(*_NOT_NOW, Batch.State.ACCEPTED),
    ).order_by("id")
    return dict(held.values_list("checksum", "state"))


def overtaken(
    source: Source, stream: Stream, files: tuple[Delivered, ...], earlier: dict[str, Batch]
) -> bool:
    """Whether the newest full delivery there is older, by the numbers in its name, than the one
    that was loaded last: the newer one was taken away, and the older is no news.
    """
    if source.takes_all_files(stream) or not files:
        return False
    return any(is_newer(name, files[-1].name) for name in earlier)


def newer_batches(source: Source, stream: Stream, file_name: str) -> frozenset[int]:
    """Loaded batches of the stream whose files are newer than this one (watermark).

    Only of deltas: a full delivery tells how everything is now.
    """
    if source.is_full(stream):
        return frozenset()
    loaded = Batch.objects.filter(
        system=source.system, stream=stream.name, state=Batch.State.LOADED
    )
    names = loaded.values_list("id", "file_name")
    return frozenset(pk for pk, name in names if is_newer(name, file_name))


def is_newer(name: str, other: str) -> bool:
    """Whether the names differ in numbers only (dates, sequence), those of `name` being higher."""
    shape, numbers = _numbers(name)
    other_shape, other_numbers = _numbers(other)
    return shape == other_shape and numbers > other_numbers


def _numbers(name: str) -> tuple[str, list[int]]:
    return re.sub(r"\d+", "#", name), [int(n) for n in re.findall(r"\d+", name)]


def found(source: Source, stream: Stream, feeds: Path) -> tuple[Delivered, ...]:
    """What lies in the folder of feeds for the stream, by name."""
    if stream.format == "database":
        from ingest.readers.database import checksum, table_name

        return (Delivered(feeds, table_name(stream), checksum(stream, feeds)),)
    paths = sorted((feeds / source.system).glob(stream.path), key=lambda p: p.name)
    if not source.takes_all_files(stream):
        paths = paths[-1:]
    return tuple(Delivered(p, p.name[:200], _sha256(p)) for p in paths)


def _earlier(source: Source, stream: Stream) -> dict[str, Batch]:
    """The last loaded batch of each file name; of a "newest" stream only the very last."""
    loaded = Batch.objects.filter(
        system=source.system, stream=stream.name, state=Batch.State.LOADED
    ).order_by("id")
    if source.takes_all_files(stream):
        return {b.file_name: b for b in loaded}
    last = loaded.last()
    return {last.file_name: last} if last else {}


def _differs(files: tuple[Delivered, ...], earlier: dict[str, Batch], source: Source) -> bool:
    """Whether a full delivery has other contents, files or source file than the last one.

    Of a "newest" stream the name does not matter: the same content under a new name is old news.
    """
    then = {b.checksum for b in earlier.values() if b.spec_version == source.spec_version}
    if any(f.checksum not in then for f in files):
        return True
    gone = set(earlier) - {f.name for f in files}
    return len(earlier) > 1 and _have_live_records(gone, earlier)


def _have_live_records(names: set[str], earlier: dict[str, Batch]) -> bool:
    """Whether a file that is no longer delivered has brought records that still stand."""
    return any(
        SourceRecord.objects.filter(
            system=b.system, stream=b.stream, batch__file_name=n, deleted_at=None
        ).exists()
        for n, b in earlier.items()
        if n in names
    )


def _is_new(file: Delivered, batch: Batch | None, source: Source) -> bool:
    return batch is None or (batch.checksum, batch.spec_version) != (
        file.checksum,
        source.spec_version,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
