"""`occoder remote code` against a service of the contract that is far away (R117, P1).

The service is a stand-in with no field beyond the contract, or few; what it codes depends
on the text alone.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from relay_proxy import RelayProxy
from remote_command import finished, killed, started
from remote_runs import rows_of, survey_of, write_survey
from remote_stand_in import StandIn
from remote_ways import Ways

from occoder.remote.side_folder import SideFolder
from occoder.service.transport.self_signed import FOR_CLIENTS, WITH_KEY, make_current

# Enough for an operation, and for some batches of rows to be written.
N_TEXTS, N_TIMES = 3500, 8


class Gate:
    """Lets the service wait at a place until the test opens it."""

    def __init__(self, what: str, at: int = 0) -> None:
        self._what = what
        self._at = at
        self._opened = threading.Event()
        self.is_reached = threading.Event()

    def __call__(self, what: str, at: int) -> None:
        """Wait, if this is the place."""
        if what == self._what and at >= self._at and not self._opened.is_set():
            self.is_reached.set()
            self._opened.wait(60)

    def open(self) -> None:
        """Let everybody through."""
        self._opened.set()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a large file, and what an undisturbed run makes of it."""
    place = tmp_path_factory.mktemp("undisturbed")
    write_survey(place / "survey.csv", survey_of(N_TEXTS) * N_TIMES)
    with StandIn() as service:
        command = started(service.address, place / "survey.csv", place / "coded.csv")
        assert 0 == finished(command)[0]
    return place


@pytest.mark.parametrize(
    ("what", "at"),
    [
        ("uploading", 100_000),
        ("uploaded", 0),
        ("polling", 1),
        ("downloading", 0),
        ("downloading", 400_000),
    ],
)
def test_killed_client_goes_on(tmp_path: Path, place: Path, what: str, at: int) -> None:
    """Killed during upload, polling or download, it goes on and writes the same bytes."""
    gate = Gate(what, at)
    target = tmp_path / "coded.csv"
    with StandIn(Ways(hold=gate)) as service:
        command = started(service.address, place / "survey.csv", target)
        killed(command, gate.is_reached.is_set)
        assert not target.exists()
        gate.open()
        code, said = finished(started(service.address, place / "survey.csv", target))

    assert 0 == code
    assert f"going on with operation {service.only_operation().operation_id}" in said
    assert (place / "coded.csv").read_bytes() == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())


def _is_joining(folder: SideFolder) -> bool:
    parts = folder.joined.parent.glob(".*.part")
    return any(part.exists() and part.stat().st_size for part in parts)


@pytest.mark.parametrize(
    "is_time",
    [
        lambda folder: folder.state.exists(),
        lambda folder: folder.input.exists() and folder.input.stat().st_size,
        lambda folder: folder.answers.exists(),
        _is_joining,
    ],
    ids=["begun", "reading", "sorting", "joining"],
)
def test_killed_at_its_own_work(
    tmp_path: Path, place: Path, is_time: Callable[[SideFolder], object]
) -> None:
    """Killed while it reads or writes files, it goes on, and leaves nothing at the end."""
    target = tmp_path / "coded.csv"
    folder = SideFolder(target)
    with StandIn() as service:
        command = started(service.address, place / "survey.csv", target)
        killed(command, lambda: is_time(folder))
        assert not target.exists()
        assert 0 == finished(started(service.address, place / "survey.csv", target))[0]

    assert (place / "coded.csv").read_bytes() == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())
    assert 1 == service.calls["create"]


def test_killed_between_calls(tmp_path: Path) -> None:
    """Killed in the middle of calls, it asks for the rest only."""
    gate = Gate("coding", 5)
    source = write_survey(tmp_path / "survey.csv", survey_of(3000))
    with StandIn(Ways(hold=gate)) as service:
        killed(started(service.address, source, tmp_path / "a.csv"), gate.is_reached.is_set)
        gate.open()
        assert 0 == finished(started(service.address, source, tmp_path / "a.csv"))[0]
        n_calls = service.calls["code"]
        assert 0 == finished(started(service.address, source, tmp_path / "b.csv"))[0]

    assert 11 == n_calls
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_killed_again_and_again(tmp_path: Path, place: Path) -> None:
    """However often it is killed, it comes to its end."""
    target = tmp_path / "coded.csv"
    with StandIn() as service:
        for what, at in [("uploading", 9), ("uploading", 150_000), ("downloading", 9)]:
            gate = Gate(what, at)
            service.ways.hold = gate
            command = started(service.address, place / "survey.csv", target)
            killed(command, gate.is_reached.is_set)
            gate.open()
        assert 0 == finished(started(service.address, place / "survey.csv", target))[0]

    assert (place / "coded.csv").read_bytes() == target.read_bytes()
    assert 1 == service.calls["create"]


