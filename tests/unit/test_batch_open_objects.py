"""Opening the stores that settings and addresses name."""

from pathlib import Path

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.open_objects import Address, open_address, open_objects
from occoder.batch.objects.s3_objects import S3Objects
from occoder.batch.operation import Store
from occoder.settings.settings import Settings

NAME = "5f0c6a1e-0d7c-4a39-9b3f-0c8b7d1e2f3a/input"


def test_folder_is_opened(tmp_path: Path) -> None:
    """Where no S3 store is named, objects are kept in a folder of the store's name."""
    settings = Settings(home=tmp_path, objects=str(tmp_path / "disk"))
    opened = open_objects(settings, Store.INGRESS)
    with opened.writer(NAME) as writer:
        writer.write(b"content")

    assert isinstance(opened, LocalObjects)
    assert b"content" == (tmp_path / "disk" / "ingress" / NAME).read_bytes()
    address = Address(url=str(tmp_path / "disk" / "ingress"))
    assert [b"content"] == list(open_address(address).read(NAME))


def test_bucket_is_opened(tmp_path: Path) -> None:
    """An address of a bucket opens that bucket; no connection is made for that."""
    settings = Settings(
        home=tmp_path,
        objects="s3://coder",
        s3_endpoint="https://s3.example.org",
        s3_kms_key="alias/coder-{client}",
    )

    assert isinstance(open_objects(settings, Store.INGRESS, client_id="client1"), S3Objects)
