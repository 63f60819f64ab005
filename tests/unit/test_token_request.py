"""What a request for a token says, in all the ways that it is written."""

import base64
import json

import pytest
from starlette.datastructures import Headers

from occoder import wire
from occoder.service.tokens.token_request import (
    MAX_BODY_BYTES,
    TokenRequest,
    credentials_and_grant,
)

FORM = b"grant_type=client_credentials"
CLIENT1 = "Basic Y2xpZW50MTpzZWNyZXQxMjM="
ASKED = TokenRequest("client1", "secret123")


def asked(
    body: bytes = FORM, *, name: str = "authorization", value: str = CLIENT1
) -> TokenRequest | wire.TokenError:
    """Return what a request says, by default that of client1 as a form."""
    return credentials_and_grant({name: value}, body)


def error(found: TokenRequest | wire.TokenError) -> str:
    """Return the name of an error, or "none"."""
    return found.error if isinstance(found, wire.TokenError) else "none"


def basic(text: str) -> str:
    """Return a header with Basic credentials."""
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_r16_form_of_the_script() -> None:
    """The form that the guide's script sends is understood."""
    assert ASKED == asked()


def test_r18_example_verifies() -> None:
    """The guide's own example, header and body as printed, names client1."""
    body = b'{\n  grant_type: "client_credentials"\n}'

    assert ASKED == asked(body, name="authorisation", value=CLIENT1)


@pytest.mark.parametrize("name", ["authorization", "authorisation"])
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_b1_both_header_spellings(name: str, scheme: str) -> None:
    """Both spellings of the header are taken, and the scheme in any case."""
    assert ASKED == asked(name=name, value=CLIENT1.replace("Basic", scheme))


def test_b1_names_in_any_case() -> None:
    """The headers of the web framework, which know no case, are taken as they are."""
    headers = Headers({"AUTHORISATION": CLIENT1})

    assert ASKED == credentials_and_grant(headers, FORM)


def test_b1_authorization_wins() -> None:
    """When both spellings are sent, Authorization counts, unless it is empty."""
    both = {"authorization": basic("a:b"), "authorisation": CLIENT1}

    assert TokenRequest("a", "b") == credentials_and_grant(both, FORM)
    assert ASKED == credentials_and_grant({**both, "authorization": ""}, FORM)


@pytest.mark.parametrize(
    "body",
    [
        FORM,
        b"grant_type=client_credentials&scope=a+b",
        b"scope=&grant_type=client%5Fcredentials",
        "\ufeffgrant_type=client_credentials\r\n".encode(),
        b'{"grant_type":"client_credentials"}',
        b'{"grant_type": "client_credentials", "scope": ["a"], "n": 1}',
        b' {\n  grant_type: "client_credentials"\n}\n',
        b'{ grant_type: "client_credentials" }',
        b"{ grant_type: 'client_credentials', }",
        b"{'grant_type': 'client_credentials'}",
        b"{grant_type: client_credentials}",
        b"{grant_type=client_credentials}",
        "{ grant_type: “client_credentials” }".encode(),
        b'{"grant_type": "client_credentials",}',
    ],
)
def test_b5_token_body_forms(body: bytes) -> None:
    """A form, JSON and the guide's text between braces are all understood."""
    assert ASKED == asked(body)


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=client_credentials&client_id=client1&client_secret=secret123",
        b'{"grant_type":"client_credentials","client_id":"client1",'
        b'"client_secret":"secret123"}',
        b"{grant_type: client_credentials, client_id: client1, client_secret: secret123}",
    ],
    ids=["form", "JSON", "braces"],
)
def test_b5_credentials_in_body(body: bytes) -> None:
    """Id and secret may stand in the body; a header that has them comes first."""
    assert ASKED == credentials_and_grant({}, body)
    assert ASKED == asked(body, value="Bearer something.old")
    assert TokenRequest("a", "b") == asked(body, value=basic("a:b"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"grant_type=",
        b"grant_type",
        b"Grant_Type=client_credentials",
        b"client_credentials",
        b"{}",
        b"{",
        b"null",
        b"[]",
        b'["grant_type", "client_credentials"]',
        b'{"grant_type": null}',
        b'{"grant_type": ["client_credentials"]}',
        b'{"a":' * 1200,
        b"\xff\xfe{",
    ],
)
def test_b5_missing_grant_type(body: bytes) -> None:
    """Without a grant type the answer is invalid_request, whatever the body is."""
    assert "invalid_request" == error(asked(body))


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=password",
        b'{"grant_type":"authorization_code"}',
        b"{ grant_type: refresh_token }",
        b"grant_type=client_credentials2",
    ],
)
def test_b6_other_grant_type(body: bytes) -> None:
    """Another grant type is told apart from a missing one."""
    assert "unsupported_grant_type" == error(asked(body))


