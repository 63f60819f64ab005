"""A self-test of a service that is as the guide describes it, and of others."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from guide_service import CREDENTIALS, TOKEN, GuideService

from occoder.errors import ServiceUnreachable, Throttled
from occoder.service.checks.selftest import Outcome, Selftest, open_http, retry_after_s

TOPICS = ["osca", "anzsco"]


def run(
    service: GuideService, topics: list[str] | None = None, credentials: str = CREDENTIALS
) -> list[Outcome]:
    """Return how the samples went with a service."""
    with httpx.Client(transport=httpx.MockTransport(service)) as http:
        test = Selftest(
            http=http,
            url="https://partner-coder.api.example.org",
            auth_url="https://partner-coder.auth.example.org",
            credentials=credentials,
            sleep=service.clock.sleep,
            clock=service.clock,
        )
        return list(test.run(topics or TOPICS))


def failed(outcomes: list[Outcome]) -> list[str]:
    """Return what was not as documented."""
    return [one.sample for one in outcomes if one.is_ok is False]


def skipped(outcomes: list[Outcome]) -> list[str]:
    """Return what could not be asked for."""
    return [one.sample for one in outcomes if one.is_ok is None]


def test_service_of_the_guide_passes() -> None:
    """A service that has what the guide describes and nothing more passes."""
    outcomes = run(GuideService())

    assert [] == failed(outcomes)
    assert ["two calls in less than a second"] == skipped(outcomes)
    assert len(outcomes) > 30


def test_nobody_waits_for_a_partner() -> None:
    """Where nothing is throttled, nothing waits."""
    service = GuideService()
    run(service)

    assert [] == service.clock.slept


@pytest.mark.parametrize("retry_after", ["", "1", "2"], ids=["AWS", "1 s", "2 s"])
def test_r78_public_client_passes(retry_after: str) -> None:
    """One call a second is enough, whether a refusal says when to come or not."""
    service = GuideService(per_second=1, retry_after=retry_after)
    outcomes = run(service)

    assert [] == failed(outcomes)
    assert [] == skipped(outcomes)
    refusals = [one for one in outcomes if one.expected.startswith("429")]
    assert ["429 Too Many Requests"] == [one.got for one in refusals]


def test_calls_keep_their_distance() -> None:
    """After the first refusal calls are spaced, so that hardly another is refused."""
    service = GuideService(per_second=1, retry_after="1")
    run(service)
    coding = [one for one in service.asked if one.url.path.endswith("/code")]

    assert 25 < service.clock.now < 60
    assert len(coding) <= 30


def test_long_waits_are_not_waited() -> None:
    """When the quota of the hour is used up, the test ends and says how long."""
    service = GuideService(per_second=1, retry_after="3400")

    with pytest.raises(Throttled) as caught:
        run(service)
    assert 3400 == caught.value.retry_after_s


def test_endless_refusals_end() -> None:
    """A service that refuses whenever it is asked fails, after a few tries each."""
    refusal = 429, {"message": "RateLimitExceededException"}
    service = GuideService(in_place={"/v1/topics": refusal})
    outcomes = run(service, ["osca"])

    assert "all topics" in failed(outcomes)
    assert 5 == sum(
        one.url.path == "/v1/topics" and one.headers.get("authorisation") == TOKEN
        for one in service.asked
    )


def test_without_token_nothing_else() -> None:
    """Without a token only the two requests for one are told of."""
    service = GuideService()
    outcomes = run(service, credentials="Basic d3Jvbmc6b25l")

    assert [(False, "400"), (False, "400")] == [(one.is_ok, one.got) for one in outcomes]
    assert {"/oauth2/token"} == {one.url.path for one in service.asked}


def test_hosts_are_told_apart() -> None:
    """Tokens are asked for at their own host, and the token goes to the API only."""
    service = GuideService()
    run(service)
    by_host: dict[str, list[httpx.Request]] = {}
    for request in service.asked:
        by_host.setdefault(request.url.host, []).append(request)
    tokens = by_host["partner-coder.auth.example.org"]

    assert {
        "partner-coder.auth.example.org",
        "partner-coder.api.example.org",
    } == by_host.keys()
    assert {"/oauth2/token"} == {one.url.path for one in tokens}
    assert 2 == len(tokens)
    for request in by_host["partner-coder.api.example.org"]:
        assert CREDENTIALS not in request.headers.values()


@pytest.mark.parametrize(
    ("in_place", "sample", "got"),
    [
        ({"/v1/topics": (200, [])}, "all topics", "200 osca is not among the topics"),
        (
            {"/v1/topics/osca/models": (200, [])},
            "all models",
            "200 the list of models is empty",
        ),
        ({"/v1/topics/osca/models": (200, {})}, "all models", "200 Expected `array`"),
        ({"/v1/topics/osca": (404, {})}, "a topic", "404"),
        ({"/v1/security.txt": (200, "nobody")}, "security.txt", "200 it has no contact"),
        (
            {"/v1/topics/no-such-topic/code": (404, {"message": "No such topic"})},
            "coding to no such topic",
            "404 No such topic",
        ),
        (
            {"/v1/topics/osca/batch-code": (200, {"operationId": "1"})},
            "a new operation",
            "200 Object missing required field `requestUploadUrl`",
        ),
        (
            {
                "/v1/topics/osca/batch-code/operations/00000000-0000-0000-0000-"
                "000000000003": (200, {"operationStatus": "failed"})
            },
            "its status",
            "200 it is not awaiting_input",
        ),
        (
            {"/topics/osca/code": (500, {"message": "Error performing request"})},
            "the small batch of the script",
            "500 Error performing request",
        ),
    ],
    ids=str,
)
def test_deviations_are_told(
    in_place: Mapping[str, tuple[int, Any]], sample: str, got: str
) -> None:
    """What is not as documented fails, with what came instead."""
    outcomes = run(GuideService(in_place=in_place), ["osca"])
    one = next(one for one in outcomes if one.sample == sample)

    assert one.is_ok is False
    assert one.got.startswith(got)


def test_without_a_model_its_samples_are_skipped() -> None:
    """Where no latest model is told, coding with a given one is skipped, and said so."""
    in_place = {"/v1/topics/osca/models/latest": (500, {"message": "No models found"})}
    outcomes = run(GuideService(in_place=in_place), ["osca"])

    assert ["the latest model"] == failed(outcomes)
    assert {"7.2.7", "8.1.7", "8.3.7"} == {
        one.section for one in outcomes if one.is_ok is None and one.section != "10"
    }
    assert len(outcomes) == len(run(GuideService(), ["osca"]))


def test_one_topic_has_no_other_model() -> None:
    """With one topic a model of another can't be asked for, which is no failure."""
    outcomes = run(GuideService(), ["osca"])

    assert [] == failed(outcomes)
    assert "coding with a model of another topic" in skipped(outcomes)


