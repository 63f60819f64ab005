"""Who may do what in a real S3 store, with the policies that the guide gives."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from ceph_gateway import CephGateway, S3User, ceph_gateway
from s3_batch import LINES, S3Batch

from occoder.batch.objects.probe import Role
from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_setup import prepare_buckets
from occoder.batch.operation import INPUT, Store
from occoder.settings.settings import Settings, variable

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "s3.md"
OBJECTS = [sys.executable, "-c", "from occoder.cli.objects import app; app()"]


@dataclass(frozen=True)
class Roles:
    """A store with buckets of the service, and a user for each role.

    Parameters
    ----------
    gateway : CephGateway
        The store.
    settings : Settings
        Those of the service.
    users : dict of str to S3User
        The three roles, and "stranger".
    """

    gateway: CephGateway
    settings: Settings
    users: dict[str, S3User]

    def environ(self, user: str) -> dict[str, str]:
        """Return the environment of a process of a user."""
        names = ("home", "objects", "s3_endpoint", "s3_kms_key")
        named = {variable(name): str(getattr(self.settings, name)) for name in names}
        return {"PATH": os.environ["PATH"], **named, **self.users[user].environ}

    def check(self, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `occoder objects check` as a user."""
        return subprocess.run(
            [*OBJECTS, "check", *words],
            env=self.environ(user),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def told(self, user: str) -> list[str]:
        """Return the lines about buckets, without their prefix."""
        lines = self.check(user).stdout.splitlines()[: len(Store)]
        return [line.replace(f"{self.settings.objects}-", "") for line in lines]


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    """The policies of the guide, applied."""
    with ceph_gateway(tmp_path_factory.mktemp("ceph")) as gateway:
        users = {name: gateway.add_user(name) for name in (*Role, "stranger")}
        settings = gateway.settings(tmp_path_factory.mktemp("home"))
        list(prepare_buckets(settings))
        prefix = settings.objects.removeprefix("s3://")
        for policy in re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL):
            named = policy.replace("batches-", f"{prefix}-").replace("123456789012", "")
            bucket = json.loads(named)["Statement"][0]["Resource"][0].split(":")[-1]
            s3_client(gateway.url, "").put_bucket_policy(Bucket=bucket, Policy=named)
        yield Roles(gateway, settings, users)


@pytest.mark.parametrize("role", list(Role))
def test_role_may_do_its_work(roles: Roles, role: Role) -> None:
    """With the policies of the guide each role may do what it needs."""
    done = roles.check(role, "--role", role)

    assert 0 == done.returncode, done.stdout
    assert f"{role}: may do its work" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize("role", list(Role))
def test_role_may_not_do_the_work_of_others(roles: Roles, role: Role) -> None:
    """No role may do what another one needs; then the command ends with 1."""
    for other in set(Role) - {role, Role.CODER if role is Role.DISPATCHER else role}:
        done = roles.check(role, "--role", other)

        assert 1 == done.returncode
        assert done.stdout.splitlines()[-1].startswith(f"{other}: may not ")


def test_gateway_reads_output_only(roles: Roles) -> None:
    """The gateway writes what is uploaded and reads what is downloaded, no more."""
    refused = "AccessDenied"

    assert [
        f"ingress: write yes, read {refused}, list {refused}, delete {refused}",
        f"validated: write {refused}, read {refused}, list {refused}, delete {refused}",
        f"egress: write {refused}, read yes, list yes, delete {refused}",
    ] == roles.told(Role.GATEWAY)


def test_coder_sees_chunks_only(roles: Roles) -> None:
    """Who codes reads chunks and writes output, and never sees what was uploaded."""
    refused = "AccessDenied"

    assert [
        f"ingress: write {refused}, read {refused}, list {refused}, delete {refused}",
        f"validated: write {refused}, read yes, list yes, delete {refused}",
        f"egress: write yes, read {refused}, list {refused}, delete {refused}",
    ] == roles.told(Role.CODER)


def test_stranger_may_do_nothing(roles: Roles) -> None:
    """Whoever has no role is refused everything."""
    words = {"AccessDenied", "403"}
    for line in roles.told("stranger"):
        found = {one.split()[1] for one in line.partition(": ")[2].split(", ")}

        assert found <= words


def test_links_of_the_gateway_work(
    roles: Roles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An upload link that the gateway signed is taken, and it can't read the input."""
    for name, value in roles.users[Role.GATEWAY].environ.items():
        monkeypatch.setenv(name, value)
    # Another name of the same machine, so that no client is there with other credentials.
    by_other_name = roles.gateway.url.replace("127.0.0.1", "localhost")
    settings = roles.gateway.settings(
        tmp_path, objects=roles.settings.objects, s3_endpoint=by_other_name
    )
    batch = S3Batch.new(settings)
    answer = httpx.put(batch.upload_url, headers=batch.headers, content=LINES)
    stolen = batch.links.download(batch.operation, INPUT, "", batch.operation.created_at)

    assert 200 == answer.status_code
    assert 403 == httpx.get(stolen.replace("-egress/", "-ingress/")).status_code