@pytest.mark.parametrize(
    "value",
    [
        "Basic Y2xpZW50\n MTpzZWNyZXQxMjM=",
        "Basic   Y2xp ZW50 MTpzZWNy ZXQxMjM=  ",
        "\tBasic\tY2xpZW50MTpzZWNyZXQxMjM=\r\n",
        "Basic Y2xpZW50MTpzZWNyZXQxMjM",
        "Y2xpZW50MTpzZWNyZXQxMjM=",
        "Y2xpZW50 MTpzZWNyZXQxMjM=",
        basic("client1:secret123\n"),
        basic("client1:secret123\r\n"),
    ],
    ids=[
        "wrapped",
        "spaces",
        "tabs",
        "no padding",
        "no scheme",
        "no scheme, wrapped",
        "echo without -n",
        "echo on Windows",
    ],
)
def test_b7_whitespace_in_basic(value: str) -> None:
    """White space that commands leave in or around the base64 text is passed by."""
    assert ASKED == asked(value=value)


def test_url_safe_base64() -> None:
    """The URL-safe alphabet of base64 is taken like the usual one."""
    usual = basic("client1:a?>~~~")
    url_safe = usual.replace("+", "-").replace("/", "_")

    assert usual != url_safe
    assert TokenRequest("client1", "a?>~~~") == asked(value=usual) == asked(value=url_safe)


def test_secret_may_hold_a_colon() -> None:
    """Only the first colon parts id and secret (RFC 7617)."""
    assert TokenRequest("client1", "a:b:") == asked(value=basic("client1:a:b:"))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic",
        "Basic ",
        "Basic client1:secret123",
        "Basic %%%",
        "Basic é",
        "Bearer a.b.c",
        "Digest username=client1",
        basic("client1"),
        basic("clé:secret"),
        "Basic A",
    ],
)
def test_b6_no_usable_credentials(value: str) -> None:
    """A request without readable credentials gets invalid_client and is told how."""
    found = asked(value=value)

    assert "invalid_client" == error(found)
    assert isinstance(found, wire.TokenError)
    assert "base64" in found.error_description


@pytest.mark.parametrize(
    "body",
    [
        FORM + b"&client_id=client1",
        FORM + b"&client_secret=secret123",
        b'{"grant_type":"client_credentials","client_id":"client1","client_secret":5}',
    ],
)
def test_half_of_the_credentials(body: bytes) -> None:
    """An id without a secret, or a secret without an id, is no credentials."""
    assert "invalid_client" == error(credentials_and_grant({}, body))


def test_no_header_at_all() -> None:
    """A request without any header is answered, not failed."""
    assert "invalid_client" == error(credentials_and_grant({}, FORM))


def test_long_body_is_not_read() -> None:
    """A body beyond 8 KiB is refused; one of exactly that is read."""
    fits = FORM + b"&a=" + b"x" * (MAX_BODY_BYTES - len(FORM) - 3)

    assert ASKED == asked(fits)
    assert "invalid_request" == error(asked(fits + b"x"))


def test_secret_is_not_shown() -> None:
    """A request that ends up in a traceback or log shows no secret."""
    assert "TokenRequest(client_id='client1')" == repr(ASKED) == str(ASKED)


def test_errors_repeat_nothing() -> None:
    """No error says anything of what was sent."""
    sent = "c4n4ry"
    bodies = [
        f"grant_type={sent}".encode(),
        json.dumps({"grant_type": sent, "client_secret": sent}).encode(),
        sent.encode(),
        FORM,
    ]
    found = [asked(body, value=f"Basic {sent}:{sent}") for body in bodies]

    assert all(isinstance(one, wire.TokenError) for one in found)
    assert not any(sent in repr(one) for one in found)
