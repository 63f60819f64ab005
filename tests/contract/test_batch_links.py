"""Links are good for what they were given for, for as long, and leave no trace."""

import base64
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_calls import code_of, made
from running_service import Nowhere, RunningService
from toy_served import toy_model_folder

from occoder.batch.operation import Store
from occoder.telemetry.logs import flush, write_to


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service."""
    folder = tmp_path_factory.mktemp("toy")
    with RunningService(folder / "home", [toy_model_folder(folder)]) as running:
        yield running


def test_altered_link(toy: RunningService) -> None:
    """Whatever character of a link is changed, left out or added, it is good no more."""
    operation = made(toy)
    path, _, link = operation.path.partition("link=")
    chance = random.Random(1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!=%"
    altered = [link[:-1], link[1:], link + "A", link + "=", f"{link}&x=1", "", "."]
    for i in range(len(link)):
        other = chance.choice(alphabet.replace(link[i], ""))
        altered.append(link[:i] + other + link[i + 1 :])
    last = alphabet.index(link[-1])
    altered.append(link[:-1] + alphabet[(last & ~3) | ((last + 1) & 3)])
    for one in altered:
        answer = toy.http.put(f"{path}link={one}", headers=operation.headers)
        assert 403 == answer.status_code, one
        assert "SignatureDoesNotMatch" == code_of(answer), one

    assert 200 == operation.put(b"{}").status_code


def test_no_link(toy: RunningService) -> None:
    """Without a link, access is denied."""
    for path in ("/v1/objects/input", "/objects/input?"):
        answer = toy.http.put(path, content=b"{}")
        assert (403, "AccessDenied") == (answer.status_code, code_of(answer))
    for name in ("output", "metadata"):
        assert 403 == toy.http.get(f"/v1/objects/{name}").status_code


def test_link_is_for_one_thing(toy: RunningService) -> None:
    """A link opens neither anything else of its operation nor anything of another."""
    operation, other = made(toy), made(toy)
    operation.complete([b"one\n"])
    output, metadata = operation.links()
    swapped = {
        output: "/v1/objects/metadata",
        metadata: "/v1/objects/output",
        other.path: "/v1/objects/output",
    }
    for link, path in swapped.items():
        answer = toy.http.get(f"{path}?{link.partition('?')[2]}")
        assert (403, "SignatureDoesNotMatch") == (answer.status_code, code_of(answer))
    answer = toy.http.put(
        f"/v1/objects/input?{output.partition('?')[2]}", headers=other.headers
    )
    assert (403, "SignatureDoesNotMatch") == (answer.status_code, code_of(answer))


def test_link_of_another_service(toy: RunningService, tmp_path: Path) -> None:
    """A link that another service signed, with keys of its own, is none here."""
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)]) as other:
        path = made(other).path

    assert 403 == toy.http.put(path, headers=made(toy).headers).status_code


def test_rotated_keys_leave_links_good(tmp_path: Path) -> None:
    """When the keys are rotated, links that were given before are still good."""
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)]) as toy:
        operation = made(toy)
        toy.parts.batches.storage_keys.rotate(Store.INGRESS)

        assert 200 == operation.put(b"{}").status_code
        assert operation.path != made(toy).path


def test_strict_queries_let_links_pass(tmp_path: Path) -> None:
    """Where a query string is refused, links still have theirs."""
    environ = {"OCCODER_STRICT_QUERIES": "true"}
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)], environ) as toy:
        assert 200 == made(toy).put(b"{}").status_code
        assert 400 == toy.get("/v1/topics?x=1").status_code


def test_links_are_served_under_any_host(tmp_path: Path) -> None:
    """With host names per tier, a link works under the host that the client called."""
    environ = {
        "OCCODER_PARTNER_API_HOST": "partner-coder.api.example.org",
        "OCCODER_PARTNER_AUTH_HOST": "localhost",
        "OCCODER_PUBLIC_URL": "https://files.example.org",
    }
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)], environ) as toy:
        host = {"Host": "partner-coder.api.example.org"}
        token = toy.http.post(
            "/oauth2/token",
            content="grant_type=client_credentials",
            auth=(toy.partner.client_id, toy.partner_secret),
            headers={"Host": "localhost"},
        ).json()["access_token"]
        answer = toy.http.post(
            "/v1/topics/toy/batch-code", headers={**host, "Authorization": token}
        ).json()
        path = answer["requestUploadUrl"].removeprefix("https://files.example.org")
        key = answer["bucketKmsKeyArn"]
        sent = {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": key,
            "Host": "files.example.org",
        }

        assert 200 == toy.http.put(path, content=b"{}", headers=sent).status_code


def test_links_are_in_no_log(toy: RunningService) -> None:
    """No line of the log holds a link, whatever becomes of it."""
    stream = io.StringIO()
    write_to(stream)
    try:
        operation = made(toy)
        toy.http.put(operation.path, content=b"{}")
        toy.http.put(f"{operation.path}x", content=b"{}")
        operation.put(b"{}")
        operation.complete([b"one\n"])
        output = operation.links()[0]
        toy.http.get(output)
        toy.http.get(output.replace("output", "nothing"))
        flush()
    finally:
        write_to(Nowhere())
    said = stream.getvalue()

    assert said.count('"event":"request"') >= 6
    for link in (operation.path, output):
        assert link.partition("link=")[2] not in said
        assert link.partition("link=")[2].partition(".")[0] not in said


def test_link_tells_nothing(toy: RunningService) -> None:
    """A link holds the id of its operation and times, no name of anyone."""
    operation = made(toy)
    facts = operation.path.partition("link=")[2].partition(".")[0]
    content = base64.urlsafe_b64decode(facts + "=" * (-len(facts) % 4))

    assert bytes.fromhex(operation.id.replace("-", "")) == content[:16]
    assert 32 == len(content)
