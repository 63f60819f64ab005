"""What is sent in a batch is nowhere in the clear, not even while it is kept (F10, R97)."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_client import BatchClient
from canaries import Canaries, contents
from dispatching import wait_until
from served_process import ServedProcess

from occoder.settings.tier import Tier

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a served process is watched through /proc"
)

# Long enough to look while the output is kept, short enough to see it go.
SHORT = {
    "OCCODER_OUTPUT_TTL_S": "8",
    "OCCODER_STATUS_TTL_S": "1",
    "OCCODER_SWEEP_EVERY_S": "1",
    "OCCODER_LOG_FORMAT": "json",
}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[ServedProcess]:
    """Yield a service with short limits."""
    with ServedProcess(tmp_path, SHORT) as running:
        yield running


def lines(canaries: Canaries) -> list[bytes]:
    """Return lines with a canary in every place that a client can write to."""
    word = canaries.word
    records = [
        {"recordId": word("record id"), "occp_text": word("title"), "tasks_text": "x"},
        {"recordId": word("id of a long record"), "occp_text": word("long") * 5},
        {"recordId": 1, "occp_text": "baker", word("name of a field"): word("field")},
        {"occp_text": word("title with accents") + "é"},
        {"occp_text": [word("title in a list")]},
    ]
    plain = [word("line that is not JSON"), f'{{"occp_text": "{word("open line")}']
    return [*(json.dumps(one, ensure_ascii=False).encode() for one in records)] + [
        one.encode() for one in plain
    ]


def test_r97_nothing_of_a_batch_is_in_the_clear_anywhere(running: ServedProcess) -> None:
    """Not on disk while it is kept, not in any log, and not after it was deleted."""
    canaries = Canaries()
    address = f"http://127.0.0.1:{running.port}"
    sent = lines(canaries)
    refused = json.dumps({canaries.word("field of a refused file"): 1, "occp_text": "x"})
    with BatchClient(address, *running.add_client(tier=Tier.PARTNER)) as partner:
        failed = partner.coded(refused.encode())
        assert failed["operationStatus"] == "failed"
        half = partner.create()
        wrong = {**half, "bucketKmsKeyArn": canaries.word("key")}
        assert partner.upload(wrong, sent[0]).status_code == 403
        status = partner.coded(b"\n".join(sent))
        assert status["operationStatus"] == "complete"
        output = partner.get(status["responseDownloadUrl"]).content
        assert canaries.traces({"output": output}), "the search finds nothing"
        assert len(output.splitlines()) == len(sent)
        while_kept = dict(contents(running.folder))
        assert any("egress" in name for name in while_kept)
        # The database holds why a file was refused, for its client, for a time.
        told = {name for name in while_kept if "service.sqlite" in name}
        stored = {name: one for name, one in while_kept.items() if name not in told}
        assert canaries.traces(stored) == []
        wait_until(lambda: partner.status(status).status_code == 404, every_s=0.3)
        wait_until(lambda: partner.status(failed).status_code == 404, every_s=0.3)
        stores = running.home / "service" / "objects"
        wait_until(lambda: not [one for one in stores.rglob("*") if one.is_file()])
    running.stop()
    assert canaries.traces(dict(contents(running.folder))) == []
