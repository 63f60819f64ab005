"""Connections, with real sockets against a real process."""

import random
from collections.abc import Iterator

import pytest
from stand_in_app import shown
from stand_in_server import (
    StandInServer,
    forget_calls,
    one_answer,
    request,
    running,
    status_of,
    until_closed,
    wait_until,
)

MAX_HEADER_BYTES = 2000
CLOSE = "Connection: close"
CHUNKED = (
    b"POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
)
SECRET = b"zebra whisperer"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInServer]:
    """A server whose clocks play no part."""
    yield from running(
        tmp_path_factory.mktemp("patient"),
        max_header_bytes=str(MAX_HEADER_BYTES),
        header_timeout_s="600",
        idle_timeout_s="600",
        secret=SECRET.decode(),
    )


def header_of(n_bytes: int) -> str:
    """Return a line that brings the header of a call to "/" to so many bytes."""
    others = "/" + "Host: localhost" + "Connection: close" + "A: "
    return "A: " + "x" * (n_bytes - len(others) - 3 * len("\r\n"))


def test_header_of_the_limit_is_taken(server: StandInServer) -> None:
    """A header may have as many bytes as the setting says, and not one more."""
    for n_bytes, expected in ((MAX_HEADER_BYTES, 200), (MAX_HEADER_BYTES + 1, 431)):
        sent = request("GET", "/", b"", CLOSE, header_of(n_bytes))
        for pieces in ([sent], [sent[:-2], sent[-2:]], [sent[:9], sent[9:-1], sent[-1:]]):
            assert expected == status_of(server.ask(*pieces))


@pytest.mark.parametrize(
    "header",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"x" * 1_000_000,
        b"GET /" + b"x" * 1_000_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 170_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"x" * 1_000_000,
    ],
    ids=["one value", "address", "many lines", "one name"],
)
def test_header_of_a_megabyte_is_refused(server: StandInServer, header: bytes) -> None:
    """An endless header is answered with 431 in the one shape, which arrives."""
    answer = server.ask(header)

    assert b"HTTP/1.1 431 Request Header Fields Too Large" == answer.splitlines()[0]
    for line in (b"connection: close", b"x-content-type-options: nosniff"):
        assert b"\r\n%b\r\n" % line in answer
    assert "Request Header Fields Too Large" == shown(answer)["message"]
    assert "HeaderTooLong" == shown(answer)["errors"][0]["code"]


def test_long_header_in_pieces_is_refused(server: StandInServer) -> None:
    """A header that arrives bit by bit is counted all the same."""
    pieces = [b"GET / HTTP/1.1\r\nHost: localhost\r\nA: ", *[b"x" * 100] * 30]

    assert 431 == status_of(server.ask(*pieces))


@pytest.mark.parametrize(
    "sent",
    [
        SECRET + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nA: b\x00" + SECRET + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\nHost: localhost\n\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        CHUNKED.replace(b"Connection: close", b"Content-Length: 5"),
        CHUNKED + SECRET + b"\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"\r\n" * MAX_HEADER_BYTES,
    ],
    ids=[
        *("text", "TLS", "HTTP/2", "NUL", "blank before colon", "no CR", "version"),
        *("address", "CONNECT", "two lengths", "length and chunks", "size of a chunk"),
        *("no host", "two hosts", "empty lines"),
    ],
)
def test_broken_http_is_answered(server: StandInServer, sent: bytes) -> None:
    """What is not HTTP/1.1 is answered with 400 in the one shape, and nothing of it."""
    answer = server.ask(sent)

    assert b"HTTP/1.1 400 Bad Request" == answer.splitlines()[0]
    assert {"message", "errors"} == set(shown(answer))
    assert "BrokenHttp" == shown(answer)["errors"][0]["code"]
    assert SECRET not in answer


def test_any_bytes_get_an_answer_or_none(server: StandInServer) -> None:
    """After random bytes, and calls with a few bytes changed, the next call is answered."""
    chance = random.Random(1)
    whole = request("POST", "/echo", b"hello", CLOSE)
    for _ in range(200):
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        for sent in (bytes(changed), chance.randbytes(chance.randint(1, 400))):
            with server.connect() as connection:
                connection.sendall(sent)
                connection.shutdown(1)
                answer = until_closed(connection)
            assert answer == b"" or status_of(answer) < 500

    assert 200 == status_of(server.get())


def test_broken_body_ends_the_call(server: StandInServer) -> None:
    """When a body breaks off into something else, whoever reads it is told."""
    assert 400 == status_of(server.ask(CHUNKED + b"no size\r\n"))
    wait_until((server.home / "gone").exists)


