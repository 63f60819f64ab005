"""Every setting of the service, from the environment; all faults are told at once."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Self

from occoder.errors import SettingsFaults
from occoder.home import default_home
from occoder.settings.batch_settings import BatchSettings
from occoder.settings.limits import ASYNC_MAX_CHARS, PRESETS, Limits
from occoder.settings.setting_types import READERS, Reader, setting

PREFIX: Final = "OCCODER_"
SELF_SIGNED: Final = "self-signed"
# Read by commands that call a service, which may share an environment with one.
NOT_SETTINGS: Final = frozenset({"OCCODER_CLIENT_ID", "OCCODER_CLIENT_SECRET"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(BatchSettings):
    """What an operator may set; each has a default that works on one machine.

    Parameters
    ----------
    home : Path
        The data folder.
    others
        As `settings.md` lists them, each with the sentence that stands beside it here.
    """

    home: Path = field(
        metadata={
            "reader": "path",
            "sentence": "Data folder: models, database, keys, audit log.",
        }
    )
    host: str = setting("text", "127.0.0.1", "Address to listen at.")
    port: int = setting("port", 8080, "Port to listen at; 0 takes a free one.")
    workers: int = setting("count", 1, "Processes that answer requests.")
    proxies: tuple[str, ...] = setting(
        "names",
        (),
        "Addresses of proxies that end TLS before this service, with commas between.",
    )
    tls: str = setting(
        "text", "", "PEM file with the certificate chain, or self-signed to make one."
    )
    tls_key: str = setting(
        "text",
        "",
        "PEM file with the key of the certificate, if it is not in the same file.",
    )
    database_url: str = setting(
        "text",
        "",
        "Database as a URL, postgresql://user@host/name; by default SQLite in the data "
        "folder.",
    )
    keys_folder: str = setting(
        "text", "", "Folder of the keys that sign tokens; by default in the data folder."
    )
    token_ttl_s: int = setting("count", 3600, "Seconds that a token is good for.")
    limits: str = setting(
        "preset", "seed-june-2025", "Limits of the tiers: seed-june-2025 or live-late-2025."
    )
    public_per_second: float | None = setting(
        "rate", None, "Coding calls a second of a public client, instead of the preset's."
    )
    public_per_hour: int | None = setting(
        "quota", None, "Coding calls an hour of a public client, instead of the preset's."
    )
    public_per_day: int | None = setting(
        "quota", None, "Coding calls a day of a public client, instead of the preset's."
    )
    partner_per_second: float | None = setting(
        "rate", None, "Coding calls a second of a partner, instead of the preset's."
    )
    partner_per_hour: int | None = setting(
        "quota", None, "Coding calls an hour of a partner, instead of the preset's."
    )
    partner_per_day: int | None = setting(
        "quota", None, "Coding calls a day of a partner, instead of the preset's."
    )
    other_calls_per_minute: int = setting(
        "count", 600, "Calls a minute of a client that do not code, such as lists."
    )
    public_auth_host: str = setting("text", "", "Host name of tokens for public clients.")
    public_api_host: str = setting("text", "", "Host name of the API for public clients.")
    partner_auth_host: str = setting("text", "", "Host name of tokens for partners.")
    partner_api_host: str = setting("text", "", "Host name of the API for partners.")
    unsuccessful_result: str = setting(
        "unsuccessful", "empty", "Result of a record without a code: empty or suggestions."
    )
    strict_queries: bool = setting(
        "flag", False, "Refuse a query string instead of passing it by."
    )
    page: bool = setting("flag", False, "Serve the page to try the coder at /.")
    protective_marking: str = setting(
        "text", "", "Value of the header x-protective-marking; none when empty."
    )
    security_contact: str = setting(
        "text", "mailto:security@localhost", "Where security.txt sends reports to."
    )
    inactivity_days: int = setting(
        "count", 90, "Days without a call after which a client counts as inactive."
    )
    metrics_port: int = setting("port", 9464, "Port of /metrics on 127.0.0.1; 0 for none.")
    log_format: str = setting(
        "log_format", "auto", "json, console, or auto: readable on a terminal, else json."
    )
    audit_file: str = setting(
        "text", "", "File of the security events; by default in the data folder."
    )
    max_body_bytes: int = setting("count", 1024 * 1024, "Largest body of a call, in bytes.")
    max_header_bytes: int = setting("count", 16384, "Largest header of a call, in bytes.")
    header_timeout_s: int = setting("count", 10, "Seconds in which a header must arrive.")
    body_timeout_s: int = setting("count", 20, "Seconds in which a body must arrive.")
    idle_timeout_s: int = setting(
        "count", 15, "Seconds after which a connection without a call is closed."
    )
    stop_timeout_s: int = setting(
        "count", 30, "Seconds that calls under way are given when the service stops."
    )
    max_connections: int = setting("count", 1000, "Connections a process holds open.")
    client_refresh_s: int = setting(
        "count", 2, "Seconds after which a suspended client is refused, at most."
    )
    models_refresh_s: int = setting(
        "count", 5, "Seconds after which a new or retired model is noticed, at most."
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **options: Any) -> Self:
        """Return the settings that an environment names.

        Parameters
        ----------
        environ : mapping
            Names such as ``OCCODER_PORT`` with their values.
        options
            Settings from the command line, by field; None is passed by.

        Raises
        ------
        SettingsFaults
            If any name is unknown, any value unusable, or two settings don't fit; all
            faults are in it.
        """
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
        names = {variable(one.name): one for one in dataclasses.fields(cls)}
        unknown = given.keys() - names.keys() - NOT_SETTINGS
        faults = [f"{name}: there is no such setting" for name in sorted(unknown)]
        values: dict[str, Any] = {"home": default_home(environ)}
        for name, one in names.items():
            if given.get(name):
                try:
                    values[one.name] = reader_of(one).read(given[name])
                except ValueError:
                    faults.append(f"{name}: expected {reader_of(one).expected}")
        values.update((key, one) for key, one in options.items() if one is not None)
        settings = cls(**values)
        if faults := [*faults, *settings._conflicts()]:
            raise SettingsFaults(faults=faults)
        return settings

    @property
    def folder(self) -> Path:
        """Return the folder of all that the service keeps, but for the models."""
        return self.home / "service"

    @property
    def keys_that_seal(self) -> Path:
        """Return the folder of the keys that seal what is stored."""
        beside = self.home.with_name(f"{self.home.name}-keys")
        return Path(self.storage_keys_folder) if self.storage_keys_folder else beside

    @property
    def max_chars_of_batch(self) -> int:
        """Return how long the texts of a record may be in a batch."""
        return self.async_max_chars or ASYNC_MAX_CHARS[self.limits]

    def tier_limits(self, tier: str) -> Limits:
        """Return the limits of a tier, "public" or "partner"."""
        return PRESETS[self.limits][tier].overridden(
            per_second=getattr(self, f"{tier}_per_second"),
            per_hour=getattr(self, f"{tier}_per_hour"),
            per_day=getattr(self, f"{tier}_per_day"),
        )

    def _conflicts(self) -> list[str]:
        """Return what two settings together get wrong."""
        faults = []
        if self.tls_key and self.tls in {"", SELF_SIGNED}:
            faults.append("OCCODER_TLS_KEY: name its certificate in OCCODER_TLS")
        if not (self.tls or self.proxies or is_loopback(self.host)):
            faults.append(
                "OCCODER_HOST: plain HTTP is served on loopback only; use --tls, or name "
                "the proxy that ends TLS in OCCODER_PROXIES"
            )
        if self.objects.startswith("s3://") and not self.s3_kms_key:
            faults.append(
                "OCCODER_S3_KMS_KEY: an S3 store in OCCODER_OBJECTS needs a key of its key "
                "service, which every upload has to name"
            )
        return faults


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def variable(name: str) -> str:
    """Return the environment variable of a setting.

    >>> variable("token_ttl_s")
    'OCCODER_TOKEN_TTL_S'
    """
    return PREFIX + name.upper()


def reader_of(one: "dataclasses.Field[Any]") -> Reader:
    """Return what reads the value of a setting."""
    return READERS[one.metadata["reader"]]
