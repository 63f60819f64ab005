"""What keeps the service from running, for its operator."""

from collections.abc import Sequence
from pathlib import Path

from occoder.errors.branches import InputError, NotFound, ServiceError


class SettingsFaults(InputError):
    """Settings of the service have faults, all listed."""

    slug = "settings-faults"

    def __init__(self, *, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        listed = "".join(f"\n  {fault}" for fault in self.faults)
        super().__init__(
            f"The service can't run with these settings:{listed}\n"
            f"docs/reference/settings.md lists all settings."
        )


class UnusableClient(InputError):
    """What a client is to be registered with can't be used."""

    slug = "unusable-client"

    def __init__(self, *, field: str, expected: str) -> None:
        self.field = field
        self.expected = expected
        super().__init__(
            f"The {field} of a client must be {expected}. Nothing was changed."
        )


class UnknownClient(NotFound):
    """No client is registered under this id."""

    slug = "unknown-client"

    def __init__(self, *, client_id: str) -> None:
        self.client_id = client_id
        super().__init__(
            f"There is no client {client_id}. `occoder client list` shows all clients."
        )


class DatabaseUnreachable(ServiceError):
    """The database can't be opened."""

    slug = "database-unreachable"

    def __init__(self, *, database: str, problem: str) -> None:
        self.database = database
        self.problem = problem
        super().__init__(
            f"The database {database} can't be used: {problem}. "
            f"Check OCCODER_DATABASE_URL, and that the database runs."
        )


class DatabaseOfOtherVersion(ServiceError):
    """The database was made by another version of the service."""

    slug = "database-of-other-version"

    def __init__(self, *, database: str, found: int, known: int) -> None:
        self.database = database
        self.found = found
        self.known = known
        super().__init__(
            f"The database {database} has tables of format {found}; this version works "
            f"with format {known}. Use the version of occoder that made it, or another "
            f"database."
        )


class UnusableKeys(ServiceError):
    """The keys that sign tokens can't be read or written."""

    slug = "unusable-keys"

    def __init__(self, *, folder: Path, problem: str) -> None:
        self.folder = folder
        self.problem = problem
        super().__init__(
            f"The signing keys in {folder} can't be used: {problem}. "
            f"Mend or move away what is there; `occoder keys rotate` makes a new key."
        )


class UnusableCertificate(ServiceError):
    """A certificate or its key can't be used for TLS."""

    slug = "unusable-certificate"

    def __init__(self, *, file: Path, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(
            f"TLS can't use {file}: {problem}. "
            f"Name PEM files of a certificate chain and its key, or use "
            f"`--tls self-signed`."
        )


class AddressUnusable(ServiceError):
    """The service can't listen at the address that it was given."""

    slug = "address-unusable"

    def __init__(
        self, *, host: str, port: int, problem: str, setting: str = "OCCODER_PORT"
    ) -> None:
        self.host = host
        self.port = port
        self.problem = problem
        self.setting = setting
        super().__init__(
            f"The service can't listen at {host} port {port}: {problem}. "
            f"Another program may use it; choose another with {setting}."
        )
