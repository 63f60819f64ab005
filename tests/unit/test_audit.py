"""The audit log: what a line holds, floods, several processes, and a full disk."""

import json
import logging
import re
import stat
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from occoder.settings.settings import Settings
from occoder.telemetry.audit import DENIALS, MAX_DENIALS, Audit, SecurityEvent

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "watch-the-service.md"

NOW = 1_750_000_020.25
NOW_TOLD = "2025-06-15T15:07:00.250Z"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def audit(tmp_path: Path, clock: Clock) -> Audit:
    """An audit log in a folder that is not there yet."""
    return Audit(tmp_path / "service" / "audit.jsonl", clock)


def lines(audit: Audit) -> list[dict[str, str | int]]:
    """Return what the file holds."""
    return [json.loads(line) for line in audit.file.read_bytes().splitlines()]


def test_line_tells_what_and_who(audit: Audit) -> None:
    """A line has time, event, whoever is known, and the facts."""
    audit.record(
        SecurityEvent.TOKEN_ISSUED,
        client_id="client1",
        address="192.0.2.1",
        request_id="abc",
        tier="public",
        ttl_s=3600,
    )

    assert lines(audit) == [
        {
            "at": NOW_TOLD,
            "event": "token.issued",
            "client_id": "client1",
            "address": "192.0.2.1",
            "request_id": "abc",
            "tier": "public",
            "ttl_s": 3600,
        }
    ]


def test_unknown_is_left_out(audit: Audit) -> None:
    """Who is not known has no field."""
    audit.record("service.started")

    assert [{"at": NOW_TOLD, "event": "service.started"}] == lines(audit)


def test_other_events_are_refused(audit: Audit) -> None:
    """Only what is in the list can be recorded."""
    with pytest.raises(ValueError, match="token\\.lost"):
        audit.record("token.lost")

    assert not audit.file.exists()


def test_only_owner_reads(audit: Audit) -> None:
    """File and folder are for their owner only."""
    audit.record(SecurityEvent.SERVICE_STARTED)

    assert 0o600 == stat.S_IMODE(audit.file.stat().st_mode)
    assert 0o700 == stat.S_IMODE(audit.file.parent.stat().st_mode)


@pytest.mark.parametrize(
    "sent",
    ['x"}\n{"event":"key.rotated"}', "\u2028\u202e\x7f\x00", "\ud800", "x" * 100_000],
    ids=["line", "controls", "surrogate", "long"],
)
def test_nothing_sent_forges_a_line(audit: Audit, sent: str) -> None:
    """Whatever is sent as an id stays in its field, in ASCII, and is cut."""
    audit.record(SecurityEvent.TOKEN_REFUSED, client_id=sent)
    written = audit.file.read_bytes()

    assert (1, 1) == (written.count(b"\n"), len(lines(audit)))
    assert written.isascii() and len(written) < 400
    assert sent[:200] == lines(audit)[0]["client_id"]


def test_flood_is_counted(audit: Audit, clock: Clock) -> None:
    """The first 100 denials of a minute have lines, the others a number."""
    for _ in range(1_000):
        audit.record(SecurityEvent.THROTTLED, client_id="client1")
    clock.now += 60
    audit.record(SecurityEvent.THROTTLED, client_id="client1")
    *single, number, after = lines(audit)

    assert [MAX_DENIALS] == list(Counter(line["at"] for line in single).values())
    assert number == {
        "at": "2025-06-15T15:08:00.250Z",
        "event": "call.throttled",
        "minute": "2025-06-15T15:07:00.000Z",
        "n_more": 900,
    }
    assert "client1" == after["client_id"]


@pytest.mark.parametrize("event", SecurityEvent)
def test_only_denials_are_capped(audit: Audit, event: SecurityEvent) -> None:
    """What strangers can't cause is always recorded singly."""
    for _ in range(MAX_DENIALS + 2):
        audit.record(event)

    assert len(lines(audit)) == (MAX_DENIALS if event in DENIALS else MAX_DENIALS + 2)


def test_kinds_are_capped_apart(audit: Audit) -> None:
    """A flood of one kind of denial hides no other kind."""
    for _ in range(MAX_DENIALS + 1):
        audit.record(SecurityEvent.THROTTLED)
    audit.record(SecurityEvent.TOKEN_REFUSED)

    assert "token.refused" == lines(audit)[-1]["event"]


def test_numbers_are_told_once(audit: Audit, clock: Clock) -> None:
    """A flush tells what was held back; another flush or the next minute does not."""
    for _ in range(MAX_DENIALS + 5):
        audit.record(SecurityEvent.ACCESS_DENIED)
    audit.flush()
    audit.flush()
    audit.record(SecurityEvent.ACCESS_DENIED)
    clock.now += 60
    audit.record(SecurityEvent.KEY_ROTATED)

    assert [5, 1] == [line["n_more"] for line in lines(audit) if "n_more" in line]


