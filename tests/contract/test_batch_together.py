"""All of it on several machines' worth of processes, with nothing shared but by settings.

Two gateways and two dispatchers on one PostgreSQL, one S3 store and one Dask cluster; then
processes of each kind are killed (issue section 4).
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from batch_client import BatchClient
from ceph_gateway import ceph_gateway
from dask_processes import DaskProcesses
from dispatching import Dispatching, wait_until
from served_process import ServedProcess
from service_database import database_url

from occoder.batch.objects.s3_setup import prepare_buckets
from occoder.settings.settings import Settings
from occoder.settings.tier import Tier

N_RECORDS = 170_000
LINES = b"\n".join(
    b'{"recordId": "%d", "occp_text": "baker %d of bread and cakes, pies and rolls", '
    b'"tasks_text": "kneading dough and minding ovens"}' % (i, i)
    for i in range(N_RECORDS)
)


class Machines:
    """Two machines that serve, two that dispatch, a cluster, a database, a store."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        enter = stack.enter_context
        store = enter(ceph_gateway(folder / "ceph"))
        made = store.settings(folder / "nobody")
        list(prepare_buckets(made))
        secrets = {name: one for name, one in os.environ.items() if name[:4] == "AWS_"}
        models = folder / "one" / "home"
        (folder / "dask").mkdir()
        self.cluster = enter(
            DaskProcesses(folder / "dask", {"OCCODER_HOME": str(models), **secrets})
        )
        self.environ = {
            "OCCODER_DATABASE_URL": enter(database_url("postgresql")),
            "OCCODER_OBJECTS": made.objects,
            "OCCODER_S3_ENDPOINT": made.s3_endpoint,
            "OCCODER_S3_KMS_KEY": made.s3_kms_key,
            "OCCODER_EXECUTOR": self.cluster.address,
            "OCCODER_KEYS_FOLDER": str(folder / "keys"),
            "OCCODER_STORAGE_KEYS_FOLDER": str(folder / "storage-keys"),
            "OCCODER_DISPATCHER": "false",
            "OCCODER_LEASE_S": "2",
            **secrets,
        }
        self.gateways = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            self.gateways.append(enter(ServedProcess(folder / name, self.environ)))
        for _ in range(2):
            self.cluster.add_worker()

    def dispatcher(self, name: str) -> Dispatching:
        """Return a dispatcher, which is yet to be started."""
        settings = Settings.from_environ(
            {
                **{k: v for k, v in self.environ.items() if k.startswith("OCCODER_")},
                "OCCODER_HOME": str(self.folder / "one" / "home"),
            }
        )
        return Dispatching(settings, self.folder / name, self.environ)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Yield all of them."""
    folder = tmp_path_factory.mktemp("machines")
    (folder / "ceph").mkdir()
    with ExitStack() as stack:
        yield Machines(folder, stack)


@pytest.fixture(scope="module")
def partners(machines: Machines) -> Iterator[list[BatchClient]]:
    """Yield the same partner at both gateways."""
    client = machines.gateways[0].add_client(tier=Tier.PARTNER)
    with ExitStack() as stack:
        yield [
            stack.enter_context(BatchClient(f"http://127.0.0.1:{one.port}", *client))
            for one in machines.gateways
        ]


def test_killed_processes_of_each_kind_change_nothing(
    machines: Machines, partners: list[BatchClient]
) -> None:
    """A file goes in at one gateway and comes out at the other, whoever is killed."""
    one, other = partners
    with machines.dispatcher("a") as first, machines.dispatcher("b") as second:
        undisturbed = output(other, one.coded(LINES))
        assert undisturbed.count(b"\n") == N_RECORDS
        assert json.loads(undisturbed.splitlines()[-1])["recordId"] == str(N_RECORDS - 1)

        operations = [one.create(), other.create()]
        for partner, operation in zip(partners, operations, strict=True):
            assert partner.upload(operation, LINES).status_code == 200
        wait_until(lambda: records_coded(one, operations[0]) > 0, every_s=0.3)
        machines.cluster.workers[0].kill()
        first.kill()
        for partner, operation in zip(reversed(partners), operations, strict=True):
            status = partner.ended(operation)
            assert status["operationStatus"] == "complete", status
            assert output(partner, status) == undisturbed
        assert second.stop() == 0


def test_what_was_uploaded_is_left_nowhere(
    machines: Machines, partners: list[BatchClient]
) -> None:
    """Ingress and validated are empty when an operation has ended."""
    with machines.dispatcher("c"):
        status = partners[0].coded(LINES[:2000].rpartition(b"\n")[0])
        assert status["operationStatus"] == "complete"
        wait_until(lambda: stored(machines) == {"ingress": 0, "validated": 0}, every_s=1)


def stored(machines: Machines) -> dict[str, int]:
    """Return how many objects `occoder retention` finds, but for egress."""
    done = machines.gateways[0].run("retention", "--json")
    found = {one["store"]: one["objects"] for one in json.loads(done.stdout)}
    assert found.pop("egress") > 0
    return found


def records_coded(partner: BatchClient, operation: dict[str, str]) -> int:
    """Return how far an operation is."""
    return int(partner.status(operation).json().get("recordsCoded", 0))


def output(partner: BatchClient, status: dict[str, str]) -> bytes:
    """Return the output, downloaded from the store itself."""
    answer = partner.get(status["responseDownloadUrl"])
    assert answer.status_code == 200, answer.text
    return answer.content
