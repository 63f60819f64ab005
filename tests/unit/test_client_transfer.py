"""Files to and from links, over real sockets that have bad days."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from slow_service import (
    Act,
    Connection,
    SlowService,
    cuts,
    floods,
    head,
    is_silent,
    says,
    waits,
)

from occoder.client.address import Address
from occoder.client.route import Route
from occoder.client.transfer import Transfers
from occoder.errors import ServiceUnreachable, TransferRefused

CONTENT = bytes(range(256)) * 1000
PATH = "/file?X-Sig=ab%2Fc&Expires=9"
HEADERS = {"Content-Length": str(len(CONTENT))}
DENIED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
BUSY = says(b"", 503)


def transfers(**options: Any) -> Transfers:
    """Return what transfers files, without pauses."""
    address = Address.of("https://coder.example")
    given = {"stall_s": 30.0, "pauses_s": (0.0, 0.0), "sleep": lambda s: None, **options}
    return Transfers(Route.to(address, verify=True, proxy=None), **given)


def sent(*acts: Act, content: Any = (CONTENT,), **options: Any) -> SlowService:
    """Send the content to a place that acts so, and return the place."""
    with SlowService({PATH: list(acts)}) as service:
        link = service.address + PATH
        transfers(**options).put(link, content, HEADERS, lambda n_bytes: None)
    return service


def fetched(*acts: Act, there: bytes = b"", **options: Any) -> tuple[SlowService, bytes]:
    """Fetch a file from a place that acts so; return the place and what came."""
    sink = BytesIO()
    sink.write(there)
    with SlowService({PATH: list(acts)}) as service:
        n_bytes = transfers(**options).get(service.address + PATH, sink, lambda n: None)
    assert len(sink.getvalue()) == n_bytes
    return service, sink.getvalue()


def part(start: int, *, stop: int | None = None, n_all: int = len(CONTENT)) -> Act:
    """Give the content from a place on; ``stop`` breaks off there."""

    def act(connection: Connection) -> None:
        stated = f"bytes {start}-{n_all - 1}/{n_all}"
        ranged = {"content_range": stated} if start else {}
        body = CONTENT[start:]
        connection.send(head(body, 206 if start else 200, **ranged) + CONTENT[start:stop])
        if stop:
            connection.close()

    return act


def ranges(service: SlowService) -> list[str | None]:
    """Return the parts that were asked for."""
    return [one.headers.get("range") for one in service.seen]


@pytest.mark.parametrize("bad", [cuts, BUSY], ids=["broken", "busy"])
def test_upload_is_sent_again(bad: Act) -> None:
    """A file that did not arrive is sent again, from its beginning."""
    service = sent(bad, bad, says(b""))

    assert [CONTENT] * 3 == [one.body for one in service.seen]


def test_upload_is_given_up() -> None:
    """After the last pause the error is raised."""
    with pytest.raises(TransferRefused) as refusal:
        sent(BUSY, BUSY, BUSY, says(b""))

    assert 503 == refusal.value.status


def test_iterator_is_sent_once() -> None:
    """What can be read only once is not sent again, half."""
    with pytest.raises(ServiceUnreachable):
        sent(cuts, says(b""), content=iter([CONTENT]))


def test_unreadable_file_is_no_fault_of_the_network() -> None:
    """An error while reading the file is raised as it is."""

    def parts() -> Iterator[bytes]:
        yield CONTENT[:10]
        raise PermissionError("no")

    with pytest.raises(PermissionError, match="no"):
        sent(says(b""), content=parts())


def test_refusal_tells_what_storage_says() -> None:
    """Code and message of the storage are told, the link is not."""
    with pytest.raises(TransferRefused) as refusal:
        sent(says(DENIED.replace(b"has", PATH.partition("?")[2].encode()), 403))
    error = refusal.value

    assert (403, "AccessDenied", "127.0.0.1") == (error.status, error.code, error.host)
    assert "Request *** expired" == error.message
    assert "X-Sig" not in str(error)


def test_refusal_before_the_end_is_heard() -> None:
    """A place that refuses without reading everything gets heard, or is broken off from."""

    def refuses(connection: Connection) -> None:
        connection.send(head(DENIED, 403, connection="close") + DENIED)
        connection.wait(0.2)
        connection.close()

    large = [b"x" * 1_000_000] * 50
    with SlowService(on_connect=refuses) as service:
        link = service.address + PATH
        with pytest.raises((TransferRefused, ServiceUnreachable)):
            transfers().put(link, large, {"Content-Length": "50000000"}, lambda n: None)


@pytest.mark.parametrize("act", [is_silent, floods(b"")], ids=["silent", "empty"])
def test_stall_ends_a_transfer(act: Act) -> None:
    """When nothing moves for too long, it is over; the message tells how long."""
    with pytest.raises(ServiceUnreachable, match=r"nothing moved for 0\.2 s"):
        sent(act, stall_s=0.2, pauses_s=())


def test_slow_is_not_stalled() -> None:
    """A file that keeps coming may take longer than the time in which nothing may move."""

    def drips(connection: Connection) -> None:
        connection.send(head(CONTENT))
        for start in range(0, len(CONTENT), 32_000):
            waits(0.1, lambda one: one.send(b""))(connection)
            connection.send(CONTENT[start : start + 32_000])

    assert CONTENT == fetched(drips, stall_s=0.4, pauses_s=())[1]


def test_download_goes_on_where_it_broke() -> None:
    """Each time the connection breaks, the rest is asked for, as long as some comes."""
    stops = (1000, 5000, 6000, 200_000)
    acts = [part(start, stop=stop) for start, stop in zip((0, *stops), stops, strict=False)]
    service, came = fetched(*acts, part(200_000))

    assert CONTENT == came
    assert [None, *(f"bytes={stop}-" for stop in stops)] == ranges(service)


def test_download_goes_on_with_what_is_there() -> None:
    """What an earlier run left is not fetched again."""
    service, came = fetched(part(77), there=CONTENT[:77])

    assert CONTENT == came
    assert ["bytes=77-"] == ranges(service)


def test_whole_file_in_answer_to_a_part() -> None:
    """A place that does not know parts gives all, in place of what was there."""
    assert CONTENT == fetched(says(CONTENT), there=b"other")[1]


def test_nothing_is_missing() -> None:
    """When the rest is nothing, the place says so and the file is complete."""
    ended = says(b"", 416, content_range=f"bytes */{len(CONTENT)}")

    assert CONTENT == fetched(ended, there=CONTENT)[1]


def test_longer_than_the_file_begins_anew() -> None:
    """What is longer than the file can't be its beginning."""
    ended = says(b"", 416, content_range="bytes */10")

    assert CONTENT == fetched(ended, says(CONTENT), there=CONTENT + b"more")[1]


