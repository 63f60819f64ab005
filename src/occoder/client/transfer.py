"""Files to and from links: too large for one answer, so they go in a stream.

What bounds a transfer is not how long it takes but how long nothing moves.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, TypeAlias

import httpcore

from occoder.client.address import checked_link
from occoder.client.exchange import Failing, NoAnswer
from occoder.client.failure import Again, Failure
from occoder.client.link import Broken, broken, opened, parts_of, refused, stated
from occoder.client.route import Route

Progress: TypeAlias = Callable[[int], None]

# After so many seconds a transfer that broke off is tried again; one that has got further
# begins with the first.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
STALL_S: Final = 120.0

_TAKEN: Final = {200, 201, 204}
_SHORT: Final = NoAnswer(Failing.BROKEN, "the file ended too early")
_OTHER_PART: Final = NoAnswer(Failing.HOPELESS, "it sends another part than asked for")
_SHORTER: Final = NoAnswer(Failing.BROKEN, "the file is shorter than what came earlier")


class Transfers:
    """Sends files to links and fetches them; threads may share it.

    Parameters
    ----------
    route : Route
        Which certificates are trusted, and by which proxy a host is reached.
    stall_s : float
        How long nothing may move.
    pauses_s : sequence of float
        How long to wait before each repeat.
    sleep : callable
        Waits for some seconds.
    """

    def __init__(
        self,
        route: Route,
        *,
        stall_s: float = STALL_S,
        pauses_s: Sequence[float] = PAUSES_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._route = route
        self._stall_s = stall_s
        self._pauses_s = pauses_s
        self._sleep = sleep

    def put(
        self,
        link: str,
        content: Iterable[bytes],
        headers: Mapping[str, str],
        on_progress: Progress,
    ) -> None:
        """Send a file; what can be read only once is sent only once.

        Parameters
        ----------
        link : str
            Where to.
        content : iterable of bytes
            As many bytes as the header "Content-Length" says.
        headers : mapping
            What the place asks for.
        on_progress : callable
            Called with how many bytes were sent.

        Raises
        ------
        ServiceUnreachable, TransferRefused
            If it can't be sent.
        ValueError
            If texts would go over the link unencrypted.
        """
        checked_link(link)
        pauses = () if isinstance(content, Iterator) else self._pauses_s
        for pause_s in (*pauses, None):
            failure = self._put_once(link, _told(content, on_progress), headers)
            if failure is None:
                return
            if pause_s is None or failure.again is Again.NEVER:
                raise failure.error
            self._sleep(pause_s)

    def get(self, link: str, sink: BinaryIO, on_progress: Progress) -> int:
        """Fetch a file, or the rest of one, and return how many bytes it has.

        Parameters
        ----------
        link : str
            Where from.
        sink : binary file
            Can be read and written; what is in it is the beginning of the file.
        on_progress : callable
            Called with how many bytes are there.

        Raises
        ------
        ServiceUnreachable, TransferRefused
            If it can't be fetched; what came is kept.
        ValueError
            If texts would go over the link unencrypted.
        """
        checked_link(link)
        n_tries = 0
        while True:
            before = sink.seek(0, os.SEEK_END)
            failure = self._get_once(link, sink, on_progress)
            after = sink.seek(0, os.SEEK_END)
            if failure is None:
                return after
            n_tries = 0 if after > before else n_tries
            if failure.again is Again.NEVER or n_tries == len(self._pauses_s):
                raise failure.error
            self._sleep(self._pauses_s[n_tries])
            n_tries += 1

    def _put_once(
        self, link: str, content: Iterable[bytes], headers: Mapping[str, str]
    ) -> Failure | None:
        try:
            with opened(
                self._route,
                "PUT",
                link,
                headers=headers,
                content=content,
                stall_s=self._stall_s,
            ) as response:
                return None if response.status in _TAKEN else refused(response, link)
        except Broken as error:
            return broken(error.outcome, link=link, stall_s=self._stall_s)

    def _get_once(self, link: str, sink: BinaryIO, on_progress: Progress) -> Failure | None:
        start = sink.tell()
        headers = {"Range": f"bytes={start}-"} if start else {}
        try:
            with opened(
                self._route, "GET", link, headers=headers, stall_s=self._stall_s
            ) as response:
                if response.status in {200, 206}:
                    _receive(response, sink, on_progress)
                elif not (response.status == 416 and _is_whole(response, sink)):
                    return refused(response, link)
                return None
        except Broken as error:
            return broken(error.outcome, link=link, stall_s=self._stall_s)


def _told(content: Iterable[bytes], on_progress: Progress) -> Iterator[bytes]:
    n_bytes = 0
    for part in content:
        yield part
        n_bytes += len(part)
        on_progress(n_bytes)


def _receive(response: httpcore.Response, sink: BinaryIO, on_progress: Progress) -> None:
    """Put what comes behind what is there, or in its place when all comes again.

    Raises
    ------
    Broken
        If that is not all of it.
    """
    if response.status == 206:
        first, total = _range_of(response)
        if first != sink.tell():
            raise Broken(_OTHER_PART)
    else:
        sink.seek(0)
        sink.truncate()
        length = stated(response).get("content-length", "")
        total = int(length) if length.isdecimal() else None
    for part in parts_of(response):
        sink.write(part)
        on_progress(sink.tell())
    if total not in (None, sink.tell()):
        raise Broken(_SHORT)


def _is_whole(response: httpcore.Response, sink: BinaryIO) -> bool:
    """Tell whether there is no further part because everything is there.

    Raises
    ------
    Broken
        If there is more than the file has; then nothing is there any more.
    """
    total = _range_of(response)[1]
    if total is None or total == sink.tell():
        return total is not None
    sink.seek(0)
    sink.truncate()
    raise Broken(_SHORTER)


def _range_of(response: httpcore.Response) -> tuple[int | None, int | None]:
    """Return where a part begins and how long the whole is, as far as it is stated."""
    header = stated(response).get("content-range", "")
    found = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)", header)
    if found is None:
        return None, None
    return int(found[1] or 0), int(found[2]) if found[2] else None
