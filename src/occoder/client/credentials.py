"""Who calls: secrets that show themselves only where they are sent."""

from base64 import b64encode


class Secret:
    """A text that no message, log or traceback shows by accident.

    Parameters
    ----------
    text : str
        What is to be kept.

    Examples
    --------
    >>> Secret("secret123")
    Secret(***)
    >>> f"{Secret('secret123')}"
    'Secret(***)'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(***)"

    def reveal(self) -> str:
        """Return the text, for the wire."""
        return self._text


def basic(client_id: str, client_secret: str) -> Secret:
    """Return the header with which a client asks for a token (user guide, section 3.1).

    Parameters
    ----------
    client_id, client_secret : str
        As they were given at registration.

    Raises
    ------
    ValueError
        If one is empty, or the id holds a colon, which would end it.

    Examples
    --------
    >>> basic("client1", "secret123").reveal()
    'Basic Y2xpZW50MTpzZWNyZXQxMjM='
    """
    if not client_id or not client_secret:
        raise ValueError(
            "client_id and client_secret are what registration gave; both are needed"
        )
    if ":" in client_id:
        raise ValueError("client_id must not hold a colon; is it id and secret in one?")
    pair = f"{client_id}:{client_secret}".encode()
    return Secret(f"Basic {b64encode(pair).decode('ascii')}")