def test_other_part_is_refused() -> None:
    """A part that was not asked for is not put into the file."""
    with pytest.raises(ServiceUnreachable, match="another part"):
        fetched(part(78), there=CONTENT[:77])


def test_short_answer_is_not_the_end() -> None:
    """A part that ends before the stated size of the whole is not the end."""
    n_all = len(CONTENT) + 5
    rest = says(b"12345", 206, content_range=f"bytes {len(CONTENT)}-{n_all - 1}/{n_all}")

    assert CONTENT + b"12345" == fetched(part(9, n_all=n_all), rest, there=CONTENT[:9])[1]


def test_nothing_more_comes() -> None:
    """When repeats bring nothing, the error is raised and what came is kept."""
    sink = BytesIO()
    with SlowService({PATH: [part(0, stop=500), cuts]}) as service:
        with pytest.raises(ServiceUnreachable, match="connection broke"):
            transfers().get(service.address + PATH, sink, lambda n: None)

    assert CONTENT[:500] == sink.getvalue()
    assert 3 == len(service.seen)


def test_full_disk_is_no_fault_of_the_network() -> None:
    """An error of the file is raised as it is, and not tried again."""

    class Full(BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    with SlowService({PATH: says(CONTENT)}) as service:
        with pytest.raises(OSError, match="No space"):
            transfers().get(service.address + PATH, Full(), lambda n: None)

    assert 1 == len(service.seen)


@pytest.mark.parametrize(
    "link", ["http://bucket.example/x?sig=s3cret", "bucket", "https://"]
)
def test_unencrypted_link_is_not_used(link: str) -> None:
    """Nothing is sent in the clear, and the message does not repeat the link."""
    for transfer in (
        lambda: transfers().put(link, [b""], {"Content-Length": "0"}, lambda n: None),
        lambda: transfers().get(link, BytesIO(), lambda n: None),
    ):
        with pytest.raises(ValueError, match="link must be") as fault:
            transfer()
        assert "s3cret" not in str(fault.value)
