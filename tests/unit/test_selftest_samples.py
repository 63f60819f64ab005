"""A self-test asks for everything that the guide shows and the service serves."""

import re

import pytest

from occoder.service.call import plain_path
from occoder.service.checks.selftest_batches import (
    batch_samples,
    creating_sample,
    model_batch_samples,
)
from occoder.service.checks.selftest_samples import (
    GUIDE,
    SCRIPT,
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
from occoder.service.problems import (
    INVALID_BODY,
    MALFORMED_RECORD,
    MODEL_OF_OTHER_TOPIC,
    NO_RECORDS,
    NO_SUCH_MODEL,
    NO_SUCH_OPERATION,
    NO_SUCH_TOPIC,
    NOT_AUTHORIZED,
    TEXT_LENGTH,
    THROTTLED,
    TOO_MANY_RECORDS,
)
from occoder.service.routes import OPERATIONS

MODEL = "00000000-0000-0000-0000-000000000000"
SAMPLES = [
    *token_samples(),
    *topic_samples("osca"),
    latest_sample("osca"),
    *coding_samples("osca"),
    *model_samples("osca", MODEL),
    *error_samples("osca"),
    other_model_sample("osca", MODEL),
    security_sample(),
    throttled_sample("osca"),
    creating_sample("osca"),
    *batch_samples("osca", MODEL),
    *model_batch_samples("osca", MODEL, MODEL),
]


def operation_of(sample: Sample) -> set[str]:
    """Return the names of the operations that a sample could be for."""
    path = plain_path(sample.path)
    return {
        one.name
        for one in OPERATIONS
        if one.method == sample.method
        and re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), path)
    }


def test_every_section_with_samples() -> None:
    """Each section of the guide with a sample request of what is served has its turn."""
    sections = {one.section for one in SAMPLES}

    assert {
        *("3.1.5", "5", "6.1.7", "6.2.7", "6.3.7", "7.1.7", "7.2.7", "9.5", "10"),
        *("8.1.7", "8.3.7", "script"),
    } == sections


def test_every_operation_of_the_guide() -> None:
    """Each operation of the guide is called."""
    of_guide = {
        *("token", "topics", "topic", "models", "latestModel"),
        *("code", "codeWithModel", "securityTxt"),
        *("createOperation", "createOperationWithModel"),
        *("operationStatus", "operationStatusWithModel"),
    }

    assert of_guide <= set().union(*map(operation_of, SAMPLES))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.section} {one.title}")
def test_every_sample_is_of_an_operation(sample: Sample) -> None:
    """Each sample calls something that is served, without a query."""
    assert operation_of(sample)
    assert "?" not in sample.path


def test_section_10_is_provoked() -> None:
    """Each error of section 10 that a client can provoke is provoked."""
    kinds = (
        *(INVALID_BODY, NOT_AUTHORIZED, NO_SUCH_TOPIC, NO_SUCH_MODEL, MODEL_OF_OTHER_TOPIC),
        *(MALFORMED_RECORD, NO_RECORDS, TOO_MANY_RECORDS, TEXT_LENGTH, THROTTLED),
        NO_SUCH_OPERATION,
    )
    provoked = {(one.status, one.message.split("\n")[0]) for one in SAMPLES if one.message}

    assert {(kind.status, kind.message) for kind in kinds} == provoked


def test_b1_both_spellings_of_the_header() -> None:
    """Tokens and coding are asked for with both spellings of the header."""
    for name in ("token", "code"):
        used = {one.spelling for one in SAMPLES if name in operation_of(one)}
        assert {GUIDE, SCRIPT} == used


def test_b3_with_version_and_without() -> None:
    """Coding is asked for with the version in the path, and by the script without it."""
    coding = [one for one in SAMPLES if "code" in operation_of(one)]

    assert {True} == {
        one.path.startswith("/v1/") for one in coding if one.section != "script"
    }
    assert {False} == {
        one.path.startswith("/v1/") for one in coding if one.section == "script"
    }


def test_r78_public_quota_suffices() -> None:
    """Two topics take at most half of what a public client may call in an hour."""
    per_topic = [*coding_samples("osca"), *model_samples("osca", MODEL)]
    errors = [one for one in error_samples("osca") if one.method == "POST"]

    assert 2 * len(per_topic) + len(errors) + 3 <= 50


def test_r9_content_type_on_gets() -> None:
    """GETs carry the content type that the guide shows, but for security.txt."""
    assert {"application/json"} == {
        one.content_type for one in SAMPLES if one.method == "GET" and one.section != "9.5"
    }
    assert "" == security_sample().content_type
