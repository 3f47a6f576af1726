"""Refuse files that unpack to far more than they weigh, before they fill memory or the disk.

A feed of text packs five to thirty times smaller; gzip and zip can reach a thousand. The limits
leave ample room for honest files and none for a zip bomb (CWE-409).
"""

import gzip
import zipfile
from pathlib import Path

from ingest.errors import DeliveryError

RATIO = 200  # unpacked bytes for each packed one
UNSUSPICIOUS = 64 << 20  # bytes: below this nobody asks for the ratio
SHARED_STRINGS = 512 << 20  # bytes
PART = 2 << 30  # bytes of one sheet: it is held in memory, a cell about as large as its XML


class GuardedGzip(gzip.GzipFile):
    """A gzip file that stops once it has unpacked suspiciously much."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._path, self._packed, self._unpacked = path, path.stat().st_size, 0

    def read(self, size: int | None = -1) -> bytes:
        """As GzipFile. Raises DeliveryError for a bomb."""
        return self._counted(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        """As GzipFile."""
        return self._counted(super().read1(size))

    def readline(self, size: int | None = -1) -> bytes:
        """As GzipFile."""
        return self._counted(super().readline(size))

    def _counted(self, data: bytes) -> bytes:
        self._unpacked += len(data)
        if self._unpacked > max(UNSUSPICIOUS, RATIO * self._packed):
            raise DeliveryError(
                f"{self._path.name}: unpacks to more than {RATIO} times its size. If the file is "
                "genuine, ask for it unpacked"
            )
        return data


def check_zip(path: Path) -> None:
    """Raises DeliveryError for a workbook (a zip) whose parts unpack to far too much, or to
    something else than the workbook says of them.
    """
    with zipfile.ZipFile(path) as archive:
        _check_sizes(archive.infolist(), path)
        damaged = archive.testzip()  # unpacks no further than the sizes that were checked
    if damaged:
        raise DeliveryError(f"{path.name}: its part {damaged[:80]} is damaged. Ask for it again")


def _check_sizes(parts: list[zipfile.ZipInfo], path: Path) -> None:
    packed, unpacked = sum(p.compress_size for p in parts), sum(p.file_size for p in parts)
    strings = sum(p.file_size for p in parts if p.filename.endswith("sharedStrings.xml"))
    bomb = unpacked > max(UNSUSPICIOUS, RATIO * packed) or strings > SHARED_STRINGS
    if bomb or any(p.file_size > PART for p in parts):
        raise DeliveryError(
            f"{path.name}: unpacks from {packed:,} to {unpacked:,} bytes, which no genuine "
            "workbook does. Ask for the feed as CSV"
        )
