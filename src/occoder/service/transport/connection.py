"""One connection to the service: its sizes, its times, and what is not HTTP.

uvicorn's protocol of httptools, with the limits that it lacks: no caller holds memory or
a place for longer than the settings allow, whatever arrives.
"""

import asyncio
import secrets
from typing import Any, ClassVar, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from occoder.service.answer_headers import answer_headers, lines
from occoder.service.problems import BROKEN_HTTP, HEADER_TOO_LONG, SLOW_BODY, Kind
from occoder.service.transport.header_size import (
    FIRST_LINE,
    HeaderTooLong,
    check_header_size,
)
from occoder.service.transport.patience import Patience
from occoder.service.transport.proxies import Proxies
from occoder.service.transport.read_flow import ReadFlow
from occoder.service.transport.refusal import refusal
from occoder.service.transport.rest_of_call import AnswerTransport, body_parser, has_body
from occoder.service.transport.turned_away import Reason, TurnedAway
from occoder.settings.settings import Settings

# Seconds that a caller who still sends is given to read its answer: if the connection
# were closed at once, it would be reset, and the answer lost.
LINGER_S: Final = 2.0

# Calls that may wait behind the one being answered; hardly any client sends one.
MAX_WAITING: Final = 8

_UPLOAD: Final = "PUT"  # such a body may take its time, as long as it comes
_REASONS: Final = {
    BROKEN_HTTP: Reason.BROKEN_HTTP,
    HEADER_TOO_LONG: Reason.LONG_HEADER,
    SLOW_BODY: Reason.SLOW_BODY,
}


def connection_class(settings: Settings, turned_away: TurnedAway) -> type["Connection"]:
    """Return the class of the connections of a process.

    Parameters
    ----------
    settings : Settings
        Where the limits are.
    turned_away : TurnedAway
        Where it is counted what they cost whom.

    Raises
    ------
    SettingsFaults
        If a proxy is named by something else than its address.
    """
    # Without TLS, and to be reached from elsewhere: then the proxies are the way in.
    proxies = Proxies.from_names(settings.proxies)
    needs_proxy = bool(settings.proxies) and not settings.tls
    facts = {
        "settings": settings,
        "max_header_bytes": settings.max_header_bytes,
        "turned_away": turned_away,
        "proxies": proxies if needs_proxy else None,
        "always": lines(answer_headers(settings)),
    }
    return type("ServiceConnection", (Connection,), facts)


