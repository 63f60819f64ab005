"""Recording what a benchmark measured, with all that the figures depend on.

A result is one JSON file, named by date, commit and kind. It holds figures and facts
about the run; never a text, and no answer for a single record.
"""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import msgspec

from occoder.evaluation.bootstrap import Estimate
from occoder.training.corpus import REFUSAL_FILE, corpus_rows

RESULTS: Final = Path(__file__).parent / "results"
_ROOT: Final = Path(__file__).parents[1]
_PACKAGES: Final = (
    "occoder",
    "numpy",
    "numba",
    "scipy",
    "scikit-learn",
    "polars",
    "msgspec",
)
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures were measured on.

    Parameters
    ----------
    cpu : str
        Its name.
    n_cores : int
        Logical cores that this process may use.
    memory_gib : float
        Memory.
    system : str
        Operating system and architecture.
    load_before : float
        Processes that wanted a core in the minute before the run: above about 0.3,
        something else was running, and times are upper bounds.
    """

    cpu: str
    n_cores: int
    memory_gib: float
    system: str
    load_before: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run of one benchmark.

    Parameters
    ----------
    kind : str
        "quality", "speed" or "compare".
    made_at : str
        When it began, UTC, ISO 8601.
    commit : str
        Of the code that ran.
    is_changed : bool
        Whether the code had changes since that commit.
    options : mapping
        What was asked for, paths left out.
    machine : Machine
        What it ran on.
    python : str
        Version.
    packages : mapping of str to str
        Versions.
    data : mapping of str to str
        SHA-256 of the bundled texts and of each file that was measured on.
    figures : mapping
        What was measured.
    """

    kind: str
    made_at: str
    commit: str
    is_changed: bool
    options: Mapping[str, Any]
    machine: Machine
    python: str
    packages: Mapping[str, str]
    data: Mapping[str, str]
    figures: Mapping[str, Any]


class Recorder:
    """Notes the state of things when a benchmark begins, and writes the result.

    Parameters
    ----------
    kind : str
        "quality", "speed" or "compare".
    options : mapping
        What was asked for; paths are left out of it.
    """

    def __init__(self, kind: str, options: Mapping[str, Any]) -> None:
        self._kind = kind
        self._options = {
            name: value for name, value in options.items() if not isinstance(value, Path)
        }
        self._began = datetime.now(UTC)
        self._machine = machine()
        self._commit = _git("rev-parse", "--short=10", "HEAD")
        self._is_changed = bool(
            _git("status", "--porcelain", "--", "src", "benchmarks/*.py")
        )

    def write(
        self,
        figures: Mapping[str, Any],
        measured_on: Iterable[Path],
        *,
        folder: Path = RESULTS,
    ) -> Path:
        """Write the result and return its path.

        Parameters
        ----------
        figures : mapping
            What was measured; dataclasses and NumPy numbers are fine.
        measured_on : iterable of Path
            The files that were measured on: their names and digests are kept.
        folder : Path
            Where to.
        """
        result = Result(
            kind=self._kind,
            made_at=self._began.isoformat(timespec="seconds"),
            commit=self._commit,
            is_changed=self._is_changed,
            options=self._options,
            machine=self._machine,
            python=platform.python_version(),
            packages=dict(_versions()),
            data={"bundled texts": corpus_fingerprint(), **fingerprints(measured_on)},
            figures=plain(figures),
        )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._began:%Y-%m-%d-%H%M}-{self._commit}-{self._kind}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
        return path


def machine() -> Machine:
    """Return what this process runs on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu=_cpu(),
        n_cores=len(os.sched_getaffinity(0)),
        memory_gib=round(pages / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        load_before=round(os.getloadavg()[0], 2),
    )


def corpus_fingerprint() -> str:
    """Return the SHA-256 of all bundled texts with their codes."""
    digest = sha256(REFUSAL_FILE.encode())
    for name, line, row in corpus_rows():
        digest.update("\x1f".join((name, str(line), *row.values())).encode())
    return digest.hexdigest()


def fingerprints(paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by their names, without their folders."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def plain(figures: Any) -> Any:
    """Return figures as JSON knows them, numbers rounded to five digits."""
    if isinstance(figures, Estimate):
        return [plain(figures.value), plain(figures.low), plain(figures.high), figures.n]
    if isinstance(figures, Mapping):
        return {str(key): plain(value) for key, value in figures.items()}
    if isinstance(figures, str | bool | int) or figures is None:
        return figures
    if isinstance(figures, Sequence):
        return [plain(value) for value in figures]
    if hasattr(figures, "item"):
        return plain(figures.item())
    if isinstance(figures, float):
        return float(f"{figures:.{_DIGITS}g}")
    return plain({name: getattr(figures, name) for name in figures.__slots__})


def _cpu() -> str:
    """Return the name of the processor, where the system tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [
        line.partition(":")[2].strip() for line in lines if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or "unknown"


def _versions() -> Iterable[tuple[str, str]]:
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "absent"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True)
    return done.stdout.strip() or ("unknown" if done.returncode else "")
