"""What libraries log, those that handle a request above all."""

import asyncio
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_output import LogOutput, caught_log

from occoder.telemetry.library_log import literals

CANARY = "canary sings opera"


@pytest.fixture
def output() -> Iterator[LogOutput]:
    """What is logged, as JSON."""
    with caught_log() as found:
        yield found


def test_template_without_arguments(output: LogOutput) -> None:
    """A message that stands in the source is told, without what was put into it."""
    logging.getLogger("uvicorn.error").info("Started %s of %d", CANARY, 7)
    entry = output.entries[0]

    assert ("library", "Started %s of %d") == (entry["event"], entry["text"])
    assert ("info", "uvicorn.error") == (entry["level"], entry["logger"])
    assert entry["where"].startswith("unit/test_library_log.py:")
    assert CANARY not in output.getvalue()


def test_r97_made_up_messages_are_withheld(output: LogOutput) -> None:
    """Of a message that was put together only the place is told."""
    logger = logging.getLogger("uvicorn.error")
    logger.error(f"could not code {CANARY}")
    logger.error("could not code " + CANARY + " with %d", 7)
    logger.error(ValueError(CANARY))

    assert 3 == len(output.entries)
    for entry in output.entries:
        assert "text" not in entry
        assert "test_r97_made_up_messages_are_withheld" == entry["where"].split()[-1]
    assert CANARY not in output.getvalue()


def test_r97_errors_keep_silent(output: LogOutput) -> None:
    """An error that a library logs is type and frames."""
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("Failed: %s", CANARY)

    assert "ValueError" == output.entries[0]["error"]
    assert CANARY not in output.getvalue()


def test_r97_event_loop_keeps_silent(output: LogOutput) -> None:
    """A callback that fails is told without its arguments and its error's message."""

    def fail(text: str) -> None:
        raise ValueError(text)

    async def call_later() -> None:
        asyncio.get_running_loop().call_soon(fail, CANARY)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(call_later())
    entry = output.entries[0]

    assert ("asyncio", "ValueError") == (entry["logger"], entry["error"])
    assert "text" not in entry
    assert CANARY not in output.getvalue()


def test_our_names_and_facts_stay(output: LogOutput) -> None:
    """A module of ours that logs by the standard library keeps event and known facts."""
    logger = logging.getLogger("occoder.server")
    logger.warning("turned_away", extra={"reason": "slow_header", "n": 3, "sent": CANARY})

    assert [{"reason": "slow_header", "n": 3, "logger": "occoder.server"}] == [
        {key: entry[key] for key in ("reason", "n", "logger")} for entry in output.entries
    ]
    assert "turned_away" == output.entries[0]["event"]
    assert CANARY not in output.getvalue()


def test_facts_of_libraries_are_dropped(output: LogOutput) -> None:
    """A library can't give facts, even by a known key, nor change level or event."""
    extra = {"reason": CANARY, "level": CANARY, "event": CANARY, "text": CANARY}
    logging.getLogger("some.library").warning("odd", extra=extra)
    logging.getLogger("occoder.x").warning("odd", extra={"level": CANARY, "event": CANARY})

    assert ["library", "odd"] == [entry["event"] for entry in output.entries]
    assert CANARY not in output.getvalue()


def test_chatter_is_left_out(output: LogOutput) -> None:
    """Of other libraries only warnings and worse are told."""
    logging.getLogger("some.library").info("hello")
    logging.getLogger("some.library").warning("mind the gap")

    assert ["mind the gap"] == [entry["text"] for entry in output.entries]


def test_odd_levels_have_names(output: LogOutput) -> None:
    """A level between two names has the lower one, one beyond the last has the last."""
    logger = logging.getLogger("some.library")
    for level in (35, 60):
        logger.log(level, "odd")

    assert ["warning", "critical"] == [entry["level"] for entry in output.entries]


def test_literals_of_a_source(tmp_path: Path) -> None:
    """Texts count where they stand whole; what can't be read has none."""
    source = tmp_path / "source.py"
    source.write_text('say("a" "b", f"c{d}", 7)', encoding="utf-8")
    broken = tmp_path / "broken.py"
    broken.write_bytes(b"say(\x00")

    assert "ab" in literals(str(source)) and "cd" not in literals(str(source))
    assert frozenset() == literals(str(broken)) == literals(str(tmp_path / "none.py"))


SERVER = """
import asyncio, sys
import uvicorn
from occoder.telemetry.logs import configure

CANARY, what = sys.argv[1:]

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        if what == "startup":
            await send({"type": "lifespan.startup.failed", "message": CANARY})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        raise ValueError(CANARY)

async def main():
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="on")
    configure("json")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        port = server.servers[0].sockets[0].getsockname()[1]
        for sent in (f"GET /?{CANARY.replace(' ', '+')} HTTP/1.1\\r\\nHost: a", CANARY):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent.encode() + b"\\r\\nConnection: close\\r\\n\\r\\n")
            await reader.read()
            writer.close()
        server.should_exit = True
    await serving

try:
    asyncio.run(main())
except SystemExit:
    pass
"""


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        (
            "calls",
            {
                "Started server process [%d]",
                "Exception in ASGI application",
                "Invalid HTTP request received.",
                "Shutting down",
            },
        ),
        ("startup", {"Application startup failed. Exiting."}),
    ],
    ids=["calls", "startup"],
)
def test_r97_uvicorn_keeps_silent(what: str, seen: set[str]) -> None:
    """A real server that is sent a text, and fails over it, never writes it."""
    ran = subprocess.run(
        [sys.executable, "-c", SERVER, CANARY, what],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    texts = set(re.findall(r'"text":"([^"]*)"', ran.stderr))

    assert set() == seen - texts
    assert CANARY not in ran.stderr and CANARY.replace(" ", "+") not in ran.stderr
    assert "" == ran.stdout
    assert ("ValueError" in ran.stderr) == (what == "calls")