def test_stop_tells_numbers(audit: Audit) -> None:
    """When the service stops nothing is held back."""
    for _ in range(MAX_DENIALS + 5):
        audit.record(SecurityEvent.ACCESS_DENIED)
    audit.record(SecurityEvent.SERVICE_STOPPED)

    assert 5 == lines(audit)[-1]["n_more"]


def test_file_may_be_rotated(audit: Audit) -> None:
    """When the file is moved away the next line begins a new one."""
    audit.record(SecurityEvent.SERVICE_STARTED)
    audit.file.rename(audit.file.with_suffix(".1"))
    audit.record(SecurityEvent.SERVICE_STOPPED)

    assert ["service.stopped"] == [line["event"] for line in lines(audit)]


def test_full_disk_breaks_nothing(caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    """On a full disk events are lost without an error, and that is told once."""
    audit = Audit(Path("/dev/full"), clock)
    for _ in range(3):
        audit.record(SecurityEvent.CLIENT_ADDED, client_id="client1")

    assert ["occoder.audit"] == [record.name for record in caplog.records]
    assert [logging.ERROR] == [record.levelno for record in caplog.records]


def test_lost_lines_are_counted(audit: Audit) -> None:
    """The first line that can be written again says how many could not."""
    audit.file.mkdir(parents=True)
    for _ in range(3):
        audit.record(SecurityEvent.CLIENT_ADDED)
    audit.file.rmdir()
    audit.record(SecurityEvent.CLIENT_REMOVED)
    audit.record(SecurityEvent.CLIENT_RESUMED)

    assert [3, None] == [line.get("n_lost") for line in lines(audit)]


TORN = """
import resource, signal, sys
from pathlib import Path
from occoder.telemetry.audit import Audit
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
audit = Audit(Path(sys.argv[1]), lambda: 1_750_000_000.0)
audit.record("service.started")
limit = audit.file.stat().st_size + 20
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
audit.record("client.added", client_id="lost")
audit.record("client.added", client_id="lost")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
audit.record("client.removed", client_id="kept")
"""


def test_torn_line_stays_alone(audit: Audit) -> None:
    """A line of which the disk took only a part does not spoil the next."""
    subprocess.run([sys.executable, "-c", TORN, audit.file], check=True, timeout=60)
    first, torn, last = audit.file.read_bytes().splitlines()

    assert "service.started" == json.loads(first)["event"]
    assert 20 == len(torn)
    assert ("kept", 2) == (json.loads(last)["client_id"], json.loads(last)["n_lost"])


WRITER = """
import sys
from pathlib import Path
from occoder.telemetry.audit import Audit
audit = Audit(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for i in range(1_000):
    audit.record("token.issued", client_id=sys.argv[2], number=i)
"""


def test_processes_share_a_file(audit: Audit) -> None:
    """Lines of two processes that write at the same time stay whole and in order."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, audit.file, name * 150],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in "ab"
    ]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    found = lines(audit)

    assert 2_000 == len(found)
    for name in "ab":
        mine = [line["number"] for line in found if line["client_id"] == name * 150]
        assert list(range(1_000)) == mine


def test_threads_share_the_count(audit: Audit) -> None:
    """Denials from several threads at once are all counted."""
    with ThreadPoolExecutor(4) as threads:
        for _ in range(400):
            threads.submit(audit.record, SecurityEvent.ACCESS_DENIED)
    audit.flush()

    assert (101, 300) == (len(lines(audit)), lines(audit)[-1]["n_more"])


def test_settings_name_the_file(tmp_path: Path) -> None:
    """The file is the one of the settings, by default in the data folder."""
    default = Audit.from_settings(Settings(home=tmp_path))
    named = Audit.from_settings(Settings(home=tmp_path, audit_file="/var/log/audit"))

    assert tmp_path / "service" / "audit.jsonl" == default.file
    assert Path("/var/log/audit") == named.file
    assert [] == list(tmp_path.iterdir())


def test_page_lists_every_event() -> None:
    """The guide has a row for each event, in the order of the list, and for no other."""
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert [event.value for event in SecurityEvent] == rows


def test_page_names_what_is_capped() -> None:
    """The guide names the events of which a flood is only counted."""
    sentence = re.search(
        r"^So of (.*) the first 100 ", PAGE.read_text("utf-8"), re.MULTILINE
    )

    assert set(DENIALS) == set(re.findall(r"`([\w.]+)`", sentence[1]))
    assert 100 == MAX_DENIALS
