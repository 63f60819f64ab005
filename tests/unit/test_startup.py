"""What the first start makes, and what the operator is told."""

import shlex
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
from certificates import write_certificate
from service_database import KINDS, database_url
from sqlalchemy import make_url

from occoder.database import SQLITE_FILE, connect
from occoder.errors import DatabaseUnreachable, UnusableCertificate, UnusableKeys
from occoder.service.clients.client_register import ClientRegister
from occoder.service.startup import ADD_A_CLIENT, address, banner, prepare
from occoder.settings.settings import SELF_SIGNED, Settings
from occoder.settings.tier import Tier


def said(settings: Settings) -> str:
    """Return what is told at a start."""
    return banner(settings, prepare(settings))


def add_client(settings: Settings) -> None:
    """Register a client."""
    engine = connect(settings.database_url, settings.folder / SQLITE_FILE)
    ClientRegister(engine).add(
        organisation="Dept of Examples",
        contact="someone@example.org",
        tier=Tier.PUBLIC,
        terms_version="1",
        terms_accepted_by="A. Person",
    )
    engine.dispose()


def test_first_start_makes_all(tmp_path: Path) -> None:
    """Database, key and certificate are made, in a folder for their owner only."""
    settings = Settings(home=tmp_path / "new" / "home", tls=SELF_SIGNED)
    prepared = prepare(settings)

    assert 0o700 == settings.folder.stat().st_mode & 0o777
    assert Path(prepared.database).is_file()
    assert 1 == len(list(prepared.keys.glob("*.pem")))
    assert prepared.certificate
    assert prepared.certificate.chain.is_file()
    assert 0 == prepared.n_clients


def test_second_start_keeps_all(tmp_path: Path) -> None:
    """What was made is used again, and nothing else is there afterwards."""
    settings = Settings(home=tmp_path, tls=SELF_SIGNED)
    first, files = prepare(settings), sorted(tmp_path.rglob("*"))

    assert first == prepare(settings)
    assert files == sorted(tmp_path.rglob("*"))


@pytest.mark.parametrize("kind", KINDS)
def test_clients_are_counted(tmp_path: Path, kind: str) -> None:
    """As long as no client is registered, it is told how to add one."""
    with database_url(kind) as url:
        settings = Settings(home=tmp_path, database_url=url)
        before = said(settings)
        add_client(settings)

        assert ADD_A_CLIENT in before
        assert "client add" not in said(settings)


def test_told_command_is_understood() -> None:
    """The command that adds a client has all that the command needs."""
    words = shlex.split(ADD_A_CLIENT)
    needed = {"--contact", "--tier", "--terms-version", "--accepted-by"}

    assert ["occoder", "client", "add"] == words[:3]
    assert needed == {word for word in words if word.startswith("--")}


def test_places_are_told(tmp_path: Path) -> None:
    """Address, data folder, database, keys and audit log are told."""
    settings = Settings(home=tmp_path, port=8123)
    lines = said(settings).splitlines()

    assert "The service answers at http://127.0.0.1:8123" == lines[0]
    assert [
        f"  data folder   {tmp_path}",
        f"  database      {tmp_path}/service/service.sqlite",
        f"  signing keys  {tmp_path}/service/keys",
        f"  storage keys  {tmp_path}-keys",
        f"  audit log     {tmp_path}/service/audit.jsonl",
    ] == lines[1:6]


@pytest.mark.parametrize(("port", "is_told"), [(9464, True), (0, False)])
def test_metrics_are_told(tmp_path: Path, port: int, is_told: bool) -> None:
    """Where the numbers can be had is told, unless there are none."""
    text = said(Settings(home=tmp_path, metrics_port=port))

    assert is_told == ("  metrics       http://127.0.0.1:9464/metrics\n" in text)


def test_own_certificate_is_told(tmp_path: Path) -> None:
    """Of a self-signed certificate the fingerprint is told, and the file for clients."""
    text = said(Settings(home=tmp_path, tls=SELF_SIGNED))

    assert "  certificate   SHA-256 " in text
    assert f"  for clients   {tmp_path}/service/tls/certificate.pem" in text
    assert "The certificate ends" not in text


@pytest.mark.parametrize(("days", "is_told"), [(29, True), (31, False)])
def test_end_of_a_certificate_is_told(tmp_path: Path, days: int, is_told: bool) -> None:
    """A given certificate that ends within 30 days is told."""
    chain, key = write_certificate(tmp_path, ends=timedelta(days=days, hours=1))
    settings = Settings(home=tmp_path, tls=str(chain), tls_key=str(key))

    assert is_told == (f"The certificate ends in {days} days; renew it." in said(settings))


def test_page_and_proxies_are_told(tmp_path: Path) -> None:
    """The page is told with its address, and who may speak plain HTTP."""
    settings = Settings(home=tmp_path, host="0.0.0.0", page=True, proxies=("10.0.0.5",))
    text = said(settings)

    assert f"  page          http://{socket.gethostname()}:8080/" in text
    assert "from these proxies only: 10.0.0.5" in text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("0.0.0.0", f"http://{socket.gethostname()}:8080"),
        ("coder.example.org", "http://coder.example.org:8080"),
    ],
)
def test_address_can_be_called(host: str, expected: str) -> None:
    """The address is a URL, also of IPv6, and of all addresses at once."""
    assert expected == address(Settings(home=Path("data"), host=host))


def test_password_is_not_told(tmp_path: Path) -> None:
    """Of a database elsewhere the address is told without its password."""
    with database_url("postgresql") as url:
        secret = make_url(url).set(password="pa55word").render_as_string(False)
        text = said(Settings(home=tmp_path, database_url=secret))

    assert "  database      postgresql+psycopg://" in text
    assert ":***@" in text
    assert "pa55word" not in text


def test_faults_stop_the_start(tmp_path: Path) -> None:
    """Certificate, keys and database that can't be used are told before anything runs."""
    wrong = {"tls": str(tmp_path / "none"), "database_url": "postgresql://127.0.0.1:1/x"}
    for name, error in (
        ("tls", UnusableCertificate),
        ("database_url", DatabaseUnreachable),
    ):
        with pytest.raises(error):
            prepare(Settings(home=tmp_path, **{name: wrong[name]}))
    (tmp_path / "service" / "keys" / "mine.pem").write_text("not a key")
    with pytest.raises(UnusableKeys):
        prepare(Settings(home=tmp_path), time.time)
