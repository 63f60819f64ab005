"""One stream over one connection to clamd, and the one answer to it."""

import socket
from typing import Final, Self

from occoder.errors.batch import ScannerUnreachable

_MAX_ANSWER_BYTES: Final = 4096


class ClamdStream:
    """A stream that clamd takes over a connection of its own, and then answers.

    Parameters
    ----------
    address : str
        Path of the socket of clamd, or host:port.
    timeout_s : float
        How long clamd may take to answer, or to take some bytes.

    Raises
    ------
    ScannerUnreachable
        By every method but `close`: if there is no answer, or another one than "OK" and
        "FOUND".
    """

    def __init__(self, address: str, *, timeout_s: float) -> None:
        self.n_bytes = 0
        self._address = address
        self._connection = _connect(address, timeout_s=timeout_s)
        self._send(b"zINSTREAM\0")

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self.close()

    def send(self, piece: bytes | bytearray | memoryview) -> None:
        """Send bytes of the stream."""
        if piece:  # one without any would mean the end
            self.n_bytes += len(piece)
            self._send(len(piece).to_bytes(4, "big"))
            self._send(piece)

    def end(self) -> None:
        """Say that nothing more comes."""
        self._send(bytes(4))

    def finding(self) -> str:
        """Return the name of what was found, "" if clamd says that there is nothing."""
        answer = _answer(self._connection, self._address)
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        if answer.startswith("INSTREAM size limit exceeded"):
            problem = "it takes no stream of this size; raise StreamMaxLength in clamd.conf"
        else:
            problem = "it did not answer as clamd does; its log may say why"
        raise ScannerUnreachable(address=self._address, problem=problem)

    def close(self) -> None:
        """Leave; of a stream that has not ended clamd drops what it has."""
        self._connection.close()

    def _send(self, content: bytes | bytearray | memoryview) -> None:
        try:
            self._connection.sendall(content)
        except OSError as error:
            with self._connection:
                if isinstance(error, ConnectionError):
                    self.finding()  # one that came early says more than this error
                raise _not_usable(self._address, error) from error


def version_of(address: str, *, timeout_s: float) -> str:
    """Return what clamd says of its engine and signatures.

    Parameters
    ----------
    address : str
        Path of the socket of clamd, or host:port.
    timeout_s : float
        How long it may take.

    Raises
    ------
    ScannerUnreachable
        If it does not answer, or is no clamd.
    """
    with _connect(address, timeout_s=timeout_s) as connection:
        try:
            connection.sendall(b"zVERSION\0")
        except OSError as error:
            raise _not_usable(address, error) from error
        answer = _answer(connection, address)
    if not (answer.startswith("ClamAV ") and answer.isprintable()):
        raise ScannerUnreachable(address=address, problem="it is no clamd")
    return answer


def _connect(address: str, *, timeout_s: float) -> socket.socket:
    """Return a connection to a path or to host:port."""
    host, mark, port = address.rpartition(":")
    try:
        if mark and "/" not in address:
            place = (host.strip("[]"), int(port))
            return socket.create_connection(place, timeout=timeout_s)
        return _connect_to_path(address, timeout_s=timeout_s)
    except OSError as error:
        raise _not_usable(address, error) from error
    except (ValueError, OverflowError):
        problem = "this is no path, and no host:port"
        raise ScannerUnreachable(address=address, problem=problem) from None


def _connect_to_path(path: str, *, timeout_s: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout_s)
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket, address: str) -> str:
    """Return the answer on a connection; one that is cut short counts as none."""
    answer = b""
    try:
        while b"\0" not in answer and len(answer) < _MAX_ANSWER_BYTES:
            part = connection.recv(_MAX_ANSWER_BYTES)
            if not part:
                break
            answer += part
    except ConnectionError:
        pass  # what came before it counts
    except OSError as error:
        raise _not_usable(address, error) from error
    whole, mark, _ = answer.partition(b"\0")
    if not mark:
        problem = "it closed the connection without an answer"
        raise ScannerUnreachable(address=address, problem=problem)
    return whole.decode("ascii", "replace")


def _not_usable(address: str, error: OSError) -> ScannerUnreachable:
    problem = str(error.strerror or error)
    if isinstance(error, TimeoutError):
        problem = "it did not answer in time"
    return ScannerUnreachable(address=address, problem=problem)
