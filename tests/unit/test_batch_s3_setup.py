"""What `occoder objects init` does to the buckets of a real store."""

from pathlib import Path

import pytest
from ceph_gateway import CephGateway

from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_setup import RULE, prepare_buckets
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable
from occoder.settings.settings import Settings

DAY_S = 86400


def buckets(settings: Settings) -> list[str]:
    """Return the names of the three buckets."""
    return [f"{settings.objects.removeprefix('s3://')}-{store}" for store in Store]


def rules(gateway: CephGateway, bucket: str) -> list[dict[str, object]]:
    """Return the lifecycle of a bucket."""
    client = s3_client(gateway.url, "")
    found: list[dict[str, object]] = client.get_bucket_lifecycle_configuration(
        Bucket=bucket
    )["Rules"]
    return found


def test_buckets_are_made(gateway: CephGateway, tmp_path: Path) -> None:
    """The three buckets are made, and each thing done is told."""
    settings = gateway.settings(tmp_path)
    told = list(prepare_buckets(settings))
    made = {one["Name"] for one in s3_client(gateway.url, "").list_buckets()["Buckets"]}

    assert set(buckets(settings)) <= made
    for bucket in buckets(settings):
        assert f"{bucket}: made" in told


def test_buckets_are_closed(gateway: CephGateway, tmp_path: Path) -> None:
    """Whatever an object or a policy allows the public, it gets nothing."""
    settings = gateway.settings(tmp_path)
    list(prepare_buckets(settings))
    for bucket in buckets(settings):
        found = s3_client(gateway.url, "").get_public_access_block(Bucket=bucket)
        closed = found["PublicAccessBlockConfiguration"]

        assert closed["IgnorePublicAcls"]
        assert closed["RestrictPublicBuckets"]


def test_what_is_left_over_is_deleted(gateway: CephGateway, tmp_path: Path) -> None:
    """Objects and half uploads go after the time that is set, rounded up to days."""
    settings = gateway.settings(tmp_path, input_ttl_s=DAY_S, output_ttl_s=DAY_S + 1)
    list(prepare_buckets(settings))
    days = [
        (rule["Expiration"], rule["AbortIncompleteMultipartUpload"])
        for bucket in buckets(settings)
        for rule in rules(gateway, bucket)
    ]

    assert [
        ({"Days": 1}, {"DaysAfterInitiation": 1}),
        ({"Days": 1}, {"DaysAfterInitiation": 1}),
        ({"Days": 2}, {"DaysAfterInitiation": 2}),
    ] == days


def test_second_time_changes_nothing(gateway: CephGateway, tmp_path: Path) -> None:
    """What is done already stays: objects, and the rules as they are."""
    settings = gateway.settings(tmp_path)
    list(prepare_buckets(settings))
    client, bucket = s3_client(gateway.url, ""), buckets(settings)[0]
    client.put_object(Bucket=bucket, Key="kept", Body=b"")
    before = rules(gateway, bucket)
    told = list(prepare_buckets(settings))

    assert f"{bucket}: is there" in told
    assert before == rules(gateway, bucket)
    assert 1 == client.list_objects_v2(Bucket=bucket)["KeyCount"]


def test_rules_of_others_stay(gateway: CephGateway, tmp_path: Path) -> None:
    """A rule that somebody else made is kept beside ours."""
    settings = gateway.settings(tmp_path)
    list(prepare_buckets(settings))
    client, bucket = s3_client(gateway.url, ""), buckets(settings)[0]
    other = {
        "ID": "logs",
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Expiration": {"Days": 30},
    }
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [other]}
    )
    list(prepare_buckets(settings))

    assert {"logs", RULE} == {rule["ID"] for rule in rules(gateway, bucket)}


def test_unknown_default_encryption_is_told(gateway: CephGateway, tmp_path: Path) -> None:
    """A store that has no default encryption is no reason to stop, but told."""
    settings = gateway.settings(tmp_path)
    told = [line for line in prepare_buckets(settings) if "default encryption" in line]

    assert 3 == len(told)


def test_bucket_of_somebody_else_is_told(
    gateway: CephGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket that these credentials may not use is not touched."""
    settings = gateway.settings(tmp_path)
    list(prepare_buckets(settings))
    for name, value in gateway.add_user("stranger").environ.items():
        monkeypatch.setenv(name, value)
    by_other_name = gateway.url.replace("127.0.0.1", "localhost")
    same = gateway.settings(tmp_path, objects=settings.objects, s3_endpoint=by_other_name)
    with pytest.raises(ObjectsUnreachable) as caught:
        list(prepare_buckets(same))

    assert "403" == caught.value.problem
