"""Measure asynchronous batches: `python benchmarks/batch.py`.

Each operation goes the way of a client's: created, uploaded over HTTP, polled,
downloaded. The time from ingress to egress is the service's own: from the end of the
upload to the end of the operation. The peer for transfers is a bare Starlette handler
that writes the bytes to disk and sends them back (`transfer.py`), in the same run.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from batch_input import write_input
from record import Recorder
from served import Server, add_client, occoder, transfer
from service import data_folder
from watched import Memory

N_SMALL: Final = 5
POLL_S: Final = 0.02
PIECE_BYTES: Final = 1024**2
PATIENCE_S: Final = 7200


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--records", type=int, nargs="+", default=[1_000_000], help="of each operation"
    )
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[2, 1], help="processes that code"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="of the environment that serves"
    )
    parser.add_argument("--scratch", type=Path, help="folder for the data of the run")
    options = parser.parse_args()
    settings = {name: one for name, one in vars(options).items() if name != "python"}
    recorder = Recorder("batch", settings)
    with data_folder(options.scratch) as home:
        figures: dict[str, Any] = {"runs": []}
        for n_workers in options.workers:
            sizes = options.records if n_workers == options.workers[0] else []
            for n_records in sizes or options.records[:1]:
                run = measured(home, options.python, n_records, n_workers)
                figures["runs"].append(run)
                print(json.dumps(run), file=sys.stderr)
        figures["small"] = small(home, options.python)
        figures["transfer"] = transfers(home, options.python)
    print(json.dumps(figures, indent=1))
    print(recorder.write(figures, []))


def measured(home: Path, python: str, n_records: int, n_workers: int) -> dict[str, Any]:
    """Code one operation of many records, and watch memory meanwhile."""
    environ = {"OCCODER_BATCH_WORKERS": str(n_workers)}
    client = add_client(home)
    file = home.with_name(f"{home.name}-input.jsonl")
    n_bytes = write_input(file, n_records)
    try:
        with (
            occoder(home, python, environ=environ) as server,
            Memory(server.pid) as memory,
            Calls(server, client) as calls,
        ):
            calls.warm()
            operation = calls.coded(file)
            facts = calls.http.get(operation["metadataDownloadUrl"]).json()
    finally:
        file.unlink()
    return {
        "n_records": n_records,
        "n_workers": n_workers,
        "input_bytes": n_bytes,
        "output_bytes": facts["outputBytes"],
        "seconds": operation["seconds"],
        "records_per_s": n_records / operation["seconds"],
        "most_memory_mb": memory.most_mb,
        "n_processes": memory.n_processes,
        "n_unsuccessful": facts["recordsUnsuccessful"],
        "n_errors": facts["recordsWithErrors"],
    }


def small(home: Path, python: str) -> dict[str, Any]:
    """Code operations of one record, the first ones in a service that just started."""
    client = add_client(home)
    file = home.with_name(f"{home.name}-small.jsonl")
    write_input(file, 1)
    with occoder(home, python) as server, Calls(server, client) as calls:
        first = calls.coded(file)["seconds"]
        seconds = [calls.coded(file)["seconds"] for _ in range(N_SMALL)]
    file.unlink()
    return {"first_s": first, "seconds": median(seconds), "most_s": max(seconds)}


def transfers(home: Path, python: str, n_bytes: int = 1024**3) -> dict[str, Any]:
    """Compare upload and download with those of a bare handler."""
    client = add_client(home)
    file = home.with_name(f"{home.name}-transfer.jsonl")
    n_records = n_bytes // 100
    n_bytes = write_input(file, n_records)
    folder = home.with_name(f"{home.name}-peer")
    folder.mkdir()
    with transfer(folder) as peer, httpx.Client(timeout=PATIENCE_S) as http:
        url = f"http://127.0.0.1:{peer.port}/file"
        peer_up = n_bytes / timed(lambda: http.put(url, content=pieces(file)))
        peer_down = n_bytes / timed(lambda: drained(http, url))
    environ = {"OCCODER_DISPATCHER": "false"}
    with occoder(home, python, environ=environ) as server, Calls(server, client) as calls:
        operation = calls.created()
        up = n_bytes / timed(lambda: calls.upload(operation, file))
    with occoder(home, python) as server, Calls(server, client) as calls:
        status = calls.finished(operation["operationId"])
        url = status["responseDownloadUrl"]
        n_out = int(calls.http.head(url).headers["content-length"])
        down = n_out / timed(lambda: drained(calls.http, url))
    file.unlink()
    return {
        "upload_mb_per_s": up / 1e6,
        "peer_upload_mb_per_s": peer_up / 1e6,
        "upload_ratio": up / peer_up,
        "download_mb_per_s": down / 1e6,
        "peer_download_mb_per_s": peer_down / 1e6,
        "download_ratio": down / peer_down,
    }


class Calls:
    """The calls of a client that codes files."""

    def __init__(self, server: Server, client: tuple[str, str]) -> None:
        self._base = f"http://127.0.0.1:{server.port}"
        self.http = httpx.Client(timeout=PATIENCE_S, trust_env=False)
        answer = self.http.post(
            f"{self._base}/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=client,
        )
        self._token = answer.raise_for_status().json()["access_token"]

    def __enter__(self) -> "Calls":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.http.close()

    def created(self) -> dict[str, Any]:
        """Create an operation."""
        answer = self.http.post(
            f"{self._base}/v1/topics/osca/batch-code",
            headers={"Authorization": self._token},
        )
        made: dict[str, Any] = answer.raise_for_status().json()
        return made

    def upload(self, operation: dict[str, Any], file: Path) -> None:
        """Upload a file."""
        headers = {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": operation["bucketKmsKeyArn"],
            "Content-Length": str(file.stat().st_size),
        }
        url = operation["requestUploadUrl"]
        self.http.put(url, content=pieces(file), headers=headers).raise_for_status()

    def finished(self, operation_id: str) -> dict[str, Any]:
        """Wait until an operation is complete, and return its status."""
        url = f"{self._base}/v1/topics/osca/batch-code/operations/{operation_id}"
        wait_s = POLL_S
        while True:
            answer = self.http.get(url, headers={"Authorization": self._token})
            if answer.status_code != 429:
                status: dict[str, Any] = answer.raise_for_status().json()
                if status["operationStatus"] == "complete":
                    return status
                if status["operationStatus"] != "in_progress":
                    raise RuntimeError(status)
            time.sleep(wait_s)
            wait_s = min(wait_s * 1.2, 1.0)

    def coded(self, file: Path) -> dict[str, Any]:
        """Code a file; return its last status with the seconds from upload to end."""
        operation = self.created()
        self.upload(operation, file)
        began = time.perf_counter()
        status = self.finished(operation["operationId"])
        return {**status, "seconds": time.perf_counter() - began}

    def warm(self) -> None:
        """Let the processes that code start and load the model."""
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "one.jsonl"
            write_input(file, 1)
            self.coded(file)
        time.sleep(5)


def pieces(file: Path) -> Iterator[bytes]:
    """Yield a file in pieces."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece


def drained(http: httpx.Client, url: str) -> None:
    """Download to nowhere."""
    with http.stream("GET", url) as answer:
        for _ in answer.iter_raw(PIECE_BYTES):
            pass


def timed(work: Any) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