def test_answer_after_a_refusal_is_dropped(server: StandInServer) -> None:
    """A call whose body broke off is refused, and has no second answer later."""
    forget_calls(server)
    with server.connect() as connection:
        connection.sendall(CHUNKED.replace(b"/echo", b"/slow"))
        wait_until((server.home / "begun").exists)
        connection.sendall(b"no size\r\n")
        first = connection.recv(100)
        (server.home / "go").touch()
        wait_until((server.home / "answered").exists)

        assert first.startswith(b"HTTP/1.1 400 ")
        assert b"HTTP/1.1 " not in until_closed(connection)


def test_what_follows_does_not_harm_an_answer(server: StandInServer) -> None:
    """An answer under way is given whole, and nothing else after it."""
    answer = server.ask(request("POST", "/echo", b"hello") + SECRET + b"\r\n\r\n")

    assert 1 == answer.count(b"HTTP/1.1 ")
    assert "hello" == shown(answer)["body"]


def test_calls_in_a_row_keep_their_order(server: StandInServer) -> None:
    """Calls that are sent without waiting are answered one after the other."""
    calls = [request("POST", "/echo", str(i).encode()) for i in range(5)]
    answer = server.ask(*calls, request("GET", "/", b"", CLOSE))
    bodies = [shown(b"\r\n\r\n" + part)["body"] for part in parts_of(answer)[:5]]

    assert ["0", "1", "2", "3", "4"] == bodies


def parts_of(answers: bytes) -> list[bytes]:
    """Return the body of each of several answers."""
    heads = answers.split(b"HTTP/1.1 200 OK")[1:]
    return [head.partition(b"\r\n\r\n")[2] for head in heads]


def test_too_many_calls_in_a_row_are_refused(server: StandInServer) -> None:
    """Calls can't be piled up: one is answered, those behind it are dropped."""
    forget_calls(server)
    with server.connect() as connection:
        connection.sendall(request("GET", "/slow"))
        wait_until((server.home / "begun").exists)
        connection.sendall(request("GET", "/") * 20)
        (server.home / "go").touch()

        assert 1 == until_closed(connection).count(b"HTTP/1.1 200 OK")


def test_lines_after_the_body_change_nothing(server: StandInServer) -> None:
    """Trailers can't become a header of the call that is being answered."""
    answer = server.ask(CHUNKED + b"0\r\nAuthorization: " + SECRET + b"\r\n\r\n")

    assert "hello" == shown(answer)["body"]
    assert "authorization" not in dict(shown(answer)["headers"])


@pytest.mark.parametrize(
    "tail",
    [
        b"0\r\n" + b"A: b\r\n" * 100_000,
        b"0\r\nA: " + b"x" * 1_000_000,
        b"5;" + b"x" * 1_000_000,
    ],
    ids=["lines", "one line", "extension of a chunk"],
)
def test_endless_end_of_a_body_is_refused(server: StandInServer, tail: bytes) -> None:
    """What belongs neither to header nor to body is limited like a header."""
    assert 400 == status_of(server.ask(CHUNKED + tail))


def test_every_answer_has_the_same_headers(server: StandInServer) -> None:
    """What a browser has to be told stands in each answer once, also of one connection."""
    with server.connect() as connection:
        for path in ("/", "/none", "/"):
            connection.sendall(request("GET", path))
            answer = one_answer(connection)

            assert 1 == answer.count(b"\r\nx-content-type-options: nosniff\r\n")
            assert 1 == answer.count(b"\r\ncache-control: no-store\r\n")


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "TLS"])
def test_early_answer_reaches_who_still_sends(
    server: StandInServer, secure: StandInServer, encrypted: bool
) -> None:
    """A refusal arrives although the caller goes on sending its body (B70)."""
    answer = (secure if encrypted else server).ask(
        request("POST", "/refuse", bytes(20_000_000))
    )

    assert 413 == status_of(answer)
    assert {"why": "too long"} == shown(answer)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInServer]:
    """A server with TLS."""
    yield from running(tmp_path_factory.mktemp("secure"), tls="self-signed")


@pytest.mark.parametrize("split", [0, 3, 5], ids=str)
def test_offered_protocol_is_passed_over(server: StandInServer, split: int) -> None:
    """A call that offers HTTP/2 with a body, as Java's client does, is answered."""
    offer = "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAA"
    whole = request("POST", "/echo", b"hello", *offer)
    cut = len(whole) - split

    assert "hello" == shown(server.ask(whole[:cut], whole[cut:]))["body"]