def test_public_client_makes_no_operations() -> None:
    """Where a client may not make operations, as a public one, that is no failure."""
    outcomes = run(GuideService(is_of_partner=False), ["osca"])

    assert [] == failed(outcomes)
    assert "a new operation" in skipped(outcomes)
    assert "8.3.7" not in {one.section for one in outcomes}


def test_r53_r60_operations_are_made_and_asked_for() -> None:
    """For a partner operations are made in each way, and asked for."""
    sections = [one.section for one in run(GuideService(), ["osca"])]

    assert 2 == sections.count("8.1.7") == sections.count("8.3.7")


def test_secrets_are_not_shown() -> None:
    """Neither what was expected nor what came holds a token or credentials."""
    text = json.dumps([[one.expected, one.got] for one in run(GuideService())])
    test = Selftest(http=httpx.Client(), url="", auth_url="", credentials=CREDENTIALS)

    assert TOKEN not in text
    assert CREDENTIALS not in repr(test)
    test.http.close()


def test_no_service_is_told() -> None:
    """Where nothing answers, the address and the reason are told."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with httpx.Client(transport=httpx.MockTransport(refuse)) as http:
        test = Selftest(
            http=http,
            url="https://a.example",
            auth_url="https://b.example",
            credentials="x",
        )
        with pytest.raises(ServiceUnreachable) as caught:
            list(test.run(TOPICS))
    assert ("https://b.example", "connection refused") == (
        caught.value.url,
        caught.value.problem,
    )


@pytest.mark.parametrize(
    ("header", "wait_s"), [("7", 7), ("0", 1), ("", 1), ("soon", 1), ("-3", 1)]
)
def test_retry_after(header: str, wait_s: int) -> None:
    """The header says how long to wait; a second where it does not."""
    assert wait_s == retry_after_s(httpx.Response(429, headers={"Retry-After": header}))


def test_only_certificates_are_trusted(tmp_path: Path) -> None:
    """A file without certificates is refused, with its name."""
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")

    with pytest.raises(ValueError, match=r"ca\.pem"):
        open_http(ca=file)
