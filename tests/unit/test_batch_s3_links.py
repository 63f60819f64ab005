"""Links to an S3 store, as they are signed; the contract tests use them."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.s3_links import S3Links
from occoder.batch.operation import METADATA, Operation
from occoder.errors import ObjectsUnreachable
from occoder.settings.settings import Settings

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials, which no store has to know to sign with them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "example")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never sent")


def links(tmp_path: Path, **options: object) -> S3Links:
    """Return links of a store that nobody asks."""
    named = {
        "objects": "s3://batches",
        "s3_endpoint": "https://objects.example.org",
        "s3_kms_key": "key-of-{client}",
        **options,
    }
    return S3Links(Settings(home=tmp_path, **named))  # type: ignore[arg-type]


def operation(*, ttl_s: float = 3600, expires_at: float = 0.0) -> Operation:
    """Return an operation of the client "one"."""
    return Operation(
        operation_id=str(uuid4()),
        client_id="one",
        topic="osca",
        model_id="m",
        created_at=NOW,
        upload_until=NOW + ttl_s,
        expires_at=expires_at,
    )


def queries(url: str) -> dict[str, str]:
    """Return the query of a link."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_each_client_has_its_key(tmp_path: Path) -> None:
    """What stands for the client in the setting becomes its id."""
    assert "key-of-one" == links(tmp_path).key_arn(operation())


def test_one_key_serves_all_clients(tmp_path: Path) -> None:
    """A key that names no client is that of all."""
    assert "shared" == links(tmp_path, s3_kms_key="shared").key_arn(operation())


def test_upload_link_covers_the_headers(tmp_path: Path) -> None:
    """An upload link leads to the input, and its signature covers both headers."""
    one = operation()
    url = links(tmp_path).upload(one, "https://service.example.org", NOW)
    place = f"https://objects.example.org/batches-ingress/{one.operation_id}/input"

    assert place == url.partition("?")[0]
    assert [
        "host",
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
    ] == queries(url)["X-Amz-SignedHeaders"].split(";")


@pytest.mark.parametrize(
    ("ttl_s", "expected"), [(3600, "3600"), (-5, "1"), (10**7, "604800")]
)
def test_upload_link_ends_with_its_time(
    tmp_path: Path, ttl_s: float, expected: str
) -> None:
    """An upload link is good until the upload must begin, as far as S3 lets it be."""
    url = links(tmp_path).upload(operation(ttl_s=ttl_s), "", NOW)

    assert expected == queries(url)["X-Amz-Expires"]


@pytest.mark.parametrize(
    ("name", "file_ending", "content_type"),
    [
        (OUTPUT, "jsonl", "application/octet-stream"),
        (METADATA, "metadata.json", "application/json"),
    ],
)
def test_download_link_names_the_file(
    tmp_path: Path, name: str, file_ending: str, content_type: str
) -> None:
    """A download link leads to the object, and tells a browser name and type."""
    one = operation()
    url = links(tmp_path).download(one, name, "", NOW)
    disposition = f'attachment; filename="{one.operation_id}.{file_ending}"'

    assert f"/batches-egress/{one.operation_id}/{name}" == urlsplit(url).path
    assert disposition == queries(url)["response-content-disposition"]
    assert content_type == queries(url)["response-content-type"]
    assert "host" == queries(url)["X-Amz-SignedHeaders"]


@pytest.mark.parametrize(
    ("expires_at", "expected"), [(0.0, "900"), (NOW + 9999, "900"), (NOW + 60, "60")]
)
def test_download_link_ends_with_its_time(
    tmp_path: Path, expires_at: float, expected: str
) -> None:
    """A download link is good for the time that is set, or until its object goes."""
    made = links(tmp_path, download_url_ttl_s=900)
    url = made.download(operation(expires_at=expires_at), OUTPUT, "", NOW)

    assert expected == queries(url)["X-Amz-Expires"]


def test_link_at_aws_has_the_region(tmp_path: Path) -> None:
    """Without an endpoint a link leads to the bucket's own name in its region."""
    made = links(tmp_path, s3_endpoint="", s3_region="ap-southeast-2")
    host = urlsplit(made.upload(operation(), "", NOW)).hostname

    assert "batches-ingress.s3.ap-southeast-2.amazonaws.com" == host


def test_missing_credentials_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials nothing can be signed."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    made = links(tmp_path, s3_endpoint="https://other.example.org")
    with pytest.raises(ObjectsUnreachable) as caught:
        made.upload(operation(), "", NOW)

    assert "NoCredentialsError" == caught.value.problem
