"""A real S3 store for tests: Ceph with one monitor, one disk in memory and one gateway.

It is up in about a second, in a folder of its own and at free ports of loopback, and
needs of Debian: apt install --no-install-recommends ceph-mon ceph-osd radosgw
"""

import base64
import os
import secrets
import shutil
import socket
import struct
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from occoder.settings.settings import Settings

PROGRAMS = (
    *("ceph", "ceph-mon", "ceph-osd", "monmaptool"),
    *("rados", "radosgw", "radosgw-admin"),
)
PATIENCE_S = 60
_MAX_STARTS = 3

# Keys of the store's key service; ARNs, since clients send them as they are given.
KEY = "arn:aws:kms:local:000000000000:key/occoder"
OTHER_KEY = "arn:aws:kms:local:000000000000:key/other"
# What settings name, and what stands there for the clients "one" and "two".
KEY_OF_CLIENT = "key-of-{client}"
KEYS = (KEY, OTHER_KEY, "key-of-one", "key-of-two")

_CONFIG = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{monitor_port}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {folder}/keyring
run dir = {folder}
log file = {folder}/$type.log
admin socket = ""
ms bind msgr1 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
# One monitor has nobody to agree with: without these, each new pool takes a second.
paxos propose interval = 0.02
paxos min wait = 0.01
[mon]
mon data = {folder}/mon
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 8589934592
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = {kms_keys}
"""
_CAPABILITIES = {
    "mon.": {"mon": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *"},
    "osd.0": {"mon": "allow profile osd", "osd": "allow *"},
    "client.rgw": {"mon": "allow rw", "osd": "allow rwx"},
}


@dataclass(frozen=True)
class S3User:
    """Credentials of a user of the store."""

    name: str
    access_key: str
    secret_key: str

    @property
    def environ(self) -> dict[str, str]:
        """Return where boto3 looks for them, and nowhere else."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@dataclass
class CephGateway:
    """A running store; its first user, "owner", may make buckets.

    Parameters
    ----------
    folder : Path
        Empty; gets all that it writes. Objects are in memory.
    """

    folder: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start it, and wait until it answers."""
        for attempt in range(_MAX_STARTS):
            try:
                self._start(self.folder / f"ceph-{attempt}")
                break
            except BaseException as error:
                self._kill()
                # Somebody may have taken a port that was free just before.
                is_last = attempt + 1 == _MAX_STARTS
                if is_last or not isinstance(error, AssertionError):
                    raise
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it: nothing in it is worth keeping."""
        self._kill()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self._port}"

    def settings(self, home: Path, **options: str | int) -> Settings:
        """Return settings with buckets of their own here, which are yet to be made."""
        prefix = f"s3://test-{secrets.token_hex(6)}"
        named = {"objects": prefix, "s3_endpoint": self.url, "s3_kms_key": KEY}
        return Settings(home=home, **{**named, **options})  # type: ignore[arg-type]

    def stored(self) -> bytes:
        """Return all that is on the disk of the objects, as it lies there."""
        words = ("-p", "default.rgw.buckets.data")
        names = self._run("rados", *words, "ls").decode().splitlines()
        return b"".join(self._run("rados", *words, "get", name, "-") for name in names)

    def pass_days(self) -> None:
        """Let the rules that delete act as if each second so far had been a day.

        Of the buckets that Ceph counts together only the first has its turn.
        """
        self._run("radosgw-admin", "lc", "process", "--rgw-lc-debug-interval", 1)

    def add_user(self, name: str) -> S3User:
        """Return a new user, who owns nothing."""
        user = S3User(name, secrets.token_hex(10), secrets.token_hex(20))
        self._run(
            *("radosgw-admin", "user", "create", "--uid", name, "--display-name", name),
            *("--access-key", user.access_key, "--secret", user.secret_key),
        )
        return user

    def _start(self, folder: Path) -> None:
        folder.mkdir()
        self._config = folder / "ceph.conf"
        monitor_port, self._port = _free_ports(2)
        fsid, disk = uuid.uuid4(), uuid.uuid4()
        kms_keys = " ".join(f"{name}={_random_key()}" for name in KEYS)
        config = _CONFIG.format(
            fsid=fsid,
            folder=folder,
            monitor_port=monitor_port,
            port=self._port,
            kms_keys=kms_keys,
        )
        self._config.write_text(config)
        keyring, monmap = folder / "keyring", folder / "monmap"
        keyring.write_text(_keyring())
        (folder / "osd").mkdir()
        address = f"[v2:127.0.0.1:{monitor_port}]"
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, monmap)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
        self._begin("ceph-mon", "-f", "-i", "a")
        self._run("ceph", "osd", "new", disk, "0")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        self._begin("ceph-osd", "-f", "-i", "0")
        self._begin("radosgw", "-f", "-n", "client.rgw")
        self._wait()
        self.owner = self.add_user("owner")

    def _run(self, *words: object) -> bytes:
        try:
            done = subprocess.run(
                [str(word) for word in words],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE_S,
            )
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{words[0]} did not end") from None
        assert 0 == done.returncode, done.stderr.decode(errors="replace")
        return done.stdout

    def _begin(self, *words: str) -> None:
        with self._config.with_name(f"{words[0]}.out").open("wb") as out:
            process = subprocess.Popen(
                words,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self._config.parent,
            )
        self._processes.append(process)

    @property
    def _environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "CEPH_CONF": str(self._config)}

    def _wait(self) -> None:
        stop = time.monotonic() + PATIENCE_S
        while True:
            with suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self._port), PATIENCE_S).close()
                return
            ended = [one.args for one in self._processes if one.poll() is not None]
            assert [] == ended, "a process of Ceph ended; its folder tells why"
            assert time.monotonic() < stop, "Ceph did not come up"
            time.sleep(0.05)

    def _kill(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait(PATIENCE_S)
        self._processes.clear()


@contextmanager
def ceph_gateway(folder: Path) -> Iterator[CephGateway]:
    """Yield a running store, with its owner's credentials where boto3 looks for them.

    Skips where Ceph is not installed.
    """
    missing = [one for one in PROGRAMS if shutil.which(one) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)}: apt install ceph-mon ceph-osd radosgw")
    with CephGateway(folder) as gateway, pytest.MonkeyPatch.context() as patch:
        for name, value in gateway.owner.environ.items():
            patch.setenv(name, value)
        yield gateway


def _keyring() -> str:
    return "".join(
        f"[{name}]\nkey = {_secret()}\n"
        + "".join(f'caps {of} = "{allowed}"\n' for of, allowed in capabilities.items())
        for name, capabilities in _CAPABILITIES.items()
    )


def _secret() -> str:
    """Return a secret of cephx: its kind, when it was made, its length, its bytes."""
    head = struct.pack("<hiih", 1, int(time.time()), 0, 16)
    return base64.b64encode(head + secrets.token_bytes(16)).decode()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _free_ports(n_ports: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n_ports)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
