"""Client ids and secrets: how they are made, kept and compared."""

import re
import secrets
import string
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The guide's own `echo -n "id:secret" | base64` breaks its line after 57 bytes (R15).
MAX_CREDENTIALS_BYTES: Final = 57

_ALPHABET: Final = string.ascii_lowercase + string.digits
_USABLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_ID_LENGTH: Final = 20
_SECRET_LENGTH: Final = 36

# Argon2id with 19 MiB and two passes: the first choice of the OWASP Password Storage
# Cheat Sheet with so little memory that many at once don't exhaust a small machine.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Salt and hash of zero bytes: no secret is known to have it, and to find that a given one
# has not costs as much as with any other hash.
_NO_SECRET: Final = (
    f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost}"
    f",p={_HASHER.parallelism}${'A' * 22}${'A' * 43}"
)


def new_client_id() -> str:
    """Return a client id that nobody has: lower-case letters and digits."""
    return _random(_ID_LENGTH)


def new_secret() -> str:
    """Return a secret that can't be guessed: letters and digits, 186 bits of chance."""
    return _random(_SECRET_LENGTH)


def is_client_id(text: str) -> bool:
    """Tell whether a text can be a client id.

    Examples
    --------
    >>> is_client_id("client1"), is_client_id("client:1"), is_client_id("")
    (True, False, False)
    """
    # A colon and one character of a secret must fit beside it.
    return len(text) <= MAX_CREDENTIALS_BYTES - 2 and _USABLE.fullmatch(text) is not None


def are_credentials(client_id: str, secret: str) -> bool:
    """Tell whether an id and a secret can be sent as every client sends them.

    Parameters
    ----------
    client_id, secret : str
        Letters, digits and ``. _ ~ -``, not one of these first; together with the
        colon between them at most 57 characters.

    Examples
    --------
    >>> are_credentials("client1", "secret123")
    True
    """
    is_short = len(client_id) + 1 + len(secret) <= MAX_CREDENTIALS_BYTES
    return is_short and is_client_id(client_id) and _USABLE.fullmatch(secret) is not None


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret; blocks for some 25 ms.

    Parameters
    ----------
    secret : str
        ASCII.

    Returns
    -------
    str
        Argon2id hash with its salt and parameters; another one at each call.
    """
    return _HASHER.hash(_bytes(secret))


def is_secret(secret: str, secret_hash: str) -> bool:
    """Tell whether a hash is that of a secret; blocks for some 25 ms.

    Parameters
    ----------
    secret : str
        What a client sent, any text.
    secret_hash : str
        What is kept; "" when there is no such client or it has no secret, which
        costs the same time as a wrong secret and is always False.
    """
    try:
        return _HASHER.verify(secret_hash or _NO_SECRET, _bytes(secret))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(secret_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(secret_hash)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")
