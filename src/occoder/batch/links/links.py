"""What gives out links, be they our own or those of an S3 store."""

from typing import Final, Protocol

from occoder.batch.operation import Operation

# The whole output of an operation, under a name of its own: what stores it may be parts.
OUTPUT: Final = "output"


class Links(Protocol):
    """Gives out links, each good for one thing and for a time.

    The methods may ask a database or a store: they belong in a thread.
    """

    def key_arn(self, operation: Operation) -> str:
        """Return what whoever uploads has to name as the key (guide, section 8.1.5).

        It is the same for all operations of a client, and another for each client.
        """

    def upload(self, operation: Operation, base_url: str, now: float) -> str:
        """Return the link that the input is PUT to, good until ``upload_until``.

        Parameters
        ----------
        operation : Operation
            A new one.
        base_url : str
            "https://host", without a closing slash: where the client reaches the service.
        now : float
            Seconds since 1970.
        """

    def download(self, operation: Operation, name: str, base_url: str, now: float) -> str:
        """Return a link to the output, or to the metadata, of a complete operation.

        Parameters
        ----------
        operation : Operation
            A complete one.
        name : str
            `OUTPUT` or `METADATA`.
        base_url : str
            "https://host", without a closing slash: where the client reaches the service.
        now : float
            Seconds since 1970. The link is good for as long as the settings say, and
            never for longer than what it leads to is kept.
        """
