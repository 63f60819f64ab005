"""Two servers on one database: limits, clients and keys are shared (issue: production)."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from running_service import RunningService, basic
from served_process import ServedProcess, call, processes_of
from service_database import database_url
from toy_served import toy_model_folder

from occoder.service.clients.client import Override
from occoder.settings.tier import Tier

RECORD = {"record": {"occp_text": "head grocer"}}


@pytest.fixture
def database() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database, dropped afterwards."""
    with database_url("postgresql") as url:
        yield url


@pytest.fixture
def pair(database: str, tmp_path: Path) -> Iterator[tuple[RunningService, RunningService]]:
    """Return two servers that share a database and the keys, each with its own models."""
    model = toy_model_folder(tmp_path)
    environ = {
        "OCCODER_DATABASE_URL": database,
        "OCCODER_KEYS_FOLDER": str(tmp_path / "keys"),
        "OCCODER_CLIENT_REFRESH_S": "1",
    }
    with (
        RunningService(tmp_path / "one", [model], environ) as one,
        RunningService(tmp_path / "two", [model], environ) as two,
    ):
        yield one, two


def code(service: RunningService, token: str) -> httpx.Response:
    """Return the answer to a coding call."""
    return service.http.post(
        "/v1/topics/toy/code", json=RECORD, headers={"Authorization": token}
    )


def test_token_of_one_is_good_at_both(pair: tuple[RunningService, RunningService]) -> None:
    """A token that one server gave is good at the other, after a rotation as well."""
    one, two = pair
    before = one.token(one.partner, one.partner_secret)
    one.parts.keys.rotate()
    one.clock.ahead_s = two.clock.ahead_s = 120
    after = one.token(one.partner, one.partner_secret)

    assert [200] * 4 == [code(s, t).status_code for s in pair for t in (before, after)]


def test_limit_is_counted_over_both(pair: tuple[RunningService, RunningService]) -> None:
    """A quota is used up by calls to both servers together."""
    one, _ = pair
    client, secret = one.add_client(Tier.PUBLIC, Override(per_second=0, per_hour=5))
    token = one.token(client, secret)

    statuses = [code(pair[i % 2], token).status_code for i in range(8)]

    assert [200] * 5 + [429] * 3 == statuses


def test_suspended_at_one_refused_at_both(
    pair: tuple[RunningService, RunningService],
) -> None:
    """A client that is suspended through one server is refused by the other."""
    one, two = pair
    token = one.token(one.partner, one.partner_secret)
    assert 200 == code(two, token).status_code

    one.parts.register.suspend(one.partner.client_id)
    two.clock.ahead_s += 5

    assert 403 == code(two, token).status_code


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux has them")
def test_limit_is_counted_over_workers(tmp_path: Path) -> None:
    """A quota is used up over the worker processes of one machine, to the call."""
    environ = {"OCCODER_WORKERS": "2"}
    with ServedProcess(tmp_path, environ) as served:
        client_id, secret = served.add_client(override=Override(per_second=0, per_hour=7))
        form = [("Content-Type", "application/x-www-form-urlencoded")]
        form += [("Authorization", basic(client_id, secret))]
        grant = call("POST", "/oauth2/token", form, b"grant_type=client_credentials")
        body = served.send(grant).partition(b"\r\n\r\n")[2]
        token = json.loads(body)["access_token"]
        coding = call(
            "POST",
            "/v1/topics/osca/code",
            [("Authorization", token)],
            json.dumps(RECORD).encode(),
        )
        with ThreadPoolExecutor(8) as callers:
            answers = list(callers.map(served.send, [coding] * 30))
        n_processes = len(processes_of(served.process.pid))

    assert n_processes >= 3
    assert {b"200": 7, b"429": 23} == Counter(one[9:12] for one in answers)
