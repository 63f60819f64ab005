"""What goes wrong with objects in a bucket, of a real store."""

from uuid import uuid4

import pytest
from breaking_proxy import BreakingProxy
from bucket_objects import opened, put, whole
from ceph_gateway import CephGateway

from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_objects import PART_BYTES, S3Objects
from occoder.errors import ObjectsUnreachable

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def bucket(gateway: CephGateway) -> str:
    """A bucket without objects."""
    name = f"test-{uuid4()}"
    s3_client(gateway.url, "").create_bucket(Bucket=name)
    return name


@pytest.fixture
def objects(gateway: CephGateway, bucket: str) -> S3Objects:
    """The objects in it."""
    return opened(bucket, gateway.url)


@pytest.fixture
def name() -> str:
    """A name that no object has yet."""
    return f"{uuid4()}/input"


def test_missing_bucket_is_told(gateway: CephGateway, name: str) -> None:
    """Without its bucket everything tells that, and not that there is no object."""
    objects = opened("test-none", gateway.url)
    for act in (
        lambda: put(objects, name, CONTENT),
        lambda: put(objects, name, b"x" * PART_BYTES),
        lambda: whole(objects, name),
        lambda: objects.n_bytes(name),
        lambda: list(objects.found()),
        lambda: objects.delete(name),
    ):
        with pytest.raises(ObjectsUnreachable) as caught:
            act()

        assert caught.value.problem in {"NoSuchBucket", "404"}


def test_refusal_to_delete_is_told(gateway: CephGateway, bucket: str, name: str) -> None:
    """What these credentials may not delete is told, although the store answers 200."""
    objects = opened(bucket, gateway.url)
    put(objects, name, CONTENT)
    denied = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",'
        f'"Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::{bucket}/*"}}]}}'
    )
    s3_client(gateway.url, "").put_bucket_policy(Bucket=bucket, Policy=denied)
    with pytest.raises(ObjectsUnreachable) as caught:
        objects.delete(name)

    assert "AccessDenied" == caught.value.problem
    assert CONTENT == whole(objects, name)


def test_store_that_is_away_is_told(name: str) -> None:
    """A store that does not answer is told, without what was to be written."""
    objects = opened("test-none", "http://127.0.0.1:9")
    with pytest.raises(ObjectsUnreachable) as caught:
        put(objects, name, b"a text of somebody")

    assert "EndpointConnectionError" == caught.value.problem
    assert "somebody" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["objects.example.org", "http://"])
def test_address_that_is_none_is_told(endpoint: str) -> None:
    """An endpoint that is no address of a store is told when it is opened."""
    with pytest.raises(ObjectsUnreachable) as caught:
        opened("test-none", endpoint)

    assert "InvalidConfigError" == caught.value.problem


def test_region_has_to_be_named_at_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without endpoint and region nobody knows where the store is."""
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    with pytest.raises(ObjectsUnreachable) as caught:
        opened("test-none", "")

    assert "NoRegionError" == caught.value.problem


def test_missing_credentials_are_told(
    gateway: CephGateway, bucket: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials that is what is told."""
    for variable in gateway.owner.environ:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    # Another name of the same machine, so that no client is there that has some.
    objects = opened(bucket, gateway.url.replace("127.0.0.1", "localhost"))
    with pytest.raises(ObjectsUnreachable) as caught:
        put(objects, name, CONTENT)

    assert "NoCredentialsError" == caught.value.problem


def test_broken_transfer_is_taken_up(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str
) -> None:
    """A transfer that breaks off goes on where it broke, and no byte is lost."""
    content = b"".join(number.to_bytes(4, "big") for number in range(2**20))
    put(objects, name, content)
    with BreakingProxy(gateway.url, n_breaks=3, after_bytes=10**6) as proxy:
        broken = opened(bucket, proxy.url)

        assert content == whole(broken, name)
        assert proxy.is_used_up


def test_broken_range_ends_where_it_should(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str
) -> None:
    """A range that breaks off is taken up within the range."""
    content = b"".join(number.to_bytes(4, "big") for number in range(2**20))
    put(objects, name, content)
    with BreakingProxy(gateway.url, n_breaks=1, after_bytes=10**6) as proxy:
        got = b"".join(opened(bucket, proxy.url).read(name, 5, 3 * 10**6))

        assert content[5 : 3 * 10**6] == got
        assert proxy.is_used_up


def test_transfer_that_always_breaks_is_told(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str
) -> None:
    """A transfer that breaks off without a byte each time is given up."""
    put(objects, name, bytes(4 * 1024**2))
    with BreakingProxy(gateway.url, n_breaks=999, after_bytes=500) as proxy:
        with pytest.raises(ObjectsUnreachable):
            whole(opened(bucket, proxy.url), name)


def test_two_objects_are_never_mixed(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str
) -> None:
    """If an object is replaced while a transfer is broken off, that is told."""
    put(objects, name, b"a" * 4 * 1024**2)
    with BreakingProxy(gateway.url, n_breaks=1, after_bytes=2 * 10**6) as proxy:
        pieces = opened(bucket, proxy.url).read(name)
        next(pieces)
        put(objects, name, b"b" * 4 * 1024**2)
        with pytest.raises(ObjectsUnreachable) as caught:
            list(pieces)

    assert caught.value.problem in {"PreconditionFailed", "412"}
