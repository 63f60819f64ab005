"""The calls that a self-test makes: every sample request of the user guide that is served.

Section numbers are those of the guide; "script" is its page of integration examples.
Those about batches are in `selftest_batches`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from occoder import wire
from occoder.service.checks.faulty_requests import FAULTY
from occoder.service.checks.sample_requests import (
    ALL_FIELDS,
    BATCH,
    CODING,
    SCRIPT_BATCH,
    TOKEN_BODY,
    TOKEN_FORM,
    UNSUCCESSFUL,
    SampleRequest,
)
from occoder.service.checks.selftest_answers import (
    Check,
    codes,
    fits,
    is_token,
    lists_models,
    lists_topic,
    says,
    tells_contact,
)
from occoder.service.problems import (
    INVALID_BODY,
    MODEL_OF_OTHER_TOPIC,
    NO_SUCH_MODEL,
    NO_SUCH_TOPIC,
    NOT_AUTHORIZED,
    THROTTLED,
    TOO_MANY_RECORDS,
    Kind,
)
from occoder.service.throttle.throttle import LIMIT_EXCEEDED, TOO_MANY_REQUESTS

TOKEN_PATH: Final = "/oauth2/token"
GUIDE: Final = "Authorisation"
SCRIPT: Final = "Authorization"

_NO_TOPIC: Final = "no-such-topic"
_NO_MODEL: Final = "ffffffff-ffff-4fff-8fff-ffffffffffff"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"

# Section 10 names the length of a batch as an example of an invalid body; later pages of
# the ABS have other words for the limits.
_OTHER_MESSAGES: Final = {
    TOO_MANY_RECORDS: (INVALID_BODY.message,),
    THROTTLED: (TOO_MANY_REQUESTS, LIMIT_EXCEEDED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One call, and what it is to be answered with.

    Parameters
    ----------
    title : str
        What is called.
    section : str
        Where the guide shows it.
    path : str
        With "/v1" or without, as it is shown there.
    check : callable
        Returns what is wrong with the body of an answer.
    topic : str
        Which it is about, if any.
    method : str
        "GET" or "POST".
    body : bytes or None
        What is sent.
    content_type : str
        Of the body; the guide sends one without a body as well.
    spelling : str
        Of the header for the token.
    token : str or None
        What is sent in place of a good token: "" for none at all.
    status : int
        Of the answer.
    message : str
        Of the answer, when it is an error.
    """

    title: str
    section: str
    path: str
    check: Check
    topic: str = ""
    method: str = "GET"
    body: bytes | None = None
    content_type: str = _JSON
    spelling: str = GUIDE
    token: str | None = None
    status: int = 200
    message: str = ""


def token_samples() -> tuple[Sample, Sample]:
    """Return the request for a token as the guide prints it, and as its script sends it."""
    return (
        _token_sample("a token, as the guide prints it", "3.1.5", GUIDE, TOKEN_BODY),
        _token_sample("a token, as the script asks for it", "script", SCRIPT, TOKEN_FORM),
    )


def topic_samples(topic: str) -> Iterator[Sample]:
    """Yield the calls that tell what there is to code with."""
    models = f"/v1/topics/{topic}/models"
    shown = (
        ("all topics", "6.1.7", "/v1/topics", lists_topic(topic)),
        ("a topic", "5", f"/v1/topics/{topic}", fits(dict[str, object])),
        ("all models", "6.3.7", models, lists_models),
    )
    for title, section, path, check in shown:
        yield Sample(title=title, section=section, path=path, check=check, topic=topic)


def latest_sample(topic: str) -> Sample:
    """Return the call that tells the latest model of a topic."""
    return Sample(
        title="the latest model",
        section="6.2.7",
        path=f"/v1/topics/{topic}/models/latest",
        check=fits(wire.Model),
        topic=topic,
    )


