"""The example of a web form, run as its user would, beside services good and bad."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from running_service import RunningService
from slow_service import SlowService, is_silent, says

EXAMPLE = Path(__file__).parents[2] / "examples" / "web_form.py"
AT_MOST_S = 10.0


class Browser:
    """Fills the form in."""

    def __init__(self, address: str, answers: Path) -> None:
        self._http = httpx.Client(base_url=address, timeout=60, trust_env=False)
        self._answers = answers

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def start(self) -> str:
        """Return the first page."""
        return self._http.get("/").text

    def tell(self, title: str, tasks: str = "") -> str:
        """Answer the questions and return the page that comes."""
        return self._http.post("/job", data={"title": title, "tasks": tasks}).text

    def choose(self, page: str, label: str) -> str:
        """Choose what has this label and return the page that comes."""
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        choice = re.findall(
            rf'value="([^"]+)" required>\s*{re.escape(label)}</label>', page
        )
        return self._http.post("/choice", data={"key": key, "choice": choice[0]}).text

    def post(self, path: str, data: Mapping[str, str]) -> str:
        """Send what no page of the form would."""
        return self._http.post(path, data=data).text

    @property
    def kept(self) -> list[dict[str, object]]:
        """Return the answers that were kept."""
        if not self._answers.exists():
            return []
        return [json.loads(line) for line in self._answers.read_text().splitlines()]


@contextmanager
def form(tmp_path: Path, url: str, client_id: str, secret: str) -> Iterator[Browser]:
    """Run the example beside a service."""
    answers = tmp_path / "answers.jsonl"
    environ = {
        **os.environ,
        "CODER_URL": url,
        "CODER_ID": client_id,
        "CODER_SECRET": secret,
        "FORM_PORT": "0",
        "FORM_ANSWERS": str(answers),
    }
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, str(EXAMPLE)],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout
        browser = Browser(process.stdout.readline().strip(), answers)
        try:
            yield browser
        finally:
            browser.close()
            process.terminate()
            process.wait(60)


@pytest.fixture
def browser(service: RunningService, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser at a form beside the real service."""
    client_id = service.partner.client_id
    with form(tmp_path, service.address, client_id, service.partner_secret) as browser:
        yield browser


def test_choice_is_kept(browser: Browser, tmp_path: Path) -> None:
    """What a person chooses is kept with code, title and confidence."""
    assert "What is your job called?" in browser.start()
    page = browser.tell("electrician", "wiring new houses")
    assert "Did you mean one of these?" in page
    assert "Thank you" in browser.choose(page, "Electrician (General)")
    (kept,) = browser.kept

    assert ("381231", "Electrician (General)") == (kept["code"], kept["title"])
    assert ("electrician", "wiring new houses") == (kept["occp_text"], kept["tasks_text"])
    assert "chosen" == kept["status"]
    assert isinstance(kept["confidence"], float)


def test_none_of_these_is_an_answer(browser: Browser) -> None:
    """Who means none of what is offered can say so."""
    page = browser.tell("teacher")
    browser.choose(page, "None of these")

    assert [(None, "none of these")] == [
        (one["code"], one["status"]) for one in browser.kept
    ]


def test_what_phones_type_is_coded(browser: Browser) -> None:
    """Smart quotes, accents and long texts don't keep a job from being coded."""
    page = browser.tell("Chef\u2019s café cook", "\u201ccooking\u201d \u2013 meals " * 20)

    assert "Did you mean one of these?" in page


def test_texts_stay_texts(browser: Browser) -> None:
    """What a person writes is shown as text, whatever it looks like."""
    page = browser.tell("<script>alert(1)</script> nurse")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_only_what_was_offered_is_kept(browser: Browser) -> None:
    """A browser can neither invent a code nor choose twice."""
    page = browser.tell("teacher")
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    browser.post("/choice", {"key": key, "choice": "999999"})
    again = browser.post("/choice", {"key": key, "choice": "0"})
    browser.post("/choice", {"key": "x", "choice": "0"})

    assert [None] == [one["code"] for one in browser.kept]
    assert "What is your job called?" in again


@pytest.mark.parametrize(
    ("acts", "slug"),
    [
        ({"/v1/topics/osca/code": is_silent}, "service-unreachable"),
        ({"/oauth2/token": is_silent}, "service-unreachable"),
        ({"/v1/topics/osca/code": says({"message": "x"}, 429)}, "throttled"),
        ({"/v1/topics/osca/code": says({"message": "x"}, 500)}, "request-refused"),
        ({"/oauth2/token": says({"error": "invalid_client"}, 400)}, "credentials-refused"),
    ],
    ids=["no answer", "no token", "limit", "fault", "credentials"],
)
def test_form_goes_on(tmp_path: Path, acts: dict[str, object], slug: str) -> None:
    """Whatever is wrong with the service, the form goes on at once and keeps the texts."""
    with SlowService(acts) as service:  # type: ignore[arg-type]
        with form(tmp_path, service.address, "an-id", "s3cret") as browser:
            start = time.monotonic()
            page = browser.tell("canary in a mine")
            took_s = time.monotonic() - start
            kept = browser.kept
    log = (tmp_path / "log").read_text()

    assert "Thank you" in page
    assert took_s < AT_MOST_S
    assert [("canary in a mine", "to be coded")] == [
        (one["occp_text"], one["status"]) for one in kept
    ]
    assert f"no suggestions: {slug}\n" in log
    assert "canary" not in log
    assert "s3cret" not in log


def test_missing_setting_is_told() -> None:
    """Without its settings the example says which is missing."""
    environ = {name: text for name, text in os.environ.items() if "CODER_" not in name}
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], env=environ, capture_output=True, text=True
    )

    assert 1 == done.returncode
    assert "Set CODER_URL" in done.stderr
