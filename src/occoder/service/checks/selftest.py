"""A self-test: the guide's sample requests, sent to a running service and looked at.

Nothing here depends on what only occoder has, so that it works against the service of the
ABS as well. Credentials and token go into headers and nowhere else.
"""

import math
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import msgspec

from occoder import wire
from occoder.errors import ServiceUnreachable, Throttled
from occoder.service.checks.selftest_answers import AnyToken, message_of
from occoder.service.checks.selftest_batches import (
    batch_samples,
    creating_sample,
    model_batch_samples,
    operation_of,
)
from occoder.service.checks.selftest_samples import (
    TOKEN_PATH,
    Sample,
    coding_samples,
    error_samples,
    latest_sample,
    model_samples,
    other_model_sample,
    security_sample,
    throttled_sample,
    token_samples,
    topic_samples,
)

TIMEOUT_S: Final = 30.0
MAX_WAIT_S: Final = 120
SPACING_S: Final = 1.1
_MAX_TRIES: Final = 5
_TOO_MANY: Final = 429
_DENIED: Final = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a sample went.

    Parameters
    ----------
    sample, section, topic : str
        Which one it is.
    expected, got : str
        Status, and the message of an error or what is wrong.
    is_ok : bool or None
        Whether the answer is as documented; None when it could not be asked for.
    """

    sample: str
    section: str
    topic: str
    expected: str
    got: str
    is_ok: bool | None


@dataclass(slots=True, kw_only=True)
class Selftest:
    """Replays the sample requests against a service.

    Parameters
    ----------
    http : httpx.Client
        Where calls go.
    url, auth_url : str
        Of the API and of the token endpoint, without a path.
    credentials : str
        Header that asks for a token; never shown.
    sleep : callable
        Waits for some seconds.
    clock : callable
        Gives seconds that never go back.
    """

    http: httpx.Client
    url: str
    auth_url: str
    credentials: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _token: str = field(default="", init=False, repr=False)
    _spacing_s: float = field(default=0.0, init=False)
    _asked_at: float = field(default=-math.inf, init=False)

    def run(self, topics: Sequence[str]) -> Iterator[Outcome]:
        """Yield how each sample went; without a token only those that ask for one.

        Parameters
        ----------
        topics : sequence of str
            What is coded to.

        Raises
        ------
        ServiceUnreachable
            If the service gives no answer.
        Throttled
            If it asks to wait longer than two minutes.
        """
        for sample in token_samples():
            answer = self._ask(sample)
            yield (outcome := judge(sample, answer))
            if outcome.is_ok:
                self._token = _access_token(answer)
        if self._token:
            yield from self._run_with_token(topics)

    def _run_with_token(self, topics: Sequence[str]) -> Iterator[Outcome]:
        models: dict[str, str] = {}
        for topic in topics:
            yield from self._judged(topic_samples(topic))
            sample = latest_sample(topic)
            answer = self._ask(sample)
            yield (outcome := judge(sample, answer))
            if outcome.is_ok:
                models[topic] = _model_id(answer)
        for topic in topics:
            yield from self._judged(coding_samples(topic))
            model_id = models.get(topic, "")
            yield from self._with_model(model_samples(topic, model_id), model_id)
            yield from self._with_batches(topic, model_id)
        yield from self._judged(error_samples(topics[0]))
        yield self._with_other_model(topics[0], models)
        yield from self._judged([security_sample()])
        yield self._twice_at_once(throttled_sample(topics[0]))

    def _judged(self, samples: Iterator[Sample] | Sequence[Sample]) -> Iterator[Outcome]:
        for sample in samples:
            yield judge(sample, self._ask(sample))

    def _with_model(self, samples: Iterator[Sample], model_id: str) -> Iterator[Outcome]:
        for sample in samples:
            if model_id:
                yield judge(sample, self._ask(sample))
            else:
                yield skipped(sample, "needs a model of the topic")

    def _with_batches(self, topic: str, model_id: str) -> Iterator[Outcome]:
        sample = creating_sample(topic)
        answer = self._ask(sample)
        if answer.status_code == _DENIED:
            yield skipped(sample, "needs a client of the partner tier")
            return
        yield (outcome := judge(sample, answer))
        if outcome.is_ok:
            operation_id = operation_of(answer.content)
            yield from self._judged(batch_samples(topic, operation_id))
            samples = model_batch_samples(topic, model_id, operation_id)
            yield from self._with_model(samples, model_id)

    def _with_other_model(self, topic: str, models: dict[str, str]) -> Outcome:
        others = [model for name, model in models.items() if name != topic]
        if not others:
            return skipped(other_model_sample(topic, ""), "needs the models of two topics")
        sample = other_model_sample(topic, others[0])
        return judge(sample, self._ask(sample))

    def _twice_at_once(self, sample: Sample) -> Outcome:
        first = self._ask(sample, status=200)
        second = self._send(sample)
        if first.is_success and second.is_success:
            return skipped(sample, "this client is not held to one call a second")
        return judge(sample, second)

    def _ask(self, sample: Sample, status: int | None = None) -> httpx.Response:
        """Send a sample, as often as the service asks to wait and try again."""
        for _ in range(_MAX_TRIES):
            self._keep_spacing()
            answer = self._send(sample)
            if answer.status_code != _TOO_MANY or (status or sample.status) == _TOO_MANY:
                break
            self._spacing_s = SPACING_S
            wait_s = retry_after_s(answer)
            if wait_s > MAX_WAIT_S:
                raise Throttled(retry_after_s=wait_s)
            self.sleep(wait_s)
        return answer

    def _keep_spacing(self) -> None:
        """Wait until the next call may come, once a limit was met."""
        early_s = self._asked_at + self._spacing_s - self.clock()
        if early_s > 0:
            self.sleep(early_s)

    def _send(self, sample: Sample) -> httpx.Response:
        self._asked_at = self.clock()
        is_for_token = sample.path == TOKEN_PATH
        origin = self.auth_url if is_for_token else self.url
        token = self._token if sample.token is None else sample.token
        given = {
            sample.spelling: self.credentials if is_for_token else token,
            "Content-Type": sample.content_type,
        }
        headers = {name: value for name, value in given.items() if value}
        try:
            return self.http.request(
                sample.method, origin + sample.path, content=sample.body, headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = str(error) or type(error).__name__
            raise ServiceUnreachable(url=origin, problem=problem) from error


def open_http(*, ca: Path | None = None, proxy: str | None = None) -> httpx.Client:
    """Return a client for `Selftest`, which verifies certificates.

    Parameters
    ----------
    ca : Path or None
        PEM file of the only certificates to trust; None for those that are usual.
    proxy : str or None
        Address of the proxy to go through.

    Raises
    ------
    ValueError
        If the file holds no certificate.
    """
    return httpx.Client(
        verify=_trusting(ca), proxy=proxy, trust_env=False, timeout=TIMEOUT_S
    )


def judge(sample: Sample, answer: httpx.Response) -> Outcome:
    """Return how a sample went.

    Parameters
    ----------
    sample : Sample
        What was asked.
    answer : httpx.Response
        What came back.
    """
    fault = sample.check(answer.content) if answer.status_code == sample.status else ""
    is_ok = answer.status_code == sample.status and not fault
    got = [str(answer.status_code), message_of(answer.content)]
    if fault and not sample.message:
        got.append(fault)
    return _outcome(sample, " ".join(filter(None, got)), is_ok)


def skipped(sample: Sample, why: str) -> Outcome:
    """Return that a sample could not be asked for."""
    return _outcome(sample, why, None)


def retry_after_s(answer: httpx.Response) -> int:
    """Return for how many seconds an answer asks to wait; 1 where it does not say."""
    told = answer.headers.get("Retry-After", "")
    return max(int(told), 1) if told.isdecimal() else 1


def _trusting(ca: Path | None) -> ssl.SSLContext:
    if ca is None:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca)
    except ssl.SSLError as error:
        raise ValueError(f"{ca} holds no certificate in PEM form") from error


def _outcome(sample: Sample, got: str, is_ok: bool | None) -> Outcome:
    return Outcome(
        sample=sample.title,
        section=sample.section,
        topic=sample.topic,
        expected=" ".join(filter(None, (str(sample.status), sample.message))),
        got=got,
        is_ok=is_ok,
    )


def _access_token(answer: httpx.Response) -> str:
    return msgspec.json.decode(answer.content, type=AnyToken).access_token


def _model_id(answer: httpx.Response) -> str:
    return msgspec.json.decode(answer.content, type=wire.Model).model_id
