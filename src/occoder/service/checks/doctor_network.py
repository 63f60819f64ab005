"""The doctor looks at certificate and addresses."""

import errno
import os
import socket
import ssl
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from occoder import wire
from occoder.errors import AddressUnusable, UnusableCertificate
from occoder.service.checks.check import Check
from occoder.service.startup import FEW_DAYS
from occoder.service.transport.certificate import Certificate, checked
from occoder.service.transport.listening import close_all, take_address
from occoder.service.transport.self_signed import WITH_KEY, folder_of
from occoder.service.transport.tls import tls_context
from occoder.settings.settings import SELF_SIGNED, Settings

_PATIENCE_S: Final = 5.0
_MAX_ANSWER_BYTES: Final = 65536
_LOOPBACK: Final = "127.0.0.1"
_SELF: Final = {"": _LOOPBACK, "0.0.0.0": _LOOPBACK, "::": "::1"}


def certificate(settings: Settings, now: float) -> Check:
    """Tell whether TLS can be spoken, and for how long."""
    name = "certificate"
    if not settings.tls:
        where = "behind named proxies" if settings.proxies else "on this machine only"
        return Check.ok(name, f"none: plain HTTP, {where}")
    if settings.tls == SELF_SIGNED and not (folder_of(settings) / WITH_KEY).exists():
        return Check.ok(name, "not there yet: the first start makes it")
    try:
        found = _found(settings, now)
        tls_context(found)
    except UnusableCertificate as error:
        return Check.failed(name, f"{error.file}: {error.problem}", str(error))
    finding = f"{found.chain}: {found.days_left(now)} days left"
    if settings.tls == SELF_SIGNED:
        return Check.ok(name, f"{finding}, then it renews itself")
    if found.key.stat().st_mode & 0o007:
        return Check.failed(name, f"{found.key}: anyone can read it", "chmod 600 it")
    if found.days_left(now) < FEW_DAYS:
        remedy = "Replace the files; a running service takes new ones by itself."
        return Check.failed(name, finding, remedy)
    if missing := [host for host in _hosts(settings) if not found.covers(host)]:
        remedy = "Get a certificate with all host names of the settings."
        return Check.failed(name, f"it is not good for {', '.join(missing)}", remedy)
    return Check.ok(name, finding)


def address(settings: Settings, now: float) -> Check:
    """Tell whether the address is free, or answers as this service."""
    where = f"{settings.host} port {settings.port}"
    try:
        close_all(take_address(settings))
    except AddressUnusable as error:
        if not _is_taken(error):
            remedy = "Choose another with OCCODER_HOST and OCCODER_PORT."
            return Check.failed("address", f"{where}: {error.problem}", remedy)
    else:
        return Check.ok("address", f"{where}: free")
    try:
        shown, is_live = _answer(settings)
    except (OSError, ValueError):
        remedy = "Stop the other program, or choose another port with OCCODER_PORT."
        return Check.failed("address", f"{where}: another program has it", remedy)
    if not is_live:
        remedy = "See its log, and start it again."
        return Check.failed("address", f"{where}: the service is not well", remedy)
    if shown and shown != _fingerprint(settings, now):
        remedy = "Start the service again: it has not taken the certificate of the file."
        return Check.failed("address", f"{where}: another certificate", remedy)
    return Check.ok("address", f"{where}: the service answers")


def metrics(settings: Settings) -> Check:
    """Tell whether the address of the metrics is free, or answers as this service."""
    name, port = "metrics", settings.metrics_port
    if not port:
        return Check.ok(name, "none")
    where = f"{_LOOPBACK} port {port}"
    try:
        socket.create_server((_LOOPBACK, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE and _counts(port):
            return Check.ok(name, f"{where}: the service answers")
        remedy = "Choose another port with OCCODER_METRICS_PORT; 0 is for none."
        problem = os.strerror(error.errno or 0).lower()
        return Check.failed(name, f"{where}: {problem}", remedy)
    return Check.ok(name, f"{where}: free")


def _found(settings: Settings, now: float) -> Certificate:
    """Return the certificate as it is, without making one."""
    if settings.tls == SELF_SIGNED:
        file = folder_of(settings) / WITH_KEY
        return checked(file, file, now)
    chain = Path(settings.tls)
    return checked(chain, Path(settings.tls_key) if settings.tls_key else chain, now)


def _fingerprint(settings: Settings, now: float) -> str:
    """Return that of the certificate in the file; "" if it can't be used."""
    try:
        return _found(settings, now).fingerprint
    except UnusableCertificate:
        return ""


def _hosts(settings: Settings) -> list[str]:
    hosts = (
        *(settings.public_auth_host, settings.public_api_host),
        *(settings.partner_auth_host, settings.partner_api_host),
    )
    return sorted({host for host in hosts if host})


def _is_taken(error: AddressUnusable) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE


def _answer(settings: Settings) -> tuple[str, bool]:
    """Return the fingerprint that is shown, and whether the service says that it lives.

    Raises
    ------
    OSError, ValueError
        If something else answers, or nothing.
    """
    place = _SELF.get(settings.host, settings.host), settings.port
    with socket.create_connection(place, timeout=_PATIENCE_S) as plain:
        if not settings.tls:
            return "", _lives(plain)
        with _any_certificate().wrap_socket(plain) as connection:
            shown = connection.getpeercert(binary_form=True) or b""
            return sha256(shown).digest().hex(":").upper(), _lives(connection)


def _any_certificate() -> ssl.SSLContext:
    # Which one is shown is the question; it is compared with the one in the file.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _lives(connection: socket.socket) -> bool:
    answer = _asked(connection, "/health/live")
    health = msgspec.json.decode(answer.partition(b"\r\n\r\n")[2], type=wire.Health)
    return answer.startswith(b"HTTP/1.1 200 ") and health.status == "live"


def _counts(port: int) -> bool:
    """Tell whether numbers of the service are told at a port."""
    try:
        with socket.create_connection((_LOOPBACK, port), timeout=_PATIENCE_S) as other:
            return b"\noccoder_" in _asked(other, "/metrics")
    except OSError:
        return False


def _asked(connection: socket.socket, path: str) -> bytes:
    """Return the answer to a call, or the beginning of it."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode("ascii"))
    answer = b""
    while len(answer) < _MAX_ANSWER_BYTES and (part := connection.recv(4096)):
        answer += part
    return answer
