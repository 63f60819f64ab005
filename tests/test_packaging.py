"""What is installed: pins with digests, declared dependencies, a complete wheel."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_architecture import LIBRARIES, libraries

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {path.stem: path.read_text() for path in (ROOT / "requirements").glob("*.txt")}
HEAVY = {
    "numpy",
    "numba",
    "polars",
    "msgspec",
    "matplotlib",
    "fastexcel",
    "xlsxwriter",
    "rich",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "cryptography",
    "httpx",
    "httpcore",
}

PACKAGES = {
    "argon2": "argon2-cffi",
    "jsonschema_rs": "jsonschema-rs",
    "prometheus_client": "prometheus-client",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "botocore": "boto3",
    "dask": "distributed",
}
# Imported by the library that it is a driver of.
DRIVERS = {"psycopg"}


def python_files(folder: str) -> list[Path]:
    """Return the Python files under a folder of the project."""
    return sorted((ROOT / folder).rglob("*.py"))


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions that a lock allows of each package."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.\-]+)==([^\s;]+)", LOCKS[lock], re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def run_requirements() -> list[Requirement]:
    """Return what the package declares that it needs, the extras included."""
    project = PROJECT["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    return [Requirement(text) for text in (*project["dependencies"], *extras)]


def requirements(lock: str) -> list[Requirement]:
    """Return the requirements that a lock was made from."""
    groups = PROJECT["dependency-groups"]
    added = groups["build"] + (groups["dev"] if lock == "dev" else [])
    return run_requirements() + [Requirement(text) for text in added]


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_what_is_declared(lock: str) -> None:
    """Each declared dependency is pinned to a version that its range allows."""
    unpinned = [
        str(requirement)
        for requirement in requirements(lock)
        if not pins(lock).get(canonicalize_name(requirement.name))
        or not all(map(requirement.specifier.contains, pins(lock)[requirement.name]))
    ]

    assert [] == unpinned


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_digests_only(lock: str) -> None:
    """A lock names packages, versions and digests: no index, no host, no path."""
    requirement = r"[\w.\-]+==[\w.]+( ; [^\\/:]+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    other = [
        line
        for line in LOCKS[lock].splitlines()
        if not re.fullmatch(f"{requirement}|{digest}", line)
    ]

    assert [] == other


def test_dev_lock_holds_the_run_lock() -> None:
    """The tests run with exactly the versions that coding runs with."""
    run, dev = pins("run"), pins("dev")

    assert run == {name: dev.get(name) for name in run}


def test_imports_are_declared() -> None:
    """What the package imports is what it declares that it needs."""
    declared = {requirement.name for requirement in run_requirements()}
    imported = {PACKAGES.get(name, name) for name in set().union(*LIBRARIES.values())}

    assert declared == imported | DRIVERS


def test_imports_of_tests_are_declared() -> None:
    """What tests and page makers import is declared, not only there by chance."""
    files = [ROOT / "conftest.py", *chain(*map(python_files, ("tests", "docs")))]
    own = {file.stem for file in files} | {file.parent.name for file in files}
    imported = {name for file in files for name in libraries(file)} - own
    declared = {requirement.name for requirement in requirements("dev")}

    assert set() == {PACKAGES.get(name, name) for name in imported} - declared


@pytest.mark.parametrize("statement", ["import occoder", "import occoder.cli.main"])
def test_start_loads_nothing_heavy(statement: str) -> None:
    """Importing the package or its command line loads no heavy library."""
    program = f"import sys; {statement}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert 0 == loaded.returncode, loaded.stderr
    assert set() == HEAVY & set(loaded.stdout.split())


def test_wheel_is_complete(tmp_path: Path) -> None:
    """The wheel holds the data, the licence, the notice and the command."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert 0 == built.returncode, built.stderr

    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    sources = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "occoder").rglob("*")
        if path.is_file() and not {"__pycache__", ".mypy_cache"} & set(path.parts)
    }

    assert set() == sources - set(names)
    assert {"LICENSE", "NOTICE"} <= {name.rsplit("/", 1)[-1] for name in names}
    assert {"occoder", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"} == {
        name.split("/")[0] for name in names
    }


def test_start_script_needs_nothing() -> None:
    """start.py parses on an old Python, to say so, and imports no package."""
    start = ROOT / "start.py"
    ast.parse(start.read_text(encoding="utf-8"), feature_version=(3, 8))

    assert set() == libraries(start)


def test_ci_runs_what_the_readme_says() -> None:
    """CI calls the command with which the README passes all tests."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "\npython3 start.py test\n" in readme
    assert ci.rstrip().endswith("\nexec python3 start.py test")
