"""The log: what a line holds, and what never gets into one."""

import asyncio
import io
import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from log_output import NOW, NOW_TOLD, LogOutput, caught_log

from occoder.settings.tier import Tier
from occoder.telemetry.logs import KNOWN_KEYS, UNNAMED, configure, log, log_request

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "watch-the-service.md"

CANARY = "canary sings opera"


@pytest.fixture
def output() -> Iterator[LogOutput]:
    """What is logged, as JSON."""
    with caught_log() as found:
        yield found


def log_one_request() -> None:
    """Log a request."""
    log_request(
        request_id="0123",
        client="client1",
        route="/topics/{topic}/code",
        status=200,
        ms=1.25,
        n_records=3,
    )


def test_request_is_one_line(output: LogOutput) -> None:
    """A request is one line with time, id, client, route, status, duration, records."""
    log_one_request()

    assert output.entries == [
        {
            "at": NOW_TOLD,
            "level": "info",
            "event": "request",
            "request_id": "0123",
            "client": "client1",
            "route": "/topics/{topic}/code",
            "status": 200,
            "ms": 1.25,
            "n_records": 3,
        }
    ]


def test_request_keys_are_known(output: LogOutput) -> None:
    """The fast way of a request's line has no key that the slow way would drop."""
    log_one_request()

    assert set() == set(output.entries[0]) - KNOWN_KEYS - {"at", "level", "event"}


def test_both_ways_write_the_same(output: LogOutput) -> None:
    """A request logged like any event gives the same line."""
    log_one_request()
    log.info(
        "request",
        request_id="0123",
        client="client1",
        route="/topics/{topic}/code",
        status=200,
        ms=1.25,
        n_records=3,
    )
    fast, slow = output.entries

    assert fast == slow


@pytest.mark.parametrize("level", ["info", "warning", "error", "critical"])
def test_level_is_told(output: LogOutput, level: str) -> None:
    """A line says how bad it is."""
    getattr(log, level)("model_not_usable", model="abc")

    assert [(level, "model_not_usable", "abc")] == [
        (entry["level"], entry["event"], entry["model"]) for entry in output.entries
    ]


def test_debug_is_not_written(output: LogOutput) -> None:
    """What is for developers only is dropped."""
    log.debug("request", n=1)

    assert [] == output.entries


def test_r97_unknown_keys_are_dropped(output: LogOutput) -> None:
    """A fact whose key is not in the list is not written."""
    log.info("request", occp_text=CANARY, body=CANARY, record={"title": CANARY}, n=1)
    log.bind(tasks_text=CANARY).info("request", n=2)

    assert [1, 2] == [entry["n"] for entry in output.entries]
    assert CANARY not in output.getvalue()


@pytest.mark.parametrize("event", [CANARY, f"coded {CANARY}", "", "200"])
def test_r97_sentences_are_no_events(output: LogOutput, event: str) -> None:
    """An event is a name; whatever else is put in its place is not written."""
    log.info(event, n=1)
    log.info("coded %s", CANARY)

    assert [UNNAMED, UNNAMED] == [entry["event"] for entry in output.entries]
    assert CANARY not in output.getvalue()


def test_r97_objects_are_not_spelt_out(output: LogOutput) -> None:
    """Of a value that is no name and no number only the type is told."""
    log.info("request", reason=io.StringIO(CANARY), n=1, tier=Tier.PUBLIC)

    assert ("StringIO", "public") == (
        output.entries[0]["reason"],
        output.entries[0]["tier"],
    )


def raise_with_canary(text: str) -> None:
    """Raise an error that tells what it should not."""
    raise ValueError(f"could not code {text}")


@pytest.mark.parametrize("way", ["error", "flag", "tuple", "exception"])
def test_r97_errors_keep_silent(output: LogOutput, way: str) -> None:
    """An error is logged by type and frames, without its message or variables."""
    try:
        raise_with_canary(CANARY)
    except ValueError as error:
        if way == "exception":
            log.exception("unexpected")
        else:
            given = {"error": error, "flag": True, "tuple": sys.exc_info()}[way]
            log.error("unexpected", exc_info=given)
    entry = output.entries[0]

    assert ("error", "ValueError") == (entry["level"], entry["error"])
    assert "raise_with_canary" == entry["frames"][-1].split()[-1]
    assert CANARY not in output.getvalue()


@pytest.mark.parametrize("given", [None, False, True], ids=str)
def test_no_error_no_frames(output: LogOutput, given: bool | None) -> None:
    """Where there is no error nothing is told of one."""
    log.error("unexpected", exc_info=given)

    assert "frames" not in output.entries[0]


