"""Which delivered files are new: found by pattern, told apart by checksum."""

import hashlib
from dataclasses import dataclass
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
    if source.is_full(stream):
        fresh = files if files and _differs(files, earlier, source) else ()
    else:
        fresh = tuple(f for f in files if _is_new(f, earlier.get(f.name), source))
    return Delivery(source, stream, fresh, respec)


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
