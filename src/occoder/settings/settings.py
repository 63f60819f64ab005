"""Every setting of the service, from the environment; all faults are told at once."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Self

from occoder.errors import SettingsFaults
from occoder.home import default_home
from occoder.settings.limits import ASYNC_MAX_CHARS, PRESETS, Limits
from occoder.settings.setting_types import READERS, Reader

PREFIX: Final = "OCCODER_"
SELF_SIGNED: Final = "self-signed"
# Read by commands that call a service, which may share an environment with one.
NOT_SETTINGS: Final = frozenset({"OCCODER_CLIENT_ID", "OCCODER_CLIENT_SECRET"})


def _setting(reader: str, default: Any, sentence: str) -> Any:
    """Return a field with how it is read and what it is for."""
    return field(default=default, metadata={"reader": reader, "sentence": sentence})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
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
    host: str = _setting("text", "127.0.0.1", "Address to listen at.")
    port: int = _setting("port", 8080, "Port to listen at; 0 takes a free one.")
    workers: int = _setting("count", 1, "Processes that answer requests.")
    proxies: tuple[str, ...] = _setting(
        "names",
        (),
        "Addresses of proxies that end TLS before this service, with commas between.",
    )
    tls: str = _setting(
        "text", "", "PEM file with the certificate chain, or self-signed to make one."
    )
    tls_key: str = _setting(
        "text",
        "",
        "PEM file with the key of the certificate, if it is not in the same file.",
    )
    database_url: str = _setting(
        "text",
        "",
        "Database as a URL, postgresql://user@host/name; by default SQLite in the data "
        "folder.",
    )
    keys_folder: str = _setting(
        "text", "", "Folder of the keys that sign tokens; by default in the data folder."
    )
    token_ttl_s: int = _setting("count", 3600, "Seconds that a token is good for.")
    limits: str = _setting(
        "preset", "seed-june-2025", "Limits of the tiers: seed-june-2025 or live-late-2025."
    )
    public_per_second: float | None = _setting(
        "rate", None, "Coding calls a second of a public client, instead of the preset's."
    )
    public_per_hour: int | None = _setting(
        "quota", None, "Coding calls an hour of a public client, instead of the preset's."
    )
    public_per_day: int | None = _setting(
        "quota", None, "Coding calls a day of a public client, instead of the preset's."
    )
    partner_per_second: float | None = _setting(
        "rate", None, "Coding calls a second of a partner, instead of the preset's."
    )
    partner_per_hour: int | None = _setting(
        "quota", None, "Coding calls an hour of a partner, instead of the preset's."
    )
    partner_per_day: int | None = _setting(
        "quota", None, "Coding calls a day of a partner, instead of the preset's."
    )
    other_calls_per_minute: int = _setting(
        "count", 600, "Calls a minute of a client that do not code, such as lists."
    )
    public_auth_host: str = _setting("text", "", "Host name of tokens for public clients.")
    public_api_host: str = _setting("text", "", "Host name of the API for public clients.")
    partner_auth_host: str = _setting("text", "", "Host name of tokens for partners.")
    partner_api_host: str = _setting("text", "", "Host name of the API for partners.")
    unsuccessful_result: str = _setting(
        "unsuccessful", "empty", "Result of a record without a code: empty or suggestions."
    )
    strict_queries: bool = _setting(
        "flag", False, "Refuse a query string instead of passing it by."
    )
    page: bool = _setting("flag", False, "Serve the page to try the coder at /.")
    protective_marking: str = _setting(
        "text", "", "Value of the header x-protective-marking; none when empty."
    )
    security_contact: str = _setting(
        "text", "mailto:security@localhost", "Where security.txt sends reports to."
    )
    inactivity_days: int = _setting(
        "count", 90, "Days without a call after which a client counts as inactive."
    )
    metrics_port: int = _setting("port", 9464, "Port of /metrics on 127.0.0.1; 0 for none.")
    log_format: str = _setting(
        "log_format", "auto", "json, console, or auto: readable on a terminal, else json."
    )
    audit_file: str = _setting(
        "text", "", "File of the security events; by default in the data folder."
    )
    max_body_bytes: int = _setting(
        "count", 1024 * 1024, "Largest body of a call, in bytes."
    )
    max_header_bytes: int = _setting("count", 16384, "Largest header of a call, in bytes.")
    header_timeout_s: int = _setting("count", 10, "Seconds in which a header must arrive.")
    body_timeout_s: int = _setting("count", 20, "Seconds in which a body must arrive.")
    idle_timeout_s: int = _setting(
        "count", 15, "Seconds after which a connection without a call is closed."
    )
    stop_timeout_s: int = _setting(
        "count", 30, "Seconds that calls under way are given when the service stops."
    )
    max_connections: int = _setting("count", 1000, "Connections a process holds open.")
    client_refresh_s: int = _setting(
        "count", 2, "Seconds after which a suspended client is refused, at most."
    )
    models_refresh_s: int = _setting(
        "count", 5, "Seconds after which a new or retired model is noticed, at most."
    )
    dispatcher: bool = _setting(
        "flag",
        True,
        "Work on batches beside answering calls; false where `occoder dispatch` runs.",
    )
    executor: str = _setting(
        "text",
        "",
        "Scheduler of a Dask cluster that codes batches, tls://host:port or "
        "tcp://host:port; by default processes of this machine.",
    )
    batch_workers: int = _setting(
        "quota", 0, "Processes of this machine that code batches; 0 for one a core."
    )
    batches_at_once: int = _setting(
        "count", 4, "Operations that a dispatcher works on at the same time."
    )
    objects: str = _setting(
        "text",
        "",
        "Where batches are stored: a folder, or s3://prefix for the buckets "
        "prefix-ingress, prefix-validated and prefix-egress; by default in the data "
        "folder.",
    )
    storage_keys_folder: str = _setting(
        "text",
        "",
        "Folder of the keys that seal what is stored; by default beside the data folder, "
        "with -keys added to its name.",
    )
    public_url: str = _setting(
        "text",
        "",
        "Beginning of upload and download links, https://host; by default as the client "
        "called.",
    )
    s3_endpoint: str = _setting(
        "text", "", "Address of the S3 store; by default that of AWS for the region."
    )
    s3_region: str = _setting("text", "", "Region of the S3 store.")
    s3_kms_key: str = _setting(
        "text",
        "",
        "Key of the S3 store's key service for input and output; {client} in it stands "
        "for the client's id.",
    )
    clamd: str = _setting(
        "text",
        "",
        "Scanner for malware, as the path of its socket or host:port; none when empty.",
    )
    async_max_chars: int | None = _setting(
        "count", None, "Longest text in a batch, instead of the preset's."
    )
    async_null_record_id: bool = _setting(
        "flag", False, "Answer null in a batch where a record has no recordId."
    )
    upload_max_bytes: int = _setting(
        "count", 5 * 1024**3, "Largest input file of a batch, in bytes."
    )
    upload_url_ttl_s: int = _setting(
        "count", 3600, "Seconds in which an upload must begin; then its operation is over."
    )
    download_url_ttl_s: int = _setting(
        "count", 3600, "Seconds that a download link is good for."
    )
    output_ttl_s: int = _setting(
        "count", 86400, "Seconds after which the output of a batch is deleted."
    )
    input_ttl_s: int = _setting(
        "count", 86400, "Seconds after which input is deleted, whatever became of it."
    )
    status_ttl_s: int = _setting(
        "count", 86400, "Seconds that is kept what became of a batch, after its output."
    )
    sweep_every_s: int = _setting(
        "count", 60, "Seconds between two looks for what is to be deleted."
    )
    lease_s: int = _setting(
        "count",
        30,
        "Seconds after which another dispatcher takes over from one that died.",
    )
    disk_reserve_bytes: int = _setting(
        "quota",
        1024**3,
        "Space on the disk that no upload may use, in bytes.",
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
