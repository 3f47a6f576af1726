"""Bring a source's deliveries from an S3 prefix into its folder, before the folder is looked at.

A file comes whole or not at all, with the time at which the supplier wrote it, so that everything
else (patterns, checksums, settled files) is as with a folder. What the bucket no longer holds
stays.
"""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import DeliveryError
from ingest.spec import Source

log = logging.getLogger(__name__)
_SAFE = re.compile(r"[\w-][\w.-]*")  # a name of a file and of nothing else


def fetch(source: Source, feeds: Path) -> int:
    """Bring what is new or changed; returns how many files. None for a source without `s3`.

    Raises DeliveryError where the bucket cannot be read; what came until then is complete.
    """
    if source.s3 is None:
        return 0
    import boto3  # slow to import, and only for those who use it
    from botocore.exceptions import BotoCoreError, ClientError

    place = urlsplit(source.s3)
    folder = feeds / source.system
    folder.mkdir(parents=True, exist_ok=True)
    brought = 0
    try:
        client = boto3.client("s3")
        for key, name, size, seconds in _listed(client, place.netloc, place.path.lstrip("/")):
            target = folder / name
            if _is_there(target, size, seconds):
                continue
            half = folder / f".{name}.part"
            client.download_file(place.netloc, key, str(half))
            os.utime(half, (seconds, seconds))
            half.replace(target)
            brought += 1
    except (BotoCoreError, ClientError, OSError) as error:
        # its text may hold addresses of the supplier: the kind is enough
        raise DeliveryError(
            f"{source.system}: {source.s3} cannot be read ({type(error).__name__}). Check the key "
            "`s3` of the source file, the rights of the worker and the network"
        ) from error
    return brought


def fetched(source: Source, feeds: Path) -> bool:
    """As `fetch`; False and a line in the log where it was not possible."""
    try:
        fetch(source, feeds)
    except DeliveryError as error:
        log.error("Feed %s", error)  # noqa: TRY400 (the kind of error is in it)
        return False
    return True


def _listed(client: Any, bucket: str, prefix: str) -> Iterator[tuple[str, str, int, float]]:
    """(key, file name, bytes, seconds since 1970) of the objects right below the prefix."""
    prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for item in page.get("Contents", ()):
            name = item["Key"].removeprefix(prefix)
            if _SAFE.fullmatch(name):
                yield item["Key"], name, item["Size"], item["LastModified"].timestamp()


def _is_there(path: Path, size: int, seconds: float) -> bool:
    if not path.exists():
        return False
    found = path.stat()
    return found.st_size == size and abs(found.st_mtime - seconds) < 1
