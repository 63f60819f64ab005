"""The token endpoint: who gets a token, and what is written down of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from token_parts import START
from token_service import FORM, HERE, Parts, body

from occoder import wire
from occoder.service.tokens.guess_guard import MAX_FAILURES
from occoder.settings.tier import Tier
from occoder.telemetry.audit import SecurityEvent


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """An endpoint."""
    parts = Parts(tmp_path)
    yield parts
    parts.close()


def test_r17_token_is_given(parts: Parts) -> None:
    """A client gets a token that verifies, its type and its seconds, as JSON."""
    answer = parts.answer()
    given = body(answer)
    claims = parts.tokens.verify(given.pop("access_token"))

    assert (200, "application/json") == (answer.status, answer.content_type)
    assert {"token_type": "Bearer", "expires_in": 3600} == given
    assert claims is not None
    assert ("client1", Tier.PUBLIC, START) == (
        claims.client_id,
        claims.tier,
        claims.issued_at,
    )


def test_b6_answers_are_not_stored(parts: Parts) -> None:
    """No cache on the way may keep a token, nor the refusal of one."""
    answers = parts.answer(), parts.answer("client1:wrong"), parts.answer(body=b"")

    assert ["no-store"] * 3 == [one.headers["Cache-Control"] for one in answers]


@pytest.mark.parametrize(
    ("credentials", "sent", "error"),
    [
        ("client1:secret123", b"", "invalid_request"),
        ("client1:secret123", b"grant_type=password", "unsupported_grant_type"),
        ("client1", FORM, "invalid_client"),
        ("client1:wrong", FORM, "invalid_client"),
        ("nobody:secret123", FORM, "invalid_client"),
        ("client1:" + "x" * 60, FORM, "invalid_client"),
        ("client1:se cret", FORM, "invalid_client"),
        ("client1:secret\x00", FORM, "invalid_client"),
        (":", FORM, "invalid_client"),
    ],
)
def test_b6_errors(parts: Parts, credentials: str, sent: bytes, error: str) -> None:
    """Every refusal is HTTP 400 with the error of RFC 6749, and names Basic."""
    answer = parts.answer(credentials, sent)

    assert 400 == answer.status
    assert {"error", "error_description"} == set(body(answer))
    assert error == body(answer)["error"]
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_refusals_do_not_tell_why(parts: Parts) -> None:
    """Unknown, wrong, suspended, removed and of another tier look the same to a byte."""
    refused = [
        parts.answer("nobody:secret123"),
        parts.answer("client1:wrong"),
        parts.answer(tier=Tier.PARTNER),
    ]
    parts.register.suspend("client1")
    parts.register.remove("client2")
    refused += [parts.answer(), parts.answer("client2:secret456")]

    assert 1 == len({(one.status, one.body) for one in refused})
    assert [
        "unknown_client",
        "wrong_secret",
        "other_tier",
        "not_active",
        "not_active",
    ] == [event["reason"] for event in parts.events()]


def test_clients_under_review_get_tokens(parts: Parts) -> None:
    """A client under review goes on as before, and a resumed one too."""
    parts.register.review("client1")
    under_review = parts.answer()
    parts.register.suspend("client1")
    suspended = parts.answer()
    parts.register.resume("client1")

    assert [200, 400, 200] == [under_review.status, suspended.status, parts.answer().status]


@pytest.mark.parametrize(
    ("tier", "statuses"),
    [(None, [200, 200]), (Tier.PUBLIC, [200, 400]), (Tier.PARTNER, [400, 200])],
)
def test_b54_host_of_other_tier(
    parts: Parts, tier: Tier | None, statuses: list[int]
) -> None:
    """Where one tier gets tokens, clients of the other are not known."""
    answers = parts.answers(
        (("client1:secret123",), {"tier": tier}), (("client2:secret456",), {"tier": tier})
    )

    assert statuses == [one.status for one in answers]


def test_events_are_told(parts: Parts) -> None:
    """The audit log has who got a token or not, from where, and by which request."""
    parts.answer()
    parts.answer("client1:wrong")
    known = {"client_id": "client1", "address": HERE, "request_id": "request-7"}
    issued, refused = parts.events()

    assert {"event": SecurityEvent.TOKEN_ISSUED, **known} == {
        name: issued[name] for name in ("event", *known)
    }
    assert {"event": SecurityEvent.TOKEN_REFUSED, "reason": "wrong_secret", **known} == {
        name: refused[name] for name in ("event", "reason", *known)
    }


def test_f13_nothing_secret_is_written_down(parts: Parts) -> None:
    """Neither secrets nor tokens are in the log, nor what was sent in place of an id."""
    token = body(parts.answer())["access_token"]
    for sent in ("client1:c4n4ry", "c4n4ry:client1", "c4n4ry", "c4n4ry:c4n4ry"):
        parts.answer(sent)
    parts.answer("secret123:client1")
    parts.answer(body=b"grant_type=c4n4ry")
    parts.fail(MAX_FAILURES, "c4n4ry:wrong")
    parts.fail(1, "c4n4ry:wrong")
    log = parts.audit.file.read_text(encoding="utf-8")

    assert 18 == len(log.splitlines())
    assert not [one for one in ("c4n4ry", "secret123", token) if one in log]


def test_answer_is_of_the_contract(parts: Parts) -> None:
    """Bodies hold what `wire` says, in ASCII, and nothing else."""
    given = body(parts.answer())
    refused = body(parts.answer("client1:wrong"))

    assert set(wire.Token.__struct_fields__) == set(given)
    assert set(wire.TokenError.__struct_fields__) == set(refused)
    assert refused["error_description"].isascii()
