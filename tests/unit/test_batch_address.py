"""Where the stores are, as the settings say it."""

import os
import pickle
from pathlib import Path

import pytest

from occoder.batch.objects.address import Address, address_of
from occoder.batch.operation import Store
from occoder.settings.settings import Settings


def s3_settings(tmp_path: Path, kms_key: str = "") -> Settings:
    """Return settings that name an S3 store."""
    return Settings(
        home=tmp_path,
        objects="s3://coder",
        s3_endpoint="https://s3.example.org",
        s3_region="ap-southeast-2",
        s3_kms_key=kms_key,
    )


def test_stores_are_apart(tmp_path: Path) -> None:
    """Each store is a folder of its own, in the data folder where no other is named."""
    default = [address_of(Settings(home=tmp_path), one).url for one in Store]
    named = Settings(home=tmp_path, objects=str(tmp_path / "disk"))

    assert [str(tmp_path / "service" / "objects" / one) for one in Store] == default
    assert [str(tmp_path / "disk" / one) for one in Store] == [
        address_of(named, one).url for one in Store
    ]


def test_address_holds_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative folder means the same to a process that runs elsewhere."""
    monkeypatch.chdir(tmp_path)
    address = address_of(Settings(home=Path("home")), Store.INGRESS)
    (tmp_path / "elsewhere").mkdir()
    os.chdir("elsewhere")

    assert str(tmp_path / "home" / "service" / "objects" / "ingress") == address.url


def test_address_goes_to_other_processes(tmp_path: Path) -> None:
    """An address arrives in another process as it was sent."""
    address = address_of(s3_settings(tmp_path), Store.VALIDATED)

    assert address == pickle.loads(pickle.dumps(address))


def test_s3_stores_are_buckets(tmp_path: Path) -> None:
    """In an S3 store each store is a bucket, named by the prefix in the settings."""
    assert Address(
        url="s3://coder-ingress",
        endpoint="https://s3.example.org",
        region="ap-southeast-2",
    ) == address_of(s3_settings(tmp_path), Store.INGRESS)


def test_kms_key_may_be_one_of_each_client(tmp_path: Path) -> None:
    """The key of the store may have the client's id in it."""
    settings = s3_settings(tmp_path, "alias/coder-{client}")
    one = address_of(settings, Store.INGRESS, client_id="client1")

    assert "alias/coder-client1" == one.kms_key
    assert "alias/coder-{client}" == address_of(settings, Store.INGRESS).kms_key


def test_validated_needs_no_kms_key(tmp_path: Path) -> None:
    """What was validated is sealed before it is stored, with no key of the S3 store."""
    settings = s3_settings(tmp_path, "alias/coder-{client}")

    assert "" == address_of(settings, Store.VALIDATED, client_id="client1").kms_key
