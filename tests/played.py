"""A driver for flows of the client that needs no network: the test says what comes back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from occoder.client.address import Address
from occoder.client.attempt import Caller
from occoder.client.credentials import basic
from occoder.client.exchange import (
    Alone,
    Answer,
    Failing,
    Flow,
    NoAnswer,
    Outcome,
    Pause,
    Reply,
    Request,
    Step,
)
from occoder.client.held_tokens import HeldTokens

T = TypeVar("T")

ADDRESS = Address.of("https://coder.example")
LATE = NoAnswer(Failing.LATE, "late")
BROKEN = NoAnswer(Failing.BROKEN, "broken")
ABSENT = NoAnswer(Failing.ABSENT, "Connection refused")
HOPELESS = NoAnswer(Failing.HOPELESS, "no host of this name")


def answer(status: int = 200, body: object = None, **headers: str) -> Answer:
    """Return an answer with a body as JSON; underlines in header names are hyphens."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, content)


def token(name: str = "t1", expires_in: int | None = 3600) -> Answer:
    """Return what the token endpoint answers; None leaves the life out."""
    life = {} if expires_in is None else {"expires_in": expires_in}
    return answer(body={"access_token": name, **life})


@dataclass
class Stage:
    """Plays flows: gives one reply after the other, and keeps what was asked.

    Parameters
    ----------
    replies : iterable of Outcome
        For the requests, in order.
    takes_s : float
        How long each reply takes; a reply that would be late comes as late at the moment
        when time is over, as drivers see to.
    """

    replies: Iterable[Outcome] = ()
    takes_s: float = 0.0
    now: float = 1000.0
    requests: list[Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    watch: Callable[[Step], None] | None = None

    def __post_init__(self) -> None:
        self._replies = iter(self.replies)

    def clock(self) -> float:
        """Return the time on the stage."""
        return self.now

    def play(self, flow: Flow[T]) -> T:
        """Return what a flow comes to."""
        reply: Reply = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = self._reply(step)

    def _reply(self, step: Step) -> Reply:
        if self.watch:
            self.watch(step)
        if isinstance(step, Pause):
            self.pauses.append(step.seconds)
            self.now += step.seconds
            return None
        if isinstance(step, Alone):
            return self.play(step.flow)
        self.requests.append(step)
        reply = next(self._replies)
        if self.now + self.takes_s > step.until:
            self.now = max(self.now, step.until)
            return LATE
        self.now += self.takes_s
        return reply

    @property
    def asked(self) -> Sequence[str]:
        """Return what was asked for, "token" for a token."""
        return [
            "token" if one.url == ADDRESS.token else one.url.removeprefix(ADDRESS.api)
            for one in self.requests
        ]


def caller(stage: Stage, **changes: object) -> Caller:
    """Return a caller whose clock is that of a stage."""
    plain = Caller(
        address=ADDRESS,
        credentials=basic("an-id", "a-secret"),
        tokens=HeldTokens(),
        topic="osca",
        timeout_s=1.5,
        max_wait_s=60.0,
        clock=stage.clock,
        chance=lambda: 0.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
