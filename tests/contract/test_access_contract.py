"""Who gets in, and how (R14-R24, R78-R80, B1-B4, B16, B18-B20, B54, F2, F9, F13)."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import RunningService
from toy_served import toy_model_folder

from occoder.service.routes import OPERATIONS

DENIED = "User is not authorized to access this resource with an explicit deny"
RECORD = {"record": {"occp_text": "nurse"}}
GUARDED = [one for one in OPERATIONS if one.needs_token]


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service of its own, with the toy model and limits that can be used up."""
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)]) as running:
        yield running


def code(service: RunningService, token: str, path: str = "/v1/topics/toy/code") -> int:
    """Return the status of a coding call with a token."""
    answer = service.http.post(path, json=RECORD, headers={"Authorization": token})
    return answer.status_code


def path_of(template: str) -> str:
    """Return a path that a template describes."""
    model = "00000000-0000-0000-0000-000000000000"
    return template.format(topic="osca", model=model, operation_id=model)


@pytest.mark.parametrize(
    ("header", "scheme", "prefix", "tier"),
    [
        *itertools.product(
            ["Authorisation", "Authorization"],
            ["", "Bearer "],
            ["/v1", ""],
            ["public", "partner"],
        )
    ],
)
def test_f2_sixteen_ways(
    service: RunningService, header: str, scheme: str, prefix: str, tier: str
) -> None:
    """Both spellings, raw and Bearer, with and without /v1, for both tiers."""
    token = service.public_token if tier == "public" else service.partner_token

    answer = service.http.get(f"{prefix}/topics", headers={header: scheme + token})

    assert 200 == answer.status_code


def test_b1_authorization_wins(service: RunningService) -> None:
    """Where both spellings are sent, Authorization counts."""
    headers = {"Authorization": service.partner_token, "Authorisation": "nothing"}
    swapped = {"Authorization": "nothing", "Authorisation": service.partner_token}

    assert 200 == service.http.get("/v1/topics", headers=headers).status_code
    assert 403 == service.http.get("/v1/topics", headers=swapped).status_code


def test_b2_bearer_in_any_case(service: RunningService) -> None:
    """The scheme may be written in any case."""
    headers = {"Authorization": f"bEARER  {service.partner_token}"}

    assert 200 == service.http.get("/v1/topics", headers=headers).status_code


@pytest.mark.parametrize(
    "path", ["/v1/topics/", "//v1//topics", "/topics/", "/v1/topics///"]
)
def test_b3_tolerated_slashes(service: RunningService, path: str) -> None:
    """Doubled and closing slashes are passed by."""
    answer = service.http.get(
        service.address + path, headers={"Authorization": service.partner_token}
    )

    assert 200 == answer.status_code


def test_b4_host_with_scheme(service: RunningService) -> None:
    """A Host with a scheme, as in the samples, is accepted."""
    answer = service.get("/v1/topics", Host="https://partner-coder.api.abs.gov.au")

    assert 200 == answer.status_code


def test_r9_content_type_on_get(service: RunningService) -> None:
    """A GET may carry a content type."""
    answer = service.get("/v1/topics", **{"Content-Type": "application/json"})

    assert 200 == answer.status_code


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
@pytest.mark.parametrize("token", [None, "", "nonsense", "Bearer", "a.b.c"], ids=str)
def test_b16_no_token_no_answer(
    service: RunningService, operation: object, token: str | None
) -> None:
    """Without a good token every guarded route denies, in both cases of the message."""
    one = next(each for each in GUARDED if each is operation)
    headers = {} if token is None else {"Authorization": token}

    answer = service.http.request(one.method, path_of(one.path), headers=headers)

    assert 403 == answer.status_code
    assert DENIED == answer.json()["message"] == answer.json()["Message"]


def test_every_route_is_guarded_but_these() -> None:
    """Only these routes answer without a token; some of them need a signed link."""
    by_link = {"uploadInput", "downloadOutput", "downloadMetadata"}
    without_token = {one.name for one in OPERATIONS if not one.needs_token}

    assert by_link == {one.name for one in OPERATIONS if one.takes_link}
    assert {
        "token",
        "keys",
        "securityTxt",
        "wellKnownSecurityTxt",
        "live",
        "ready",
        "openapi",
        "about",
    } == without_token - by_link


def test_f13_r19_token_lasts_an_hour(toy: RunningService) -> None:
    """A token is good for an hour, to the second or so, and then denied."""
    token = toy.partner_token

    toy.clock.ahead_s = 3590
    assert 200 == code(toy, token)
    toy.clock.ahead_s = 3601
    assert 403 == code(toy, token)


def test_r20_token_is_shared(service: RunningService) -> None:
    """A token is bound to no connection and may be used again and again."""
    first = service.get("/v1/topics")
    second = service.get("/v1/topics", Connection="close")

    assert 200 == first.status_code == second.status_code


def test_suspended_within_seconds(toy: RunningService) -> None:
    """A suspended client is refused with its live token, and let in again when resumed."""
    token = toy.partner_token
    assert 200 == code(toy, token)

    toy.parts.register.suspend(toy.partner.client_id)
    toy.clock.ahead_s += toy.settings.client_refresh_s + 1
    assert 403 == code(toy, token)

    toy.parts.register.resume(toy.partner.client_id)
    toy.clock.ahead_s += toy.settings.client_refresh_s + 1
    assert 200 == code(toy, token)


def test_rotation_may_revoke_tokens(toy: RunningService) -> None:
    """A new secret leaves live tokens good, unless they are revoked with it."""
    token = toy.partner_token
    toy.clock.ahead_s += 5
    toy.parts.register.rotate(toy.partner.client_id, revoke_tokens=False)
    assert 200 == code(toy, token)

    toy.clock.ahead_s += 5
    toy.parts.register.rotate(toy.partner.client_id, revoke_tokens=True)
    toy.clock.ahead_s += 5
    assert 403 == code(toy, token)


def test_key_rotation_keeps_tokens(toy: RunningService) -> None:
    """Tokens signed with the key before stay good, and new ones are good as well."""
    token = toy.partner_token
    toy.parts.keys.rotate()
    toy.clock.ahead_s += 60

    assert 200 == code(toy, token)
    assert 200 == code(toy, toy.token(toy.partner, toy.partner_secret))