def test_nobody_else_sees_the_texts(tmp_path: Path, place: Path) -> None:
    """While a run is unfinished, its texts are readable by their owner only."""
    gate = Gate("polling")
    target = tmp_path / "coded.csv"
    with StandIn(Ways(hold=gate)) as service:
        command = started(service.address, place / "survey.csv", target)
        killed(command, gate.is_reached.is_set)
        gate.open()

    assert 0o700 == SideFolder(target).path.stat().st_mode & 0o777
    assert 0o600 == SideFolder(target).state.stat().st_mode & 0o777
    assert "operationId" in SideFolder(target).state.read_text()


def test_command_says_what_it_does(tmp_path: Path) -> None:
    """The report, the operation and the summary are said on stderr, the texts are not."""
    rows = [("1", "zebra whisperer", "é"), ("2", "", ""), ("3", "zebra whisperer", "é")]
    source = write_survey(tmp_path / "survey.csv", rows)
    with StandIn() as service:
        command = started(service.address, source, tmp_path / "coded.csv", "--batch")
        code, said = finished(command)

    assert 0 == code
    assert "3 rows with 1 different texts; 1 more have one of these" in said
    assert f"operation {service.only_operation().operation_id} is made" in said
    assert "3 rows in" in said
    assert "OSCA 2024: " in said
    assert "zebra" not in said


def test_refusal_is_one_line(tmp_path: Path) -> None:
    """What stops it is told in a line, with what is left and the way on."""
    source = write_survey(tmp_path / "survey.csv", survey_of(3))
    with StandIn(Ways(is_public=True)) as service:
        code, said = finished(
            started(service.address, source, tmp_path / "coded.csv", "--batch", "-q")
        )
        left, refused = said.splitlines()
        done = started(service.address, source, tmp_path / "coded.csv", "--no-batch", "-q")
        assert (0, "") == finished(done)

    assert 1 == code
    assert "coded.csv.occoder keeps what is done, and texts" in left
    assert "refuses the request with 403" in refused
    assert 3 == len(rows_of(tmp_path / "coded.csv"))


@pytest.mark.parametrize("is_stated", [True, False], ids=["options", "environment"])
def test_private_authority_behind_a_proxy(tmp_path: Path, is_stated: bool) -> None:
    """A proxy and a private authority are named by options, or by the usual variables."""
    make_current(tmp_path / "tls", ["coder.example"], datetime.now(UTC))
    source = write_survey(tmp_path / "survey.csv", survey_of(3))
    trusted = str(tmp_path / "tls" / FOR_CLIENTS)
    with (
        StandIn(certificate=tmp_path / "tls" / WITH_KEY) as service,
        RelayProxy(service.port) as relay,
    ):
        proxy = f"http://127.0.0.1:{relay.port}"
        stated = ("--proxy", proxy, "--ca", trusted) if is_stated else ()
        environ = {} if is_stated else {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": trusted}
        command = started(
            "https://coder.example",
            source,
            tmp_path / "coded.csv",
            *stated,
            environ=environ,
        )
        assert 0 == finished(command)[0]

    assert relay.heads[0].startswith("CONNECT coder.example:443")
    assert 3 == len(rows_of(tmp_path / "coded.csv"))


def test_network_that_goes_and_comes(tmp_path: Path, place: Path) -> None:
    """A connection that breaks in every stage is made again, and the output is whole."""
    broken: set[str] = set()
    far = {"uploading": 100_000, "downloading": 400_000}

    def breaks(what: str, at: int) -> None:
        if what not in broken and at >= far.get(what, 0):
            broken.add(what)
            raise ConnectionError

    with StandIn(Ways(hold=breaks, n_waits=3)) as service:
        command = started(service.address, place / "survey.csv", tmp_path / "coded.csv")
        assert 0 == finished(command)[0]

    assert {"uploading", "uploaded", "polling", "downloading"} == broken
    assert (place / "coded.csv").read_bytes() == (tmp_path / "coded.csv").read_bytes()


def test_full_disk_is_told(tmp_path: Path, place: Path) -> None:
    """A disk that is full, whenever, is told in a line, and with room the run goes on."""
    source, target = place / "survey.csv", tmp_path / "coded.csv"
    with StandIn() as service:
        for n_bytes in (50_000, 200_000, 500_000, 900_000):
            command = started(service.address, source, target, max_file_bytes=n_bytes)
            code, said = finished(command)
            assert 1 == code
            assert "can't be written" in said.splitlines()[-1]
            assert not target.exists()
        assert 0 == finished(started(service.address, source, target))[0]

    assert (place / "coded.csv").read_bytes() == target.read_bytes()
    assert 1 == service.calls["create"]


@pytest.mark.parametrize(
    "options",
    [
        ("--suggestions", "4"),
        ("--proxy", "ftp://proxy"),
        ("--auth-url", "http://elsewhere.example"),
    ],
)
def test_misuse_is_told(tmp_path: Path, options: tuple[str, str]) -> None:
    """An option that can't be used is told as such, and nothing is begun."""
    source = write_survey(tmp_path / "survey.csv", survey_of(3))
    with StandIn() as service:
        command = started(service.address, source, tmp_path / "coded.csv", *options)
        assert 2 == finished(command)[0]

    assert [source] == list(tmp_path.iterdir())
