"""`occoder serve`, its options, and what it does before it serves."""

import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from stand_in_server import PATIENCE_S, wait_until
from toy_served import toy_model_folder

from occoder.catalogue import Catalogue
from occoder.cli.serve import serve
from occoder.cli.service_options import settings_from
from occoder.errors import SettingsFaults

PROGRAM = [
    *(sys.executable, "-c"),
    "import typer; from occoder.cli.serve import serve; typer.run(serve)",
]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a model of each bundled topic, so that none is trained."""
    for number, topic in enumerate(("anzsco", "osca"), start=1):
        folder = tmp_path / "models" / topic
        folder.mkdir(parents=True)
        toy_model_folder(folder, number=number, topic=topic)
    for name in [name for name in os.environ if name.startswith("OCCODER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    monkeypatch.setenv("OCCODER_METRICS_PORT", "0")
    return tmp_path


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start the command; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        with (home / "said").open("w") as said:
            started.append(subprocess.Popen([*PROGRAM, *options], stderr=said, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(PATIENCE_S)


def said(home: Path) -> str:
    """Return what the command said on its error output."""
    return (home / "said").read_text()


def address_told(home: Path) -> str:
    """Return the address that it told, as soon as it did."""
    found: list[str] = []
    pattern = re.compile(r"The service answers at (\S+)\n")
    wait_until(lambda: found.extend(pattern.findall(said(home))) or found)
    return found[0]


def test_service_starts_with_nothing_configured(home: Path, start: Start) -> None:
    """It tells its address, answers there, and ends with 0 when it is told to stop."""
    process = start("--port", "0")
    answer = httpx.get(address_told(home) + "/health/ready", timeout=PATIENCE_S)
    process.send_signal(signal.SIGTERM)

    assert 0 == process.wait(PATIENCE_S)
    assert "ready" == answer.json()["status"]
    assert "occoder client add" in said(home)
    assert "Traceback" not in said(home)


def test_options_reach_every_process(home: Path, start: Start) -> None:
    """With TLS, several processes and the page, all is as the options say."""
    start("--port", "0", "--tls", "self-signed", "--workers", "2", "--page")
    address = address_told(home)
    trusted = home / "service" / "tls" / "certificate.pem"
    context = ssl.create_default_context(cafile=trusted)
    with httpx.Client(base_url=address, verify=context, timeout=PATIENCE_S) as client:
        page = client.get("/", headers={"Accept": "text/html"})

    assert address.startswith("https://127.0.0.1:")
    assert page.headers["content-type"].startswith("text/html")


def test_options_go_before_variables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given as an option counts, and the variable where there is no option."""
    monkeypatch.setenv("OCCODER_PORT", "8001")
    monkeypatch.setenv("OCCODER_PROXIES", "10.0.0.1")
    given = settings_from(proxies=["10.0.0.2,10.0.0.3", "10.0.0.4"], port=8002)
    none = settings_from(proxies=None, port=None)

    assert (8002, ("10.0.0.2", "10.0.0.3", "10.0.0.4")) == (given.port, given.proxies)
    assert (8001, ("10.0.0.1",)) == (none.port, none.proxies)


def test_plain_http_is_for_this_machine(home: Path) -> None:
    """An address that others can reach needs TLS or a proxy that is named."""
    with pytest.raises(SettingsFaults) as caught:
        serve(host="0.0.0.0")

    assert "plain HTTP" in caught.value.faults[0]
    assert ["models"] == [path.name for path in home.iterdir()]


def test_retired_topic_stays_retired(home: Path, start: Start) -> None:
    """A bundled topic whose models are retired is not trained again by a start."""
    catalogue = Catalogue(home)
    (entry,) = catalogue.entries("anzsco")
    catalogue.retire("anzsco", entry.manifest.model_id)
    start("--port", "0")
    httpx.get(address_told(home) + "/health/live", timeout=PATIENCE_S)

    assert catalogue.latest("anzsco") is None
