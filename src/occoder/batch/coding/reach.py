"""What the processes that code can reach: models, what was validated, where output goes."""

import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from occoder.batch.objects.address import Address, address_of
from occoder.batch.objects.local_objects import make_folder
from occoder.batch.operation import Store
from occoder.coder.kernel import rank_all
from occoder.settings.settings import Settings

_SYSTEM: Final = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom"),
    *("/proc/self/maps", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
)
# To find a store elsewhere, to trust it, and to be let in.
_NETWORK: Final = (
    *("/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/resolv.conf"),
    *("/etc/gai.conf", "/run/systemd/resolve", "/run/NetworkManager", "/etc/mime.types"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/usr/share/ca-certificates"),
)
_FILES_OF_STORES: Final = (
    *("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_CA_BUNDLE"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a process that codes needs of this machine, and all that it gets.

    Parameters
    ----------
    home : Path
        The data folder; only the models in it can be read.
    secret : tuple of Path
        Folders of what it must not see; no folder around them is let in.
    validated, egress : Path or None
        What it reads from and what it writes to; None for a store elsewhere.
    """

    home: Path
    secret: tuple[Path, ...]
    validated: Path | None
    egress: Path | None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return what the settings lead to; the folders of the stores are made."""
        return cls(
            home=settings.home.absolute(),
            secret=(settings.folder.absolute(), settings.keys_that_seal.absolute()),
            validated=_folder(address_of(settings, Store.VALIDATED)),
            egress=_folder(address_of(settings, Store.EGRESS)),
        )

    @property
    def may_connect(self) -> bool:
        """Tell whether it needs the network."""
        return self.validated is None or self.egress is None

    def readable(self, environ: Mapping[str, str]) -> list[Path]:
        """Return the files and folders that can be read.

        Parameters
        ----------
        environ : mapping
            Names the files with which a store elsewhere is opened.
        """
        stores = [] if self.validated is None else [self.validated]
        network = _network(environ) if self.may_connect else ()
        code = [one for one in _code() if not self._holds_secrets(one)]
        return [*map(Path, _SYSTEM), *code, *network, *_models(self.home), *stores]

    def writable(self) -> list[Path]:
        """Return the folders that can be written to."""
        return [] if self.egress is None else [self.egress]

    def _holds_secrets(self, path: Path) -> bool:
        return any(secret.is_relative_to(path) for secret in (self.home, *self.secret))


def _folder(address: Address) -> Path | None:
    if address.bucket:
        return None
    folder = Path(address.url)
    make_folder(folder)
    return folder


def _code() -> Iterator[Path]:
    """Yield where Python, this package and what both need are, compiled code included."""
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield Path(sysconfig.get_path(name))
    yield Path(__file__).parents[2]
    if compiled := rank_all.stats.cache_path:
        yield Path(compiled)
    yield from (Path(one).absolute() for one in sys.path if one)


def _models(home: Path) -> Iterator[Path]:
    """Yield where models are, those included that only a link leads to."""
    folder = home / "models"
    yield folder
    for pattern in ("*", "*/*", "*/*/*"):
        yield from (one for one in folder.glob(pattern) if one.is_symlink())


def _network(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from map(Path, _NETWORK)
    yield Path.home() / ".aws"
    yield from (Path(environ[name]) for name in _FILES_OF_STORES if environ.get(name))
