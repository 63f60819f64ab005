"""The download of output and metadata: headers, parts, and what ends it."""

import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from batch_calls import Made, code_of, lines_of, made, started
from running_service import RunningService

from occoder.batch.operation import Store

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service."""
    with started(tmp_path_factory.mktemp("toy")) as running:
        yield running


PARTS = [lines_of(MIB + 17), b"", lines_of(3 * MIB), lines_of(5)]
WHOLE = b"".join(PARTS)


@pytest.fixture(scope="module")
def complete(toy: RunningService) -> Made:
    """Return a complete operation."""
    operation = made(toy)
    operation.complete(PARTS, b'{"records": 4}')
    return operation


def get(operation: Made, **headers: str) -> httpx.Response:
    """Return what the download of an output is answered with."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return operation.service.http.get(operation.links()[0], headers=named)


def test_r65_output_is_all_parts_in_order(complete: Made) -> None:
    """The output comes whole, with the headers that the guide shows."""
    answer = get(complete)

    assert 200 == answer.status_code
    assert WHOLE == answer.content
    assert {
        "accept-ranges": "bytes",
        "content-type": "application/octet-stream",
        "content-length": str(len(WHOLE)),
        "content-disposition": f'attachment; filename="{complete.id}.jsonl"',
        "cache-control": "no-store",
    }.items() <= answer.headers.items()
    assert answer.headers["etag"].startswith('"')
    assert "server" not in answer.headers


def test_r65_dates(complete: Made) -> None:
    """It is told when the operation was complete, and when this is answered."""
    headers = get(complete).headers
    modified = parsedate_to_datetime(headers["last-modified"])
    answered = parsedate_to_datetime(headers["date"])

    assert int(complete.row().finished_at) == modified.timestamp()
    assert modified <= answered


def test_r70_metadata(complete: Made) -> None:
    """The metadata can be downloaded by its own link, under its own name."""
    answer = complete.service.http.get(complete.links()[1])

    assert (200, {"records": 4}) == (answer.status_code, answer.json())
    assert (
        f'attachment; filename="{complete.id}.metadata.json"'
        == answer.headers["content-disposition"]
    )


def test_r63_no_header_is_needed(complete: Made) -> None:
    """A link alone is enough, and it can be used again."""
    link = complete.links()[0]
    for _ in range(2):
        assert WHOLE == httpx.get(complete.service.address + link).content


def test_b68_head(complete: Made) -> None:
    """HEAD tells the same as GET, and gives nothing."""
    for link in complete.links():
        head, got = complete.service.http.head(link), complete.service.http.get(link)
        own = {"date", "request-id"}
        assert (200, b"") == (head.status_code, head.content)
        assert {k: v for k, v in got.headers.items() if k not in own} == {
            k: v for k, v in head.headers.items() if k not in own
        }


N = len(WHOLE)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, N),
        ("bytes=5-9", 5, 10),
        (f"bytes={MIB}-{MIB + 40}", MIB, MIB + 41),
        (f"bytes={MIB + 10}-{MIB + 30}", MIB + 10, MIB + 31),
        (f"bytes={N - 1}-{N + 100}", N - 1, N),
        ("bytes=-5", N - 5, N),
        ("bytes=-6", N - 6, N),
        (f"bytes=-{N + 1}", 0, N),
        ("bytes=100-99999999999", 100, N),
    ],
)
def test_b68_part(complete: Made, asked: str, start: int, end: int) -> None:
    """A part can be asked for, wherever it begins and ends."""
    answer = get(complete, Range=asked)

    assert 206 == answer.status_code
    assert f"bytes {start}-{end - 1}/{N}" == answer.headers["content-range"]
    assert WHOLE[start:end] == answer.content


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "bytes=5-1", "lines=1-2", "bytes", "bytes=", "bytes=-", "bytes=a-b"],
)
def test_b68_other_ranges_are_passed_by(complete: Made, asked: str) -> None:
    """Several ranges, and what is none, give the whole file."""
    answer = get(complete, Range=asked)

    assert (200, N) == (answer.status_code, len(answer.content))