def coding_samples(topic: str) -> Iterator[Sample]:
    """Yield the coding calls with the latest model."""
    path = f"/topics/{topic}/code"
    for one in CODING:
        if one is not UNSUCCESSFUL:  # its request is that of another
            yield _coding_sample(one, one.section, f"/v1{path}", topic)
    for one, title in ((ALL_FIELDS, "the single record of the script"), (SCRIPT_BATCH, "")):
        yield _coding_sample(one, "script", path, topic, title=title, spelling=SCRIPT)


def model_samples(topic: str, model_id: str) -> Iterator[Sample]:
    """Yield the coding calls with a given model."""
    path = f"/v1/topics/{topic}/models/{model_id}/code"
    for one in (ALL_FIELDS, BATCH):
        title = f"{one.title}, with a given model"
        yield _coding_sample(one, "7.2.7", path, topic, title=title)


def error_samples(topic: str) -> Iterator[Sample]:
    """Yield calls that provoke the errors of section 10."""
    path = f"/v1/topics/{topic}/code"
    for title, token in (("no token", ""), ("a wrong token", "no-token")):
        yield _error_sample(NOT_AUTHORIZED, title, "/v1/topics", topic, token=token)
    nowhere = f"/v1/topics/{_NO_TOPIC}"
    yield _error_sample(NO_SUCH_TOPIC, "no such topic", f"{nowhere}/models", "")
    yield _error_sample(
        NO_SUCH_TOPIC,
        "coding to no such topic",
        f"{nowhere}/code",
        "",
        body=_body(ALL_FIELDS),
    )
    yield _error_sample(
        NO_SUCH_MODEL,
        "coding with no such model",
        f"/v1/topics/{topic}/models/{_NO_MODEL}/code",
        topic,
        body=_body(ALL_FIELDS),
    )
    for one in FAULTY:
        yield _error_sample(
            one.kind, one.title, path, topic, body=one.body, message=one.message
        )


def other_model_sample(topic: str, model_id: str) -> Sample:
    """Return the coding call with a model of another topic."""
    return _error_sample(
        MODEL_OF_OTHER_TOPIC,
        "coding with a model of another topic",
        f"/v1/topics/{topic}/models/{model_id}/code",
        topic,
        body=_body(ALL_FIELDS),
    )


def throttled_sample(topic: str) -> Sample:
    """Return the coding call that comes too soon after another."""
    path = f"/v1/topics/{topic}/code"
    title = "two calls in less than a second"
    return _error_sample(THROTTLED, title, path, topic, body=_body(ALL_FIELDS))


def security_sample() -> Sample:
    """Return the call that tells where to report problems."""
    return Sample(
        title="security.txt",
        section="9.5",
        path="/v1/security.txt",
        check=tells_contact,
        content_type="",
    )


def _token_sample(title: str, section: str, spelling: str, body: bytes) -> Sample:
    return Sample(
        title=title,
        section=section,
        path=TOKEN_PATH,
        check=is_token,
        method="POST",
        body=body,
        content_type=_FORM,
        spelling=spelling,
    )


def _coding_sample(
    one: SampleRequest,
    section: str,
    path: str,
    topic: str,
    *,
    title: str = "",
    spelling: str = GUIDE,
) -> Sample:
    return Sample(
        title=title or one.title,
        section=section,
        path=path,
        check=codes(one),
        topic=topic,
        method="POST",
        body=_body(one),
        spelling=spelling,
    )


def _error_sample(
    kind: Kind,
    title: str,
    path: str,
    topic: str,
    *,
    body: bytes | None = None,
    token: str | None = None,
    message: str = "",
) -> Sample:
    message = message or kind.message
    return Sample(
        title=title,
        section="10",
        path=path,
        check=says(message, *_OTHER_MESSAGES.get(kind, ())),
        topic=topic,
        method="GET" if body is None else "POST",
        body=body,
        token=token,
        status=kind.status,
        message=message,
    )


def _body(sample: SampleRequest) -> bytes:
    return json.dumps(sample.body).encode()
