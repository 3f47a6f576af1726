"""The second place: where signed checkpoints are kept outside the database.

`settings.AUDIT_CHECKPOINTS` is `file:///a/folder` (of another owner, or on write-once storage) or
`s3://bucket/prefix` (a bucket made with object lock). What stands there is never overwritten: the
same content again is no change, another content under the same name is a `ConflictError`.
"""

import os
import uuid
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone


class PlaceError(Exception):
    """The second place cannot be written or read."""


class ConflictError(PlaceError):
    """Something else stands in the second place under this name: the history has forked."""


class Folder:
    """A folder; files are read-only once written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, content: bytes) -> None:
        target, half = self.path / name, self.path / f".{uuid.uuid4().hex}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.chmod(0o444)
            try:
                target.hardlink_to(half)
            finally:
                half.unlink()
        except FileExistsError:
            _same(name, self.get(name), content)
        except OSError as error:
            raise PlaceError(f"{name} cannot be written to {self.path}") from error

    def get(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PlaceError(f"{name} cannot be read from {self.path}") from error

    def last(self, prefix: str) -> str | None:
        """The last name with this prefix in the order of the alphabet."""
        return max((found.name for found in self.path.glob(f"{prefix}*")), default=None)


class Bucket:
    """An S3 bucket with object lock in compliance mode: nobody deletes before the date."""

    def __init__(self, name: str, prefix: str) -> None:
        self.name, self.prefix = name, f"{prefix}/" if prefix else ""
        import boto3  # slow to import, and only for those who keep seals there
        from botocore.exceptions import BotoCoreError, ClientError

        self.client: Any = boto3.client("s3")
        self.errors = (BotoCoreError, ClientError)

    def put(self, name: str, content: bytes) -> None:
        before = self.get(name)
        if before is not None:
            _same(name, before, content)
            return
        until = timezone.now() + timedelta(days=settings.AUDIT_CHECKPOINTS_LOCKED_DAYS)
        try:
            self.client.put_object(
                Bucket=self.name,
                Key=self.prefix + name,
                Body=content,
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=until,
            )
        except self.errors as error:
            raise PlaceError(f"{name} cannot be written to the bucket {self.name}") from error

    def get(self, name: str) -> bytes | None:
        try:
            found = self.client.get_object(Bucket=self.name, Key=self.prefix + name)
            content: bytes = found["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None
        except self.errors as error:
            raise PlaceError(f"{name} cannot be read from the bucket {self.name}") from error
        return content

    def last(self, prefix: str) -> str | None:
        """The last name with this prefix in the order of the alphabet."""
        pages = self.client.get_paginator("list_objects_v2")
        start = self.prefix + prefix
        try:
            found = [
                item["Key"]
                for page in pages.paginate(Bucket=self.name, Prefix=start)
                for item in page.get("Contents", ())
            ]
        except self.errors as error:
            raise PlaceError(f"The bucket {self.name} cannot be read") from error
        return max(found).removeprefix(self.prefix) if found else None


def address() -> str:
    """The second place as the settings name it."""
    return str(settings.AUDIT_CHECKPOINTS)


def place() -> Folder | Bucket:
    """The second place. Raises PlaceError for an address that is none."""
    return _place(address())


@cache
def _place(named: str) -> Folder | Bucket:
    parts = urlsplit(named)
    if parts.scheme == "file" and parts.path.startswith("/"):
        return Folder(Path(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        return Bucket(parts.netloc, parts.path.strip("/"))
    raise PlaceError(f"{named} is neither file:///folder nor s3://bucket/prefix")


def _same(name: str, there: bytes | None, content: bytes) -> None:
    if there != content:
        raise ConflictError(f"{name} is already in the second place with another content")
