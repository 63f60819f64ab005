"""What uvicorn is told, and what each process looks after."""

import asyncio
import json
import pickle
import signal
import time
from pathlib import Path

import pytest
from certificates import write_certificate
from log_output import caught_log
from stand_in_server import StandInServer, wait_until

from occoder.errors import DatabaseUnreachable, SettingsFaults
from occoder.service.transport.connection import Connection
from occoder.service.transport.event_loop import ServiceLoop
from occoder.service.transport.service_config import ServiceConfig
from occoder.settings.settings import SELF_SIGNED, Settings

APP = "stand_in_app:app"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that the stand-in app finds in its environment too."""
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    return Settings(home=tmp_path, tls=SELF_SIGNED, idle_timeout_s=7, workers=2)


def loaded(settings: Settings) -> ServiceConfig:
    """Return a configuration as a worker process gets and loads it."""
    with caught_log():
        config: ServiceConfig = pickle.loads(pickle.dumps(ServiceConfig(settings, APP)))
        config.load()
    return config


def test_worker_gets_all(settings: Settings) -> None:
    """A copy for a worker has our connections, event loop and TLS."""
    config = loaded(settings)
    loop = config.get_loop_factory()()
    loop.close()

    assert issubclass(config.http_protocol_class, Connection)
    assert settings == config.http_protocol_class.settings
    assert isinstance(loop, ServiceLoop)
    assert config.ssl is not None
    assert (7, 2, False, None) == (
        config.timeout_keep_alive,
        config.workers,
        config.server_header,
        config.ws_protocol_class,
    )


def test_environment_of_uvicorn_is_passed_by(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that uvicorn reads by itself change neither processes nor proxies."""
    monkeypatch.setenv("WEB_CONCURRENCY", "9")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    with caught_log():
        config = ServiceConfig(settings, APP)

    assert (2, False, []) == (
        config.workers,
        config.proxy_headers,
        config.forwarded_allow_ips,
    )


def test_proxies_are_checked(tmp_path: Path) -> None:
    """A proxy that is no address stops it."""
    with pytest.raises(SettingsFaults), caught_log():
        ServiceConfig(Settings(home=tmp_path, proxies=("proxy",)), APP)


def test_failure_of_the_only_process_is_raised(settings: Settings) -> None:
    """Where there is no parent, what stops the app is raised as it is."""
    (settings.home / "broken database").touch()
    with pytest.raises(DatabaseUnreachable):
        loaded(settings)


def look_around(config: ServiceConfig) -> None:
    """Do what a process does every second."""
    assert config.callback_notify is not None
    asyncio.run(asyncio.wait_for(config.callback_notify(), 60))


def test_beginning_is_logged_once(settings: Settings) -> None:
    """That a process serves is one line in the log."""
    config = loaded(settings)
    with caught_log() as output:
        look_around(config)
        look_around(config)

    assert ["serving"] == [entry["event"] for entry in output.entries]


def test_turned_away_is_logged(tmp_path: Path) -> None:
    """Why connections were turned away is in the log, with their number."""
    with StandInServer(tmp_path) as server:
        server.ask(b"no HTTP at all\r\n\r\n")
    entries = [json.loads(line) for line in server.said.splitlines()]
    (entry,) = [one for one in entries if one["event"] == "turned_away"]

    assert ("broken_http", 1) == (entry["reason"], entry["n"])


def test_start_and_stop_are_logged(tmp_path: Path) -> None:
    """The log has a line for the beginning and one for the end, and no other."""
    with StandInServer(tmp_path) as server:
        server.get()
        pid = server.process.pid
    entries = [json.loads(line) for line in server.said.splitlines()]

    assert ["serving", "stopped"] == [entry["event"] for entry in entries]
    assert [pid, pid] == [entry["pid"] for entry in entries]
    assert server.port == entries[0]["port"]


def test_new_certificate_is_taken_while_it_runs(tmp_path: Path) -> None:
    """A certificate that is replaced is shown within seconds, and that is logged."""
    files = tmp_path / "files"
    chain, key = write_certificate(files)
    server = StandInServer(tmp_path, tls=str(chain), tls_key=str(key))
    server.trusted = chain
    try:
        server.get()
        write_certificate(files)
        wait_until(lambda: is_trusted(server))
        server.stop(signal.SIGTERM)
    finally:
        server.kill()

    assert "certificate_renewed" in server.said


def is_trusted(server: StandInServer) -> bool:
    """Tell whether the server shows the certificate that is in the file now."""
    try:
        server.get()
    except OSError:
        time.sleep(0.5)
        return False
    return True
