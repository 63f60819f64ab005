"""What the token endpoint answers (user guide, section 3.1; RFC 6749, section 5)."""

import msgspec


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the token endpoint (section 3.1.3, RFC 6749 section 5.1).

    Attributes
    ----------
    access_token : str
        To be sent as ``Authorization`` with every call.
    token_type : str
        "Bearer".
    expires_in : int
        Seconds.
    """

    access_token: str
    token_type: str = "Bearer"
    expires_in: int


class TokenError(msgspec.Struct, frozen=True):
    """Why the token endpoint gives no token (RFC 6749 section 5.2).

    Attributes
    ----------
    error : str
        "invalid_request", "invalid_client" or "unsupported_grant_type".
    error_description : str
        What to do.
    """

    error: str
    error_description: str
