"""TLS: what is agreed with a client, and a renewed certificate without a restart."""

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from occoder.errors import UnusableCertificate
from occoder.service.transport.certificate import Certificate, certificate
from occoder.settings.settings import SELF_SIGNED, Settings

# Of TLS 1.2 the suites with forward secrecy and authenticated encryption; those of
# TLS 1.3 all have both.
_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"

_LOOK_EVERY_S: Final = 10.0

_Stamp = tuple[int, int, int]


def tls_context(found: Certificate) -> ssl.SSLContext:
    """Return what connections are encrypted with: TLS 1.2 or 1.3, nothing older.

    Parameters
    ----------
    found : Certificate
        As `certificate` returns it.

    Raises
    ------
    UnusableCertificate
        If OpenSSL refuses it, for instance because its key is too short.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols(["http/1.1"])
    _load(context, found)
    return context


class TlsContext:
    """The context of a process that runs for months, while certificates are renewed.

    Parameters
    ----------
    settings : Settings
        With TLS.
    clock : callable
        Seconds since 1970.

    Attributes
    ----------
    context : ssl.SSLContext
        For new connections; `refresh` changes it in place.
    certificate : Certificate
        That is shown to them.

    Raises
    ------
    UnusableCertificate
        If the certificate can't be used, with the reason.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._is_own = settings.tls == SELF_SIGNED
        self.certificate = certificate(settings, clock())
        self.context = tls_context(self.certificate)
        self._stamps = self._files_now()
        self._looked_at = clock()

    def refresh(self) -> bool:
        """Take another certificate for new connections; tell whether there was one.

        Raises
        ------
        UnusableCertificate
            If there is one that can't be used, once; the former one stays.
        """
        now = self._clock()
        if 0 <= now - self._looked_at < _LOOK_EVERY_S:
            return False
        self._looked_at = now
        stamps = self._files_now()
        is_new, self._stamps = stamps != self._stamps, stamps
        if not (is_new or self._is_own):
            return False
        try:
            found = certificate(self._settings, now)
            tls_context(found)  # a failure must not leave the context in use half changed
            _load(self.context, found)
        except UnusableCertificate:
            if is_new:
                raise
            return False
        is_other = found.fingerprint != self.certificate.fingerprint
        self.certificate = found
        return is_other

    def _files_now(self) -> tuple[_Stamp | None, ...]:
        return tuple(
            _stamp(file) for file in (self.certificate.chain, self.certificate.key)
        )


def _load(context: ssl.SSLContext, found: Certificate) -> None:
    try:
        context.load_cert_chain(found.chain, found.key, password="")
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror
        problem = f"OpenSSL refuses it: {reason}"
        raise UnusableCertificate(file=found.chain, problem=problem) from error


def _stamp(file: Path) -> _Stamp | None:
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
