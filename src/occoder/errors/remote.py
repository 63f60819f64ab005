"""What a service elsewhere answers, or does not, for the program that calls it."""

from collections.abc import Sequence

from occoder.errors.branches import RemoteError


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
