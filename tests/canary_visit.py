"""Everything that is done to one service to find where words of its callers end up."""

import json
import socket
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canaries import Canaries, contents
from canary_calls import CanaryCalls, Sent
from running_service import basic
from served_process import PATIENCE_S, ServedProcess, call, processes_of

from occoder.service.clients.client import Override
from occoder.service.routes import operations
from occoder.settings.settings import Settings
from occoder.settings.tier import Tier

CODE = "/v1/topics/osca/code"
_CODED = (b'{"recordId":', b'{"codeStatus":', b'[{"recordId":', b'[{"codeStatus":')


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a service left behind after all calls.

    Parameters
    ----------
    canaries : Canaries
        What was sent.
    shouted : Canaries
        What the database said when it failed; it stands in the database, too.
    written : dict
        Everything that it wrote or showed, by name.
    answers : dict
        Every answer, by the name of the call.
    secrets : dict
        Secrets and tokens that were in use, by name.
    client_id : str
        Of the client that sent most of it; may be written down.
    """

    canaries: Canaries
    shouted: Canaries
    written: dict[str, bytes]
    answers: dict[str, bytes]
    secrets: dict[str, str]
    client_id: str


class Visit:
    """Everything that is done to one service, from its start to its end."""

    def __init__(self, running: ServedProcess) -> None:
        self.running = running
        self.canaries, self.shouted = Canaries(), Canaries()
        self.answers: dict[str, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.client_id, secret = running.add_client(
            self.canaries.word("client secret"), tier=Tier.PARTNER
        )
        self.secrets = {"client secret": secret}
        self.secrets["token"] = self.token(self.client_id, secret)

    def token(self, client_id: str, secret: str) -> str:
        """Return a token."""
        headers = [("Authorization", basic(client_id, secret))]
        answer = self.running.send(
            call("POST", "/oauth2/token", headers, b"grant_type=client_credentials")
        )
        token: str = body_of(answer)["access_token"]
        return token

    def send(self, sent: Sent) -> None:
        """Send a call and keep the answer."""
        self.answers[f"{len(self.answers)} {sent.name}"] = self.running.send(sent.content)

    def code(self, name: str, token: str, path: str = CODE) -> None:
        """Send a coding call with a canary, and keep the answer."""
        record = {"occp_text": self.canaries.word(name)}
        body = json.dumps({"record": record}).encode()
        self.send(Sent(name, call("POST", path, [("Authorization", token)], body)))

    def all_calls(self) -> None:
        """Send every call that can be answered while nothing is broken."""
        calls = CanaryCalls(self.canaries, self.secrets["token"])
        for operation in operations(Settings(home=self.running.home, page=True)):
            for sent in calls.to(operation):
                self.send(sent)
        for sent in calls.astray():
            self.send(sent)
        self._cut_off()
        self._to_the_metrics()
        self._throttled()
        self._operation_of_another()
        self._models()

    def break_things(self) -> None:
        """Let the database fail, with the canary in what it says."""
        word = self.shouted.word("message of the database")
        with sqlite3.connect(self.running.home / "service" / "service.sqlite") as database:
            database.execute(f"ALTER TABLE occoder_clients RENAME TO {word}")
            database.execute(
                f"CREATE VIEW occoder_clients AS SELECT no_such_{word} FROM {word}"
            )
        database.close()
        # What is known of the client is asked for anew after a moment.
        self._code_until_500("error that nobody foresaw", CODE)
        place = "token while the database fails"
        headers = [("Authorization", basic(self.canaries.word(place), "secret"))]
        body = b"grant_type=client_credentials"
        self.send(Sent(place, call("POST", "/oauth2/token", headers, body)))
        self.send(Sent("readiness", call("GET", "/health/ready")))

    def administer(self) -> None:
        """Run the commands that handle secrets."""
        for words in (
            ("client", "rotate", self.client_id),
            ("client", "show", self.client_id),
            ("client", "list"),
            ("keys", "rotate"),
            ("keys", "list"),
        ):
            done = self.running.run(*words)
            assert done.returncode == 0, done.stderr
            if "rotate" not in words:
                self.written[" ".join(words)] = done.stdout + done.stderr

    def end(self) -> Searched:
        """Stop the service and return what it left."""
        running = self.running
        self.written["metrics"] = running.metrics()
        for process in processes_of(running.process.pid):
            for name in ("cmdline", "environ"):
                shown = Path(f"/proc/{process}/{name}").read_bytes()
                self.written[f"process {process} {name}"] = shown
        assert 0 == running.stop()
        self.written |= running.said() | left_in(running)
        return Searched(
            canaries=self.canaries,
            shouted=self.shouted,
            written=self.written,
            answers=self.answers,
            secrets=self.secrets,
            client_id=self.client_id,
        )

    def _cut_off(self) -> None:
        word = self.canaries.word("body of a caller who is gone")
        content = call("POST", CODE, [("Authorization", self.secrets["token"])], b"x" * 999)
        with socket.create_connection(("127.0.0.1", self.running.port)) as connection:
            connection.sendall(content[:-999] + word.encode())

    def _to_the_metrics(self) -> None:
        """Send odd calls to the library that serves the numbers; it may quote them back."""
        port = self.running.metrics_port
        for content in (
            call("GET", f"/{self.canaries.word('path to the metrics')}"),
            call("GET", f"/metrics?name[]={self.canaries.word('query to the metrics')}"),
            call(self.canaries.word("method to the metrics").upper(), "/metrics"),
            f"{self.canaries.word('noise to the metrics')}\r\n\r\n".encode(),
        ):
            self.running.send(content, port=port)

    def _throttled(self) -> None:
        credentials = self.running.add_client(override=Override(per_second=0, per_hour=1))
        token = self.token(*credentials)
        for _ in range(2):
            self.code("call over the limit", token)

    def _operation_of_another(self) -> None:
        token = self.token(*self.running.add_client(tier=Tier.PARTNER))
        path = "/v1/topics/osca/batch-code"
        made = self.running.send(call("POST", path, [("Authorization", token)]))
        path = f"{path}/operations/{body_of(made)['operationId']}"
        headers = [("Authorization", self.secrets["token"])]
        self.send(Sent("operation of another", call("GET", path, headers)))

    def _models(self) -> None:
        model = next((self.running.home / "models" / "anzsco").iterdir())
        other = json.loads((model / "manifest.json").read_bytes())["model_id"]
        path = f"/v1/topics/osca/models/{other}/code"
        self.code("model of another topic", self.secrets["token"], path)
        model.unlink()
        self._code_until_500("topic without model", "/v1/topics/anzsco/code")

    def _code_until_500(self, name: str, path: str) -> None:
        stop = time.monotonic() + PATIENCE_S
        while True:
            self.code(name, self.secrets["token"], path)
            if list(self.answers.values())[-1].startswith(b"HTTP/1.1 500 "):
                return
            assert time.monotonic() < stop, name
            time.sleep(0.1)


def left_in(running: ServedProcess) -> dict[str, bytes]:
    """Return every file below the folders of a service that it or its user owns."""
    return {
        name: content
        for folder in ("home", "user", "temporary")
        for name, content in contents(running.folder / folder)
    }


def body_of(answer: bytes) -> Any:
    """Return the JSON of an answer."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def without_own_texts(answer: bytes) -> bytes:
    """Return an answer without what goes back to the caller on purpose."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or not body.startswith(_CODED):
        return answer
    coded = json.loads(body)
    for one in coded if isinstance(coded, list) else [coded]:
        for name in ("input", "recordId", "explanation"):
            one.pop(name, None)
    return head + json.dumps(coded).encode()
