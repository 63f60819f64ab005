"""What pages and docstrings say of the client is run against the real service."""

import contextlib
import inspect
import io
import re
import textwrap
from pathlib import Path

import pytest
from running_service import RunningService

from occoder.client import Client

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
# Code, and what it prints if the page shows that.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.M)
EXAMPLE = re.compile(r"::\n\n((?: +.*\n|\n)+)")


def sections(page: str) -> list[tuple[str, str]]:
    """Return the blocks of a page that can be run here, with what they print."""
    text = (GUIDES / page).read_text(encoding="utf-8")
    found = [(code, printed) for code, printed in BLOCK.findall(text)]
    return [(code, printed) for code, printed in found if "abs.gov.au" not in code]


def printed(code: str, names: dict[str, object]) -> str:
    """Run some code and return what it prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(code, names)
    return output.getvalue()


@pytest.mark.parametrize("page", ["call-the-service.md", "web-form.md"])
def test_guides_run(
    page: str, service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code of the guides runs as it stands, and prints what they show."""
    monkeypatch.setenv("CODER_URL", service.address)
    monkeypatch.setenv("CODER_ID", service.partner.client_id)
    monkeypatch.setenv("CODER_SECRET", service.partner_secret)
    names: dict[str, object] = {}
    shown, told = [], []
    for code, expected in sections(page):
        here = code.replace("https://coder.example", service.address)
        shown.append(expected)
        told.append(printed(here.replace("timeout_s=1.5", "timeout_s=30"), names))
    client = names["coder"]
    assert isinstance(client, Client)
    client.close()

    assert len(shown) >= 2
    assert shown == told


@pytest.mark.parametrize("method", [Client.code_one, Client.code])
def test_docstrings_run(method: object, service: RunningService) -> None:
    """The examples in docstrings of the client run."""
    (example,) = EXAMPLE.findall(f"{inspect.getdoc(method)}\n")
    with Client(
        service.address, service.partner.client_id, service.partner_secret, timeout_s=30
    ) as coder:
        assert printed(textwrap.dedent(example), {"coder": coder})
