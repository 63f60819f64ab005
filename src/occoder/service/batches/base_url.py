"""The beginning of links: where the client who gets one reaches the service."""

import re
from typing import Final

from occoder.service.call import Call
from occoder.settings.settings import Settings

_MAX_CHARACTERS: Final = 262  # of a name, which has 255 at most, with a port
_HOST: Final = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def base_url(settings: Settings, call: Call) -> str:
    """Return scheme and host for the links in an answer.

    Parameters
    ----------
    settings : Settings
        May name it; and tell whether callers come over TLS.
    call : Call
        Its header ``Host`` is taken otherwise, without a scheme or a path, which the
        guide's samples have there. Who lies in it gets links that lead nowhere.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    scheme = "https" if settings.tls or settings.proxies else "http"
    host = call.header(b"host").rpartition("://")[2].partition("/")[0]
    if len(host) > _MAX_CHARACTERS or not _HOST.fullmatch(host):
        host = f"{settings.host}:{settings.port}"
    return f"{scheme}://{host}"
