"""Measure the service through HTTP: `python benchmarks/service.py`.

The server has one core, the load generator another. A bare Starlette handler that parses
and echoes the same JSON is driven in the same run: the ratio to it is what to compare
between machines. With `--soak SECONDS` a mixed load of good and bad calls follows.
"""

import argparse
import base64
import json
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from record import Recorder
from served import Server, add_client, drive, echo, occoder
from soak import soak
from texts import answers

from occoder.catalogue import Catalogue
from occoder.loading import locate

N_CONNECTIONS: Final = 32
N_BODIES: Final = 2_000
BATCH: Final = 300
SERVER_CORE, LOAD_CORE = 0, 1
N_STARTS: Final = 5


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--python", default=sys.executable, help="of the environment that serves"
    )
    parser.add_argument("--soak", type=float, default=0, help="seconds of mixed load")
    options = parser.parse_args()
    settings = {name: one for name, one in vars(options).items() if name != "python"}
    recorder = Recorder("service", settings)
    with data_folder() as home:
        figures: dict[str, Any] = {"start": start(home, options.python)}
        figures["single"] = compared(home, singles(), N_CONNECTIONS, options)
        figures["batch"] = compared(home, batches(), 1, options)
        figures["batch"]["records_per_s"] = BATCH * figures["batch"]["requests_per_s"]
        if options.soak:
            with occoder(home, options.python) as server:
                figures["soak"] = soak(server, token(server, home), options.soak)
    print(json.dumps(figures, indent=1))
    print(recorder.write(figures, []))


@contextmanager
def data_folder(scratch: Path | None = None) -> Iterator[Path]:
    """Return a data folder with both bundled models, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="occoder-benchmark-", dir=scratch) as name:
        home = Path(name) / "home"
        for topic in ("osca", "anzsco"):
            locate(topic)
            shutil.copytree(Catalogue().home / "models" / topic, home / "models" / topic)
        yield home


def start(home: Path, python: str) -> dict[str, Any]:
    """Time starts to the first good answer, and look at the memory then."""
    seconds, memory = [], 0.0
    for _ in range(N_STARTS):
        with occoder(home, python) as server:
            seconds.append(server.ready_s)
            memory = max(memory, server.memory_mb())
    return {"seconds": median(seconds), "best_seconds": min(seconds), "memory_mb": memory}


def singles() -> list[str]:
    """Return bodies of one record each."""
    found = answers(N_BODIES)
    return [
        json.dumps({"record": {"occp_text": title, "tasks_text": tasks}})
        for title, tasks in zip(found.titles, found.tasks, strict=True)
        if 3 <= len(title) + len(tasks) <= 100
    ]


def batches() -> list[str]:
    """Return bodies of 300 records each."""
    records = [json.loads(body)["record"] for body in singles()] * 2
    return [
        json.dumps({"records": records[i : i + BATCH]})
        for i in range(0, len(records) - BATCH, BATCH // 2)
    ]


def compared(
    home: Path, bodies: list[str], n_connections: int, options: argparse.Namespace
) -> dict[str, Any]:
    """Drive the service and its peer in turn; return the medians and their ratio."""
    ours, theirs, memory = [], [], 0.0
    for _ in range(options.repeats):
        with occoder(home, options.python, SERVER_CORE) as server:
            path, key = "/v1/topics/osca/code", token(server, home)
            plan = planned(server, path, key, bodies, n_connections, options.seconds)
            ours.append(drive(plan))
            memory = max(memory, server.memory_mb())
        with echo(SERVER_CORE) as server:
            plan = planned(server, "/echo", "", bodies, n_connections, options.seconds)
            theirs.append(drive(plan))
    figures = {name: middle(ours, name) for name in ("requests_per_s", "p50_ms", "p99_ms")}
    peer = {f"echo_{name}": middle(theirs, name) for name in figures}
    ratio = figures["requests_per_s"] / peer["echo_requests_per_s"]
    statuses = [one["statuses"] for one in ours]
    return {**figures, **peer, "ratio": ratio, "memory_mb": memory, "statuses": statuses}


def middle(runs: list[dict[str, Any]], name: str) -> float:
    """Return the median of a figure over some runs."""
    return median(run[name] for run in runs)


def planned(
    server: Server,
    path: str,
    key: str,
    bodies: list[str],
    n_connections: int,
    seconds: float,
) -> dict[str, Any]:
    """Return a plan for the load generator."""
    return {
        "port": server.port,
        "path": path,
        "token": key,
        "bodies": bodies,
        "n_connections": n_connections,
        "seconds": seconds,
        "warm_up_s": 1,
        "core": LOAD_CORE,
    }


def token(server: Server, home: Path) -> str:
    """Return a token of a new partner."""
    pair = ":".join(add_client(home))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/oauth2/token",
        data=b"grant_type=client_credentials",
        headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
    )
    with urllib.request.urlopen(asked) as answer:
        found: str = json.load(answer)["access_token"]
        return found


if __name__ == "__main__":
    main()