class Connection(HttpToolsProtocol):
    """A connection; `connection_class` gives it its settings."""

    settings: ClassVar[Settings]
    max_header_bytes: ClassVar[int]
    turned_away: ClassVar[TurnedAway]
    proxies: ClassVar[Proxies | None]
    always: ClassVar[bytes]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.access_log = False
        self._answered: RequestResponseCycle | None = None
        self._is_over = False
        self._is_in_header = False
        self._is_timing_header = False
        self._is_body_unparsed = False
        self._n_bytes_without_progress = 0
        idle_s, body_s = self.settings.idle_timeout_s, self.settings.body_timeout_s
        self._stall = Patience(self.loop, idle_s, self._end, Reason.SLOW_READER)
        self._late_body = Patience(self.loop, body_s, self._refuse, SLOW_BODY)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a call, or end at once what is not let in."""
        super().connection_made(transport)
        self.flow = ReadFlow(transport, self._wait_anew)
        end = self._close_after_answer
        self._answer_transport = AnswerTransport(transport, end, self.always)
        if reason := self._why_kept_out():
            self._end(reason)
        else:
            self._wait(self.settings.idle_timeout_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks, and tell the call being answered that nobody waits for it."""
        self._unset_keepalive_if_required()
        self._stall.end()
        self._late_body.end()
        if self._answered and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; once the connection is over it is dropped."""
        if self._is_over:
            return
        self._n_bytes_without_progress += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            is_too_long = isinstance(error.__context__, HeaderTooLong)
            self._refuse(HEADER_TOO_LONG if is_too_long else BROKEN_HTTP)
            return
        if self._n_bytes_without_progress > self.max_header_bytes + FIRST_LINE:
            self._refuse(HEADER_TOO_LONG if self._is_in_header else BROKEN_HTTP)
        else:
            self._keep_time()

    def pause_writing(self) -> None:
        """Begin to measure how long the caller leaves its answer lying."""
        super().pause_writing()
        self._stall.begin()

    def resume_writing(self) -> None:
        """Go on writing."""
        self._stall.end()
        super().resume_writing()

    def on_message_begin(self) -> None:
        """Begin to read the header of a call."""
        super().on_message_begin()
        self._is_in_header = True

    def on_headers_complete(self) -> None:
        """Begin to answer a call, or let it wait for those before it."""
        headers = self.headers
        if self._n_bytes_without_progress > self.max_header_bytes:
            check_header_size(self.url, headers, self.max_header_bytes)
        n_hosts = sum([name == b"host" for name, _ in headers])
        if n_hosts != 1 and (n_hosts or self.parser.get_http_version() == "1.1"):
            raise ValueError("which host is meant must be said once (RFC 9112, 3.2)")
        if len(self.pipeline) >= MAX_WAITING:
            raise ValueError("too many calls wait")
        self._is_in_header = False
        self._n_bytes_without_progress = 0
        super().on_headers_complete()
        self.cycle.transport = self._answer_transport
        # Lines after the body would be added: they could change a call under way.
        self.headers = []
        self._is_body_unparsed = self.parser.should_upgrade() and has_body(headers)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._n_bytes_without_progress = 0
        super().on_body(body)
        self._wait_anew()

    def on_message_complete(self) -> None:
        """Note that a call has arrived whole."""
        if not self._is_body_unparsed:
            self._n_bytes_without_progress = 0
            self._late_body.end()
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Go on with the call that waits, or begin to wait for one."""
        self._answer_transport.end_answer()
        self._late_body.end()
        if self._is_over:
            self.server_state.total_requests += 1
        else:
            super().on_response_complete()
            self._keep_time()

    def timeout_keep_alive_handler(self) -> None:
        """End the connection: its time is over."""
        if self._is_timing_header:
            self._end(Reason.SLOW_HEADER)
        elif self._is_over or self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _unset_keepalive_if_required(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
            self._is_timing_header = False

    def _why_kept_out(self) -> Reason | None:
        if len(self.connections) > self.settings.max_connections:
            return Reason.TOO_MANY
        address = self.client[0] if self.client else ""
        is_of_this_machine = self.server is not None and address == self.server[0]
        if self.proxies is None or is_of_this_machine or address in self.proxies:
            return None
        return Reason.NOT_A_PROXY

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Another protocol is offered and passed over (RFC 9110, 7.8). For the parser
            # the call is whole by now, also when its body is still to come.
            if self._is_body_unparsed:
                self._is_body_unparsed = False
                self.cycle.keep_alive = False
                self.parser = body_parser(self, self.scope["headers"])
            if rest := data[upgrade.args[0] :]:
                self._parse(rest)

    @property
    def _is_answering(self) -> bool:
        return self._answered is not None and not self._answered.response_complete

    def _keep_time(self) -> None:
        """Let the clock run that belongs to what the connection waits for."""
        if self._is_answering:
            self._unset_keepalive_if_required()
            # A call that waits can't send: it is read on when those before are answered.
            is_arriving = self.cycle is self._answered and self.cycle.more_body
            if is_arriving and not (self._is_upload and self.flow.read_paused):
                self._late_body.begin()
        elif self._is_in_header:
            if not self._is_timing_header:
                self._wait(self.settings.header_timeout_s)
                self._is_timing_header = True
        elif self.timeout_keep_alive_task is None:
            self._wait(self.settings.idle_timeout_s)

    def _wait(self, seconds: float) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )

    @property
    def _is_upload(self) -> bool:
        return self._is_answering and self.scope["method"] == _UPLOAD

    def _wait_anew(self) -> None:
        """Wait anew for an upload: some of it came, or more may come, or not for now."""
        if self._is_upload:
            self._late_body.end()
            self._keep_time()

    def _refuse(self, kind: Kind) -> None:
        """Say what is wrong and end the connection, after the answer that is under way."""
        self.turned_away.count(_REASONS[kind])
        self._late_body.end()
        self.pipeline.clear()
        under_way = self._answered if self._is_answering else None
        if under_way and (under_way.response_started or not under_way.more_body):
            under_way.keep_alive = False
            self._is_over = True
            self._unset_keepalive_if_required()
            return
        if under_way:  # its own body is what is wrong
            under_way.disconnected = True
            under_way.message_event.set()
        headers = (*self.server_state.default_headers, *answer_headers(self.settings))
        self.transport.write(refusal(kind, secrets.token_hex(8), headers))
        self._linger()

    def _close_after_answer(self) -> None:
        if self.cycle.more_body or self._is_over:
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Send nothing more, and drop what still arrives until the caller has read."""
        self._is_over = True
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self._wait(LINGER_S)

    def _end(self, reason: Reason) -> None:
        self.turned_away.count(reason)
        self._is_over = True
        self.transport.abort()