@pytest.mark.parametrize("asked", [f"bytes={N}-", "bytes=99999999999-", "bytes=-0"])
def test_b68_range_beyond_the_end(complete: Made, asked: str) -> None:
    """A range beyond the end is an error of S3 that tells the size."""
    answer = get(complete, Range=asked)

    assert (416, "InvalidRange") == (answer.status_code, code_of(answer))
    assert f"bytes */{N}" == answer.headers["content-range"]
    assert f"<ActualObjectSize>{N}</ActualObjectSize>" in answer.text


def test_part_only_of_the_same_file(complete: Made) -> None:
    """Who goes on with a download gets a part of the same file, else all of another."""
    headers = get(complete).headers
    for same in (headers["etag"], headers["last-modified"]):
        assert 206 == get(complete, Range="bytes=5-", If_Range=same).status_code
    for other in ('"other"', f"W/{headers['etag']}", "Thu, 20 Jun 2024 02:24:04 GMT"):
        answer = get(complete, Range="bytes=5-", If_Range=other)
        assert (200, N) == (answer.status_code, len(answer.content))


def test_parts_make_the_whole(complete: Made) -> None:
    """A file can be put together of its parts."""
    pieces = [
        get(complete, Range=f"bytes={start}-{start + 999_999}").content
        for start in range(0, N, 1_000_000)
    ]

    assert WHOLE == b"".join(pieces)


def test_r63_link_runs_out(tmp_path: Path) -> None:
    """A download link is good for an hour; then there is a new one."""
    with started(tmp_path) as toy:
        operation = made(toy)
        operation.complete([b"one\n"])
        link = operation.links()[0]
        toy.clock.ahead_s = 3590
        assert 200 == toy.http.get(link).status_code
        toy.clock.ahead_s = 3601
        refused = toy.http.get(link)
        headers = {"Authorization": toy.token(toy.partner, toy.partner_secret)}
        path = f"/v1/topics/toy/batch-code/operations/{operation.id}"
        again = toy.http.get(path, headers=headers).json()["responseDownloadUrl"]

        assert (403, "AccessDenied") == (refused.status_code, code_of(refused))
        assert "Request has expired" in refused.text
        assert b"one\n" == httpx.get(again).content


def test_r64_gone_after_a_day(toy: RunningService) -> None:
    """When its time has come, an output is gone, before and after it is deleted."""
    operation = made(toy)
    operation.complete([b"one\n"])
    link = operation.links()[0]
    expires_at = operation.row().expires_at
    operation.change(expires_at=toy.clock() - 1)
    overdue = toy.http.get(link)
    operation.change(expires_at=expires_at)
    toy.parts.batches.objects[Store.EGRESS].delete(f"{operation.id}/")
    deleted = [toy.http.get(link), toy.http.get(operation.links()[1])]

    for answer in (overdue, *deleted):
        assert (404, "NoSuchKey") == (answer.status_code, code_of(answer))
    assert 404 == toy.http.head(operation.links()[1]).status_code


@pytest.mark.parametrize("state", ["awaiting_input", "in_progress", "failed", "timed_out"])
def test_nothing_before_it_is_complete(toy: RunningService, state: str) -> None:
    """Until an operation is complete, nothing can be downloaded."""
    operation = made(toy)
    operation.complete([b"one\n"])
    links = operation.links()
    operation.change(state=state)

    for link in links:
        assert 404 == toy.http.get(link).status_code


def test_download_is_written_down(toy: RunningService) -> None:
    """Who downloads what stands in the audit log; the link stands nowhere."""
    operation = made(toy)
    operation.complete([b"one\n"])
    link = operation.links()[0]
    answer = toy.http.get(link)
    audit = (toy.settings.folder / "audit.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in audit.splitlines()]
    found = [one for one in events if one["event"] == "operation.downloaded"][-1]

    assert answer.headers["request-id"] == found["request_id"]
    assert (operation.id, 4) == (found["operation"], found["n_bytes"])
    assert link.partition("link=")[2] not in audit