@pytest.mark.parametrize("client", ["a\nb", "\u2028", "\ud800", 'x"}', "Māori"], ids=ascii)
def test_one_line_an_event(output: LogOutput, client: str) -> None:
    """Whatever a value holds, the line is one line of ASCII, and the value comes back."""
    log.info("request", client=client)

    assert output.getvalue().isascii()
    assert [client] == [entry["client"] for entry in output.entries]


def test_time_goes_on() -> None:
    """Each line has its own time, within a second and over its end."""
    times = iter([NOW, NOW + 0.5, NOW + 1, NOW - 3600])
    with caught_log(clock=lambda: next(times)) as output:
        for _ in range(4):
            log.info("request")

    assert [entry["at"] for entry in output.entries] == [
        "2025-06-15T15:06:40.062Z",
        "2025-06-15T15:06:40.562Z",
        "2025-06-15T15:06:41.062Z",
        "2025-06-15T14:06:40.062Z",
    ]


def test_console_is_readable() -> None:
    """For a person a line has the same facts, without braces."""
    with caught_log("console") as output:
        log_one_request()
        log.info("request", occp_text=CANARY)
    first, second = output.getvalue().splitlines()

    assert first.startswith(NOW_TOLD)
    assert "request_id=0123" in first and "{topic}" in first and "status=200" in first
    assert CANARY not in second


class Terminal(LogOutput):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "starts"),
    [(Terminal(), "\x1b["), (LogOutput(), '{"at"')],
    ids=["tty", "file"],
)
def test_auto_looks_at_the_stream(stream: LogOutput, starts: str) -> None:
    """By default a terminal gets readable lines in colour, everything else JSON."""
    with caught_log():
        configure("auto", stream)
        log_one_request()

    assert stream.getvalue().startswith(starts)


def test_standard_error_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream lines go to standard error, whatever that is at the time."""
    with caught_log():
        configure("json")
        log_one_request()
    written = capsys.readouterr()

    assert ("", 1) == (written.out, written.err.count('"event":"request"'))


def test_full_disk_breaks_nothing(output: LogOutput) -> None:
    """What can't be written is lost, and nobody who logs is disturbed."""
    full = Path("/dev/full").open("w", buffering=1)
    configure("json", full)
    for _ in range(1_000):
        log_one_request()
    with suppress(OSError):
        full.close()
    log_one_request()
    configure("json", output)
    log_one_request()

    assert 1 == len(output.entries)


def test_configured_again_not_twice(output: LogOutput) -> None:
    """However often it is set up, an event of a library is one line."""
    configure("json", output)
    configure("json", output)
    logging.getLogger("uvicorn.error").info("Shutting down")

    assert 1 == len(output.entries)


def test_paths_are_not_logged(output: LogOutput) -> None:
    """Lines of requests from uvicorn itself, which hold paths, have no way out."""
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO)
    access.info('%s - "%s %s"', "127.0.0.1", "GET", f"/topics/{CANARY}")

    assert [] == output.entries


@pytest.mark.filterwarnings("default")
def test_r97_warnings_keep_silent(output: LogOutput) -> None:
    """A warning is logged by type and place, without its message."""
    warnings.warn(f"odd value {CANARY}", UserWarning, stacklevel=1)

    assert ["warned", "UserWarning"] == [
        output.entries[0][key] for key in ("event", "error")
    ]
    assert output.entries[0]["where"].startswith("unit/test_logs.py:")
    assert CANARY not in output.getvalue()


def test_page_shows_a_line(output: LogOutput) -> None:
    """The line in the guide has the keys of a real one, in the same order."""
    log_one_request()
    shown = re.search(r"^```json\n(.*)\n```$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert list(output.entries[0]) == list(json.loads(shown[1]))


def test_lines_of_requests_come_soon(output: LogOutput) -> None:
    """Lines of requests are written together, soon, in every loop, and before others."""
    facts = {"client": "", "route": "/", "status": 200, "ms": 1.0, "n_records": 0}

    async def answer_some(first: int) -> list[int]:
        seen = []
        for i in range(first, first + 3):
            log_request(request_id=str(i), **facts)
        seen.append(len(output.entries))
        await asyncio.sleep(0.5)
        seen.append(len(output.entries))
        return seen

    assert [0, 3] == asyncio.run(answer_some(0))
    assert [3, 6] == asyncio.run(answer_some(3))
    assert [str(i) for i in range(6)] == [one["request_id"] for one in output.entries]
