"""The calls that need no token: security.txt, health, what answers (R81, R82, B55)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running_service import RunningService


@pytest.mark.parametrize("path", ["/v1/security.txt", "/security.txt"])
def test_r81_b55_security_txt(service: RunningService, path: str) -> None:
    """It is HTML as in the guide, needs no token, and has not expired."""
    for headers in ({}, {"Authorization": "anything"}):
        answer = service.http.get(path, headers=headers)
        assert 200 == answer.status_code
        assert "text/html" == answer.headers["content-type"]
        found = re.fullmatch(r"<p>contact: mailto:\S+\nexpires: (\S+)</p>", answer.text)
        assert found
        expires = datetime.fromisoformat(found[1])
        assert datetime.now(UTC) < expires < datetime.now(UTC) + timedelta(days=365)


def test_b55_security_txt_as_text(service: RunningService) -> None:
    """At the well-known place, and for those who ask, it is what RFC 9116 describes."""
    well_known = service.http.get("/.well-known/security.txt")
    asked = service.http.get("/security.txt", headers={"Accept": "text/plain"})

    for answer in (well_known, asked):
        assert answer.headers["content-type"].startswith("text/plain")
        assert ["Contact", "Expires"] == [
            line.partition(":")[0] for line in answer.text.splitlines()
        ]


def test_health(service: RunningService) -> None:
    """Both questions of health are answered without a token."""
    live, ready = service.http.get("/health/live"), service.http.get("/health/ready")

    assert {"status": "live"} == live.json()
    assert {"database": "ok", "models": "ok"} == ready.json()["checks"]
    assert (200, "ready") == (ready.status_code, ready.json()["status"])


@pytest.fixture
def no_model(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service that has no model."""
    with RunningService(tmp_path / "home", []) as running:
        yield running


def test_not_ready_without_models(no_model: RunningService) -> None:
    """Without a model the service is alive and not ready."""
    assert 200 == no_model.http.get("/health/live").status_code
    assert 503 == no_model.http.get("/health/ready").status_code


def test_head_is_get_without_body(service: RunningService) -> None:
    """HEAD gives the headers of GET."""
    answer = service.http.head("/health/live")

    assert 200 == answer.status_code
    assert b"" == answer.content


def test_about(service: RunningService) -> None:
    """The base address tells what answers."""
    for path in ("/", "/v1", "/v1/"):
        assert "occoder" == service.http.get(path).json()["name"]
