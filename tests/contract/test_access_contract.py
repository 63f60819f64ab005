"""Who gets in, and how (R14-R24, R78-R80, B1-B4, B16, B18-B20, B54, F2, F9, F13)."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import RunningService, basic
from toy_served import toy_model_folder

from occoder.service.client import Client, Override, Tier
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
    return template.format(topic="osca", model=model)


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
    """Only these routes answer without a token."""
    assert {
        "token",
        "keys",
        "securityTxt",
        "wellKnownSecurityTxt",
        "live",
        "ready",
        "openapi",
        "about",
    } == {one.name for one in OPERATIONS if not one.needs_token}


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


def test_f9_two_calls_in_a_second(toy: RunningService) -> None:
    """A public client's second call within a second is refused, with Retry-After."""
    token = toy.public_token
    assert 200 == code(toy, token)

    answer = toy.http.post(
        "/v1/topics/toy/code", json=RECORD, headers={"Authorization": token}
    )

    assert 429 == answer.status_code
    assert "RateLimitExceededException" == answer.json()["message"]
    assert "Too Many Requests" in answer.json()["errors"][0]["detail"]
    assert "1" == answer.headers["retry-after"]
    assert "x-rate-limit-remaining" in answer.headers


def test_f9_b18_101st_in_an_hour(toy: RunningService) -> None:
    """The 101st call in an hour is refused until the first is an hour old."""
    token = toy.public_token
    for _ in range(100):
        toy.clock.ahead_s += 2
        assert 200 == code(toy, token)
    toy.clock.ahead_s += 2

    answer = toy.http.post(
        "/v1/topics/toy/code", json=RECORD, headers={"Authorization": token}
    )

    assert 429 == answer.status_code
    assert "Limit Exceeded" in answer.json()["errors"][0]["detail"]
    wait = int(answer.headers["retry-after"])
    assert 3390 <= wait <= 3400
    toy.clock.ahead_s += wait - 5
    token = toy.token(toy.public, toy.public_secret)
    assert 429 == code(toy, token)
    toy.clock.ahead_s += 5
    assert 200 == code(toy, token)


def test_f9_batch_is_one_call(toy: RunningService) -> None:
    """A batch of 300 counts as one call."""
    body = {"records": [{"occp_text": "nurse"}] * 300}
    headers = {"Authorization": toy.public_token}
    statuses = []
    for _ in range(3):
        toy.clock.ahead_s += 1.5
        answer = toy.http.post("/v1/topics/toy/code", json=body, headers=headers)
        statuses.append(answer.status_code)

    assert [200, 200, 200] == statuses
    assert "97" == answer.headers["x-rate-limit-remaining"]


def test_f9_partner_is_unaffected(toy: RunningService) -> None:
    """A partner has no limit by default."""
    assert {200} == {code(toy, toy.partner_token) for _ in range(20)}


def test_f9_b20_lists_are_unaffected(toy: RunningService) -> None:
    """Lists don't count as coding calls."""
    headers = {"Authorization": toy.public_token}
    statuses = {toy.http.get("/v1/topics", headers=headers).status_code for _ in range(5)}

    assert {200} == statuses
    assert 200 == code(toy, toy.public_token)


def test_r80_override_of_a_client(toy: RunningService) -> None:
    """A client's own limits stand in place of its tier's."""
    eager = toy.add_client(Tier.PUBLIC, Override(per_second=0, per_hour=2))
    token = toy.token(*eager)

    assert [200, 200, 429] == [code(toy, token) for _ in range(3)]


def test_refused_call_consumes_nothing(toy: RunningService) -> None:
    """A refused call does not count against the quota."""
    client = toy.add_client(Tier.PUBLIC, Override(per_second=1, per_hour=2))
    token = toy.token(*client)

    first = [code(toy, token) for _ in range(5)]
    toy.clock.ahead_s += 2
    second = code(toy, token)

    assert [200, 429, 429, 429, 429] == first
    assert 200 == second


def test_b69_denied_before_throttled(toy: RunningService) -> None:
    """Authorization comes first, then the limit, then the body, the topic, the records."""
    token = toy.public_token

    def status(body: bytes, path: str) -> tuple[int, str]:
        answer = toy.http.post(path, content=body, headers={"Authorization": token})
        return answer.status_code, answer.json()["message"].partition(":")[0]

    bad_records = b'{"records": [{"occp_text": 1}]}'
    statuses = [status(b"x", "/v1/topics/none/code"), status(b"x", "/v1/topics/none/code")]
    for body, path in (
        (bad_records, "/v1/topics/none/code"),
        (bad_records, "/v1/topics/toy/models/no-guid/code"),
        (bad_records, "/v1/topics/toy/code"),
        (b'{"record": {"occp_text": "a"}}', "/v1/topics/toy/code"),
    ):
        toy.clock.ahead_s += 2
        statuses.append(status(body, path))

    assert [
        (400, "Invalid request body"),
        (429, "RateLimitExceededException"),
        (404, "The specified topic does not exist"),
        (404, "The specified model does not exist"),
        (400, "Malformed record found in request"),
        (400, "There are record(s) outside the min or max char limit"),
    ] == statuses


class TestHosts:
    """The four host names of the contract (R3, B54)."""

    HOSTS = {
        f"OCCODER_{tier.upper()}_{side.upper()}_HOST": f"{tier}-coder.{side}.example.org"
        for tier in ("public", "partner")
        for side in ("auth", "api")
    }

    @pytest.fixture
    def hosted(self, tmp_path: Path) -> Iterator[RunningService]:
        """Return a service with the four host names."""
        model = toy_model_folder(tmp_path)
        with RunningService(tmp_path / "home", [model], self.HOSTS) as running:
            yield running

    def token(
        self, hosted: RunningService, client: Client, secret: str, tier: str
    ) -> dict[str, str]:
        """Return the answer of the token endpoint of a tier."""
        answer = hosted.http.post(
            "/oauth2/token",
            content="grant_type=client_credentials",
            headers={
                "Authorization": basic(client.client_id, secret),
                "Host": f"{tier}-coder.auth.example.org",
            },
        )
        found: dict[str, str] = answer.json()
        return found

    def test_b54_tier_of_the_host(self, hosted: RunningService) -> None:
        """A client gets tokens and answers under the names of its own tier only."""
        partner = hosted.partner, hosted.partner_secret
        token = self.token(hosted, *partner, "partner")["access_token"]
        refused = self.token(hosted, *partner, "public")

        def status(host: str) -> int:
            headers = {"Authorization": token, "Host": host}
            return hosted.http.get("/v1/topics", headers=headers).status_code

        assert "invalid_client" == refused["error"]
        assert 200 == status("partner-coder.api.example.org")
        assert 200 == status("https://Partner-Coder.API.example.org:443")
        assert 403 == status("public-coder.api.example.org")
        assert 404 == status("partner-coder.auth.example.org")
        assert 404 == status("elsewhere.example.org")

    def test_health_on_every_host(self, hosted: RunningService) -> None:
        """Health is told under any name."""
        assert 200 == hosted.http.get("/health/live").status_code
