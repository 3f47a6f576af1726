"""Deliveries from S3: whole, once, again when they change; a bucket out of reach makes late."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3
from moto.server import ThreadedMotoServer

from ingest import tasks
from ingest.errors import DeliveryError
from ingest.fetching import fetch
from ingest.models import Asked
from ingest.registry import sources
from people.models import NominalRecord
from tests.ingest.conftest import HEADER, PEOPLE, Feed


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    client: Any = boto3.client("s3")
    client.create_bucket(
        Bucket="drop", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    yield client
    urllib3.request("POST", f"http://127.0.0.1:{port}/moto-api/reset")  # else the process keeps it
    server.stop()


@pytest.fixture
def far(people: Feed, settings: Any) -> Feed:
    """The trial system, delivered to a bucket."""
    people.source(PEOPLE.replace("delivery =", 's3 = "s3://drop/nominals"\ndelivery ='))
    settings.FEEDS_DIR = people.feeds
    return people


def put(client: Any, key: str, *rows: str) -> None:
    content = HEADER + "".join(f"{row}\n" for row in rows)
    client.put_object(Bucket="drop", Key=key, Body=content.encode())


def test_files_below_the_prefix_are_loaded_once_and_again_when_they_change(
    far: Feed, bucket: Any
) -> None:
    put(bucket, "nominals/people_1.csv", "1,SMITH,ANN,,")
    for other in ("nominals/deeper/people_2.csv", "nominals/..", "other/people_3.csv"):
        put(bucket, other, "2,STRAY,TOM,,")
    assert [b.added for b in far.refresh()] == [1]
    (source,) = sources().values()
    assert fetch(source, far.feeds) == 0
    assert far.refresh() == []
    put(bucket, "nominals/people_1.csv", "1,SMITH,ANNE,,")
    assert [b.changed for b in far.refresh()] == [1]
    assert set(NominalRecord.objects.values_list("given_names", flat=True)) == {"Anne"}
    assert {p.name for p in (far.feeds / "trial").iterdir()} == {"people_1.csv"}


def test_a_bucket_out_of_reach_is_said_without_a_value_and_the_source_is_not_asked(
    far: Feed, bucket: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bucket.delete_bucket(Bucket="drop")
    (source,) = sources().values()
    with pytest.raises(DeliveryError, match=r"s3://drop/nominals cannot be read .*Check the key"):
        fetch(source, far.feeds)
    assert far.refresh() == []
    assert not Asked.objects.exists()
    assert tasks.look_for_deliveries() == []
    assert "Feed trial: s3://drop/nominals cannot be read" in caplog.text


def test_a_cut_download_leaves_nothing(
    far: Feed, bucket: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(bucket, "nominals/people_1.csv", "1,SMITH,ANN,,")
    monkeypatch.setattr("os.utime", _broken)
    assert far.refresh() == []
    monkeypatch.undo()
    assert not (far.feeds / "trial" / "people_1.csv").exists()


def _broken(*_: object) -> None:
    raise OSError
