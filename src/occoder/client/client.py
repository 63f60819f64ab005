"""The client for programs that wait for their answers."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from occoder import wire
from occoder.client import calls
from occoder.client.address import Address
from occoder.client.batch_calls import BatchCalls
from occoder.client.driver import Driver
from occoder.client.records import Record, Wanted
from occoder.client.route import Route
from occoder.client.transfer import Transfers


class Client(BatchCalls):
    """Codes records with a service elsewhere, occoder's or one of the same contract.

    Make one for a program and keep it: it holds a token for an hour, and connections.
    Threads may share it, also those of processes that are forked later.

    Parameters
    ----------
    url : str
        Of the service, "https://coder.example"; plain http on this machine only.
    client_id, client_secret : str
        As registration gave them. No error and no representation shows the secret.
    auth_url : str, optional
        Of the host that gives tokens, where it is another one.
    topic : str
        What is coded to.
    timeout_s : float
        How long one attempt may take in all: from the call to the last byte of the
        answer, with waiting for a token, looking up the name, connecting, TLS and the
        repeat after a refused token or a broken connection.
    max_wait_s : float
        How long after its beginning a call may be tried again: after 429 when the
        service says so, after 5xx and lost connections up to five times. With 0 there is
        one attempt, and no call takes longer than ``timeout_s``.
    verify : True, str or Path
        A PEM file, or a folder, of certificates to trust instead of those of the system.
        It can't be switched off.
    proxy : str, optional
        Such as "http://proxy.example:3128"; by default as the environment says
        (``HTTPS_PROXY``, ``NO_PROXY``), "" for none.

    Raises
    ------
    ValueError
        If an argument can't be used.

    Examples
    --------
    >>> with Client("https://coder.example", "an-id", "a-secret", timeout_s=1) as coder:
    ...     coder
    Client('https://coder.example', topic='osca')
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        auth_url: str | None = None,
        topic: str = "osca",
        timeout_s: float = 1.5,
        max_wait_s: float = 60,
        verify: Literal[True] | str | Path = True,
        proxy: str | None = None,
    ) -> None:
        address = Address.of(url, auth_url)
        self._caller = calls.caller_of(
            address,
            client_id,
            client_secret,
            topic=topic,
            timeout_s=timeout_s,
            max_wait_s=max_wait_s,
        )
        route = Route.to(address, verify=verify, proxy=proxy)
        self._driver = Driver(route)
        self._transfers = Transfers(route)

    def topics(self) -> list[wire.Topic]:
        """Return the topics that the service codes to.

        Raises
        ------
        RemoteError
            If there is no answer; all methods raise these:
            `ServiceUnreachable` when nothing came back in time,
            `Throttled` when the limit of the service lasts longer than ``max_wait_s``,
            `CredentialsRefused` when it gives no token,
            `RequestRefused` when it refuses the request, with status and message, and
            `AnswerNotUnderstood` when it answers something else.
        """
        return self._driver.run(calls.topics(self._caller))

    def models(self, topic: str | None = None) -> list[wire.Model]:
        """Return the models of a topic that are in use, the newest first.

        Parameters
        ----------
        topic : str, optional
            By default the one that is coded to.
        """
        return self._driver.run(calls.models(self._caller, topic))

    def latest_model(self, topic: str | None = None) -> wire.Model:
        """Return the model of a topic that codes when none is named."""
        return self._driver.run(calls.latest_model(self._caller, topic))

    def code_one(
        self,
        title: str,
        tasks: str = "",
        *,
        suggestions: int = wire.DEFAULT_SUGGESTIONS,
        levels: bool = False,
        explain: bool = False,
        model: str | None = None,
    ) -> wire.SynchronousCodeResponse:
        """Return the answer for one record.

        Parameters
        ----------
        title, tasks : str
            Job title and tasks, sent as they are: the service takes printable ASCII, 3 to
            100 characters in total.
        suggestions : int
            How many categories to give, 0 to 16.
        levels, explain : bool
            Give the best category of every level, and what spoke for each step.
            Extensions of occoder: another service may refuse or ignore them.
        model : str, optional
            Id of the model; by default the latest.

        Raises
        ------
        RemoteError
            As `topics` has them.
        TypeError, ValueError
            If an argument can't be sent.

        Examples
        --------
        The best category, if there is one, and what to ask about if there is none::

            answer = coder.code_one("electrician", "wiring new houses")
            if answer.code_status == "successful":
                print(answer.result[0].code_label, answer.result[0].code_confidence)
            else:
                print(answer.reason, answer.suggestions)
        """
        wanted = Wanted(
            suggestions=suggestions, levels=levels, explain=explain, model=model
        )
        return self._driver.run(calls.code_one(self._caller, title, tasks, wanted))

    def code(
        self,
        records: Iterable[Record],
        *,
        suggestions: int = wire.DEFAULT_SUGGESTIONS,
        levels: bool = False,
        explain: bool = False,
        model: str | None = None,
    ) -> list[wire.SynchronousCodeResponse]:
        """Return the answers for any number of records, in their order.

        They go in calls of 300, or of 20 with ``explain``; each call is given
        ``timeout_s`` and ``max_wait_s`` of its own. A record that the service refuses
        fails them all, and the error tells its position among ``records``.

        Parameters
        ----------
        records : iterable
            Each a job title, a pair of title and tasks, or a mapping with ``occp_text``,
            ``tasks_text`` or both, and perhaps ``recordId``; what else a mapping holds is
            not sent.
        suggestions, levels, explain, model
            As for `code_one`.

        Raises
        ------
        RemoteError
            As `topics` has them.
        TypeError, ValueError
            If an argument can't be sent; then nothing was.

        Examples
        --------
        The three kinds of records::

            records = [
                "sparky",
                ("nurse", "on a maternity ward"),
                {"recordId": "7", "occp_text": "retired"},
            ]
            for answer in coder.code(records):
                print(answer.record_id or "-", answer.code_status)
        """
        wanted = Wanted(
            suggestions=suggestions, levels=levels, explain=explain, model=model
        )
        return self._driver.run(calls.code(self._caller, records, wanted))

    def close(self) -> None:
        """Close all connections; the client can't be used any more."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        api, topic = self._caller.address.api, self._caller.topic
        return f"Client({api.removesuffix('/v1')!r}, topic={topic!r})"
