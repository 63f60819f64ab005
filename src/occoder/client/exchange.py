"""What a flow and its driver say to each other.

A flow is a generator that knows what to say and when, and nothing of sockets, threads or
event loops. It yields a `Step`; its driver does that and sends back the `Reply`. So
everything that matters can be tested without a network, and blocking and asynchronous
callers get the very same behaviour.

Every step that could last names the moment by which it must be over, in the seconds of
the clock that flow and driver share.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias, TypeVar

from occoder.client.credentials import Secret

T = TypeVar("T")


class Failing(Enum):
    """Why there is no answer."""

    LATE = "the time was over"
    ABSENT = "nobody answers there now"
    BROKEN = "the connection broke, so at once again may do"
    HOPELESS = "trying again changes nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Send this and return what comes back.

    Parameters
    ----------
    method, url : str
        Such as "POST" and "https://coder.example/v1/topics/osca/code".
    authorization : Secret
        Value of that header.
    until : float
        When it must be over, look-up of the name and connecting included.
    content_type : str
        Of the body.
    body : bytes
        May hold what respondents wrote: no representation shows it.
    """

    method: str
    url: str
    authorization: Secret
    until: float
    content_type: str = "application/json"
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """Run a flow while no other call of this client runs one of these.

    Parameters
    ----------
    flow : Flow
        What to run.
    until : float
        When waiting for the turn must be over.
    """

    flow: "Flow[HeldToken | Outcome]"
    until: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Parameters
    ----------
    status : int
        HTTP status.
    headers : mapping
        With lower-case names.
    body : bytes
        All of it.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing, or no whole answer, came back.

    Parameters
    ----------
    failing : Failing
        Why, for the flow.
    problem : str
        Why, in words.
    """

    failing: Failing
    problem: str


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token that the service gave.

    Parameters
    ----------
    token : Secret
        As it is sent.
    good_until : float
        From when on a new one is fetched.
    """

    token: Secret
    good_until: float


Step: TypeAlias = Request | Pause | Alone
Outcome: TypeAlias = Answer | NoAnswer
Reply: TypeAlias = Answer | NoAnswer | HeldToken | None
Flow: TypeAlias = Generator[Step, Reply, T]


def sent(request: Request) -> Flow[Outcome]:
    """Return what came of a request."""
    reply = yield request
    if not isinstance(reply, Answer | NoAnswer):
        raise TypeError("a driver replies to a Request with Answer or NoAnswer")
    return reply


def alone(flow: Flow[HeldToken | Outcome], until: float) -> Flow[HeldToken | Outcome]:
    """Return what came of a flow that ran while no other did."""
    reply = yield Alone(flow, until)
    if reply is None:
        raise TypeError("a driver replies to Alone with what its flow returns")
    return reply
