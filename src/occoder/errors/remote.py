"""What a service elsewhere answers, or does not, for the program that calls it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from occoder.errors.branches import InputError, RemoteError


class ServiceUnreachable(RemoteError):
    """A service gives no answer."""

    slug = "service-unreachable"

    def __init__(self, *, url: str, problem: str) -> None:
        self.url = url
        self.problem = problem
        super().__init__(
            f"{url} gives no answer: {problem}. "
            f"Check the address, the network, the proxy and the certificate."
        )


class CredentialsRefused(RemoteError):
    """A service gives no token for a client id and secret."""

    slug = "credentials-refused"

    def __init__(self, *, url: str, error: str) -> None:
        self.url = url
        self.error = error
        super().__init__(
            f"{url} gives no token: {error}. "
            f"Check client id and secret, and that the client is not suspended."
        )


class RequestRefused(RemoteError):
    """A service refuses a request."""

    slug = "request-refused"

    def __init__(
        self, *, status: int, message: str, details: Sequence[str], request_id: str
    ) -> None:
        self.status = status
        self.message = message
        self.details = tuple(details)
        self.request_id = request_id
        listed = "; ".join(self.details[:5])
        super().__init__(
            f"The service refuses the request with {status} {message!r}: {listed} "
            f"(request {request_id or 'without id'})."
        )


class Throttled(RemoteError):
    """A service asks to wait longer than the caller would."""

    slug = "throttled"

    def __init__(self, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(
            f"The limit of the service is reached; it can be asked again in "
            f"{retry_after_s:.0f} s."
        )


class AnswerNotUnderstood(RemoteError):
    """What a service answers is not of the contract."""

    slug = "answer-not-understood"

    def __init__(self, *, url: str, status: int) -> None:
        self.url = url
        self.status = status
        super().__init__(
            f"{url} answers with {status} and a body that is not of the contract. "
            f"Check that the address is that of a coding service, not of a proxy's page."
        )


class TransferRefused(RemoteError):
    """The place where files of batches are kept refuses to take or give one."""

    slug = "transfer-refused"

    def __init__(self, *, host: str, status: int, code: str, message: str) -> None:
        self.host = host
        self.status = status
        self.code = code
        self.message = message
        told = ": ".join(filter(None, (code, message))) or "it does not say why"
        super().__init__(
            f"{host} refuses to transfer the file with {status}: {told}. A link that is "
            f"too old gives way to a new one when the operation is asked for again."
        )


class OperationFailed(RemoteError):
    """A service could not code the file of an operation, or lost it."""

    slug = "operation-failed"

    def __init__(self, *, operation_id: str, error: str) -> None:
        self.operation_id = operation_id
        self.error = error
        super().__init__(
            f"Operation {operation_id} came to nothing: {error}. The next run makes a new "
            f"operation; the operator of the service needs this id to find out more."
        )


class DownloadDamaged(RemoteError):
    """What was downloaded is not what the service wrote, again and again."""

    slug = "download-damaged"

    def __init__(self, *, operation_id: str, part: int) -> None:
        self.operation_id = operation_id
        self.part = part
        super().__init__(
            f"Part {part} of the output of operation {operation_id} arrives changed, twice "
            f"in a row. Check what stands between here and the service, then run again."
        )


class AnswersDoNotFit(RemoteError):
    """A service's answers are not those to the records that were sent."""

    slug = "answers-do-not-fit"

    def __init__(self, *, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem
        super().__init__(
            f"The answers do not fit the records that were sent: line {line} {problem}. "
            f"Begin anew with --restart; if it happens again, tell the operator of the "
            f"service."
        )


class OtherJob(InputError):
    """A folder holds an unfinished run with another input or other options."""

    slug = "other-job"

    def __init__(self, *, folder: Path, differing: Sequence[str]) -> None:
        self.folder = folder
        self.differing = tuple(differing)
        listed = " and another ".join(differing)
        super().__init__(
            f"{folder} holds an unfinished run with another {listed}. "
            f"Run that one again as it was, or begin anew with --restart."
        )


class JobUnderWay(InputError):
    """Another process is at work on the same output."""

    slug = "job-under-way"

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"Another process works in {folder}. Wait until it is done, or end it."
        )


class UncleanTexts(InputError):
    """Texts would have to be changed or left out, and that was not to be."""

    slug = "unclean-texts"

    def __init__(
        self, *, source: str, counts: Mapping[str, int], rows: Mapping[str, Sequence[int]]
    ) -> None:
        self.source = source
        self.counts = dict(counts)
        self.rows = {kind: tuple(some) for kind, some in rows.items()}
        listed = "; ".join(
            f"{kind} {n:,} (row {', '.join(map(str, self.rows.get(kind, ())))}"
            f"{' and more' if n > len(self.rows.get(kind, ())) else ''})"
            for kind, n in self.counts.items()
        )
        super().__init__(
            f"{source} has texts that can't be sent as they are: {listed}. Nothing was "
            f"sent. Correct the file, or leave --strict out."
        )
