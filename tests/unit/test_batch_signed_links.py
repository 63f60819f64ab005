"""Links that are signed: what they say, and what is none."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occoder.batch.links.links import OUTPUT
from occoder.batch.links.signed_links import SignedLinks
from occoder.batch.operation import INPUT, METADATA, Operation, Store
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.database import connect
from occoder.settings.settings import Settings

BASE = "https://coder.example.org"
NOW = 1_750_000_000.5
OPERATION = Operation(
    operation_id=str(uuid4()),
    client_id="client1",
    topic="osca",
    model_id=str(uuid4()),
    created_at=NOW,
    upload_until=NOW + 3600,
)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> SignedLinks:
    """Return links with keys of their own."""
    return links_in(tmp_path_factory.mktemp("links"))


def links_in(folder: Path) -> SignedLinks:
    """Return links whose keys are in a folder."""
    keys = StorageKeys(folder / "keys", [Store.INGRESS, Store.EGRESS])
    engine = connect("", folder / "service.sqlite")
    parts = SimpleNamespace(
        settings=Settings(home=folder),
        storage_keys=keys,
        keys=ClientKeys(engine, keys),
    )
    return SignedLinks(parts)  # type: ignore[arg-type]


def text_of(url: str) -> str:
    """Return the value of the query parameter."""
    return url.partition("?link=")[2]


def test_upload_link_says_what_it_is_for(links: SignedLinks) -> None:
    """A link to upload to is good for the input of its operation until it is over."""
    url = links.upload(OPERATION, BASE, NOW)
    link = links.opened(INPUT, text_of(url))

    assert url.startswith(f"{BASE}/v1/objects/input?link=")
    assert link
    assert OPERATION.operation_id == link.operation_id
    assert (1_750_000_000, 1_750_003_600) == (link.given_at, link.good_until)
    assert link.is_good(NOW + 3599)
    assert not link.is_good(NOW + 3600)


@pytest.mark.parametrize("name", [OUTPUT, METADATA])
def test_download_link_is_never_good_for_too_long(links: SignedLinks, name: str) -> None:
    """A download link is good for an hour, and no longer than what it leads to is kept."""
    for expires_in_s, good_for_s in ((86400, 3600), (60, 60), (0, 3600)):
        expires_at = NOW + expires_in_s if expires_in_s else 0.0
        operation = replace(OPERATION, expires_at=expires_at)
        link = links.opened(name, text_of(links.download(operation, name, BASE, NOW)))
        assert link
        assert int(NOW + good_for_s) == link.good_until


def test_link_is_for_one_name(links: SignedLinks) -> None:
    """A link for one thing is none for another."""
    urls = {
        INPUT: links.upload(OPERATION, BASE, NOW),
        OUTPUT: links.download(OPERATION, OUTPUT, BASE, NOW),
        METADATA: links.download(OPERATION, METADATA, BASE, NOW),
    }
    for name, url in urls.items():
        good = {other for other in urls if links.opened(other, text_of(url))}
        assert {name} == good


def test_every_changed_character_counts(links: SignedLinks) -> None:
    """Of all texts that differ in one character none is a link."""
    text = text_of(links.upload(OPERATION, BASE, NOW))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for i, one in enumerate(text):
        for other in alphabet.replace(one, ""):
            assert links.opened(INPUT, text[:i] + other + text[i + 1 :]) is None


@given(text=st.text(max_size=120))
def test_any_text_is_no_link(links: SignedLinks, text: str) -> None:
    """No text that comes to mind is a link, and none is a failure."""
    for one in (text, f"{text}.", f"A.{text}", text.encode().hex() + ".A"):
        assert links.opened(INPUT, one) is None


def test_rotation_keeps_links(tmp_path: Path) -> None:
    """After a rotation old links are good, and new ones are signed with the new key."""
    links = links_in(tmp_path)
    before = links.upload(OPERATION, BASE, NOW)
    StorageKeys(tmp_path / "keys", [Store.INGRESS]).rotate(Store.INGRESS)
    after = links.upload(OPERATION, BASE, NOW)

    assert before != after
    assert links.opened(INPUT, text_of(before)) == links.opened(INPUT, text_of(after))


def test_key_is_of_the_client(links: SignedLinks) -> None:
    """The key to name is the same for a client, another for another."""
    other = replace(OPERATION, client_id="client2")

    assert links.key_arn(OPERATION) == links.key_arn(OPERATION)
    assert links.key_arn(OPERATION) != links.key_arn(other)
