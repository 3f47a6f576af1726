"""Disks run full while the line is at work.

Real ones: small file systems in memory, one for PostgreSQL, one for OpenSearch, one for the
working set of resolution, filled to the last byte and emptied again. Mounting needs root. The
protection of OpenSearch, which makes indices read-only before a disk is full, is tried everywhere.
"""

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded import postgres
from deploy.embedded.home import Home
from tests.faults.line import REBUILD, REFRESH, Line, as_it_should_be, when_busy
from tests.product import SECONDS

pytestmark = [pytest.mark.slow, pytest.mark.faults]
FULL_SECONDS = 8
WATERMARK = "cluster.routing.allocation.disk.watermark"


@pytest.fixture(scope="module")
def small_disks(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Line, dict[str, Path]]]:
    var = tmp_path_factory.mktemp("disks") / "var"
    folders = {
        "postgres": postgres.data_folder(Home(var, test=True)).parent,
        "opensearch": var / "opensearch",
        "working set": var / "resolution",
    }
    line = Line.at(var)
    try:
        for folder in folders.values():
            folder.mkdir(parents=True)
            mount = ["mount", "-t", "tmpfs", "-o", "size=1500m,mode=0700", "tmpfs", str(folder)]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                pytest.skip("no right to mount: full disks were not tried")
        line.begin()
        yield line, folders
    finally:
        line.down()
        for folder in folders.values():
            subprocess.run(["umount", "--lazy", folder], capture_output=True, check=False)


def fill(folder: Path) -> Path:
    """Take the last byte of the file system; the file that took it."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        while left := os.statvfs(folder).f_bavail:
            size = os.fstat(file.fileno()).st_size
            with contextlib.suppress(OSError):  # somebody else was quicker
                os.posix_fallocate(file.fileno(), size, left * os.statvfs(folder).f_frsize)
    return ballast


@pytest.mark.parametrize(
    ("disk", "stage"),
    [
        ("postgres", "load"),
        ("postgres", "resolve"),
        ("working set", "resolve"),
        ("opensearch", "drain"),
        ("opensearch", "rebuild"),
    ],
)
def test_the_line_survives_a_full_disk(
    small_disks: tuple[Line, dict[str, Path]], disk: str, stage: str
) -> None:
    line, folders = small_disks
    line.deliver()
    process = line.start(*(REBUILD if stage == "rebuild" else REFRESH))
    struck = when_busy(line, stage, process)
    ballast = fill(folders[disk])
    end = time.monotonic() + FULL_SECONDS
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    ballast.unlink()
    line.up()
    process.communicate(timeout=SECONDS)
    line.recover()
    as_it_should_be(line)
    assert struck, "the stage was over before it could be struck: raise ROWS"


def protect(line: Line, free: str | None) -> None:
    """Let OpenSearch call a disk full that has less than `free`; None: as it was."""
    levels = {f"{WATERMARK}.{level}": free for level in ("low", "high", "flood_stage")}
    switch = {"cluster.routing.allocation.disk.threshold_enabled": None if free is None else True}
    often = {"cluster.info.update.interval": None if free is None else "10s"}
    body = {"persistent": {**levels, **switch, **often}}
    _put(line, "/_cluster/settings", body)
    if free is None:
        _put(line, "/_all/_settings", {"index.blocks.read_only_allow_delete": None})
        _put(line, "/_cluster/settings", {"persistent": {"cluster.blocks.create_index": None}})


def _put(line: Line, path: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - loopback
        line.run_env["OPENSEARCH_URL"] + path,
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()


def _read_only(line: Line) -> bool:
    url = line.run_env["OPENSEARCH_URL"] + "/wmp-person/_settings"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=30) as answer:
        return "read_only_allow_delete" in answer.read().decode()


def test_an_index_that_is_read_only_for_want_of_space_catches_up(line: Line) -> None:
    protect(line, "100tb")
    end = time.monotonic() + 60
    while not _read_only(line):
        assert time.monotonic() < end, "OpenSearch does not protect itself"
        time.sleep(0.5)
    line.deliver()
    said = line.manage(*REFRESH)
    assert "the scheduled task will bring the index up to date" in said
    assert line.number("SELECT count(*) FROM search_outboxentry") > 0
    protect(line, None)
    line.recover()
    as_it_should_be(line)
