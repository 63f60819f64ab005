"""The service in a thread of the test, at a real port, with a clock that can be set."""

import base64
import io
import json
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn

from occoder.service.app import create_app
from occoder.service.clients.client import Client, Override
from occoder.service.service import Service, assemble
from occoder.service.transport.connection import connection_class
from occoder.service.transport.turned_away import TurnedAway
from occoder.settings.settings import Settings
from occoder.settings.tier import Tier
from occoder.telemetry.logs import write_to

PATIENCE_S = 60


class Clock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        """Return the seconds since 1970, as this clock has them."""
        return time.time() + self.ahead_s


class Nowhere(io.TextIOBase):
    """Takes the log of a service whose log is not what is tested."""

    def write(self, text: str) -> int:
        """Take a text, and forget it."""
        return len(text)


class RunningService:
    """A service that listens at a free port of this machine, with two clients.

    Parameters
    ----------
    home : Path
        Its data folder.
    models : sequence of Path
        Folders of models that it serves, under the topics that they name.
    environ : mapping, optional
        Settings beside the data folder and the port.
    """

    def __init__(
        self, home: Path, models: Sequence[Path], environ: Mapping[str, str] | None = None
    ) -> None:
        for model in models:
            link_model(model, home)
        given = {"OCCODER_HOME": str(home), "OCCODER_PORT": "0"}
        given |= {"OCCODER_METRICS_PORT": "0", **(environ or {})}
        self.home = home
        self.settings = Settings.from_environ(given)
        self.clock = Clock()
        self.parts: Service = assemble(self.settings, clock=self.clock)
        self.partner, self.partner_secret = self.add_client(Tier.PARTNER)
        self.public, self.public_secret = self.add_client(Tier.PUBLIC)
        connections = connection_class(self.settings, TurnedAway(lambda *_: None))
        self._server = uvicorn.Server(
            uvicorn.Config(
                create_app(self.parts),
                port=0,
                http=connections,
                log_config=None,
                server_header=False,
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start it, and wait until it listens."""
        write_to(Nowhere())
        self._thread.start()
        stop = time.monotonic() + PATIENCE_S
        while not self._server.started and time.monotonic() < stop:
            time.sleep(0.01)
        assert self._server.started
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.address, timeout=PATIENCE_S, trust_env=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it in good order."""
        self.http.close()
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        write_to(None)

    def add_client(
        self, tier: Tier, override: Override | None = None
    ) -> tuple[Client, str]:
        """Register a client and return it with its secret."""
        return self.parts.register.add(
            organisation="Dept of Examples",
            contact="someone@example.org",
            tier=tier,
            terms_version="1",
            terms_accepted_by="A. Person",
            override=override or Override(),
        )

    def token(self, client: Client, secret: str) -> str:
        """Return a token, got from the token endpoint like any client does."""
        answer = self.http.post(
            "/oauth2/token",
            content="grant_type=client_credentials",
            headers={
                "Authorization": basic(client.client_id, secret),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    @property
    def partner_token(self) -> str:
        """Return a token of the partner, the same for the life of this service."""
        return self._kept("partner", self.partner, self.partner_secret)

    @property
    def public_token(self) -> str:
        """Return a token of the public client."""
        return self._kept("public", self.public, self.public_secret)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Return the answer to a GET of the partner."""
        return self.http.get(path, headers={"Authorization": self.partner_token, **headers})

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Return the answer to a POST of the partner; bytes are sent as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": self.partner_token, "Content-Type": "application/json"}
        return self.http.post(path, content=content, headers={**sent, **headers})

    def code(self, body: Any, topic: str = "osca") -> httpx.Response:
        """Return the answer to a coding call of the partner."""
        return self.post(f"/v1/topics/{topic}/code", body)

    def _kept(self, name: str, client: Client, secret: str) -> str:
        if name not in self._tokens:
            self._tokens[name] = self.token(client, secret)
        return self._tokens[name]


def basic(client_id: str, secret: str) -> str:
    """Return the header that a client id and secret make."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def link_model(model: Path, home: Path) -> None:
    """Let a data folder hold a model that stands elsewhere."""
    topic = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["topic"]
    folder = home / "models" / topic
    folder.mkdir(parents=True, exist_ok=True)
    (folder / model.name).symlink_to(model, target_is_directory=True)
