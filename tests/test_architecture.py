"""The shape of the package: which way imports point, and how big things may grow."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "occoder"
MODULES = sorted(PACKAGE.rglob("*.py"))
ALL_FILES = [
    ROOT / "conftest.py",
    ROOT / "start.py",
    *chain.from_iterable(
        sorted((ROOT / folder).rglob("*.py"))
        for folder in (*("src", "tests", "docs", "benchmarks", "examples", "integration"),)
    ),
]

# Each part, with the parts it may import. ARCHITECTURE.md draws the same picture.
_CODER = {"coder", "classification", "errors"}
_OPERATING = {"settings", "telemetry", "database"}
_LOADING = {"loading", "training", "evaluation", "catalogue", *_CODER}
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "home": set(),
    "processes": set(),
    "wire": set(),
    "client": {"wire", "errors"},
    "classification": {"errors"},
    "coder": {"classification", "errors"},
    "catalogue": {"home", *_CODER},
    "evaluation": _CODER,
    "training": {"evaluation", *_CODER},
    "loading": {"training", "catalogue", *_CODER},
    "files": {"loading", "processes", *_CODER},
    "settings": {"home", "errors"},
    "telemetry": {"settings", "wire", "errors"},
    "database": {"settings", "errors"},
    "model_facts": {"wire", "coder"},
    "batch": {
        *("wire", "catalogue", "model_facts", "processes"),
        *_OPERATING,
        *_CODER,
    },
    "service": {
        *("wire", "home", "catalogue", "model_facts", "batch"),
        *_OPERATING,
        *_CODER,
    },
    "remote": {"client", "files", "wire", *_CODER},
    "__init__": {"loading", "files", *_CODER},
    "cli": {
        *("__init__", "files", "service", "batch", "client", "remote", "wire", "home"),
        *_OPERATING,
        *_LOADING,
    },
}

# What a part may import from outside, beside the standard library.
LIBRARIES: dict[str, set[str]] = {
    "errors": set(),
    "home": {"platformdirs"},
    "processes": set(),
    "wire": {"msgspec"},
    "client": {"httpcore", "msgspec"},
    "classification": {"fastexcel"},
    "coder": {"numpy", "numba", "llvmlite", "msgspec"},
    "catalogue": set(),
    "evaluation": {"numpy", "msgspec", "matplotlib"},
    "training": {"numpy", "numba", "msgspec", "polars"},
    "loading": set(),
    "files": {"numpy", "msgspec", "polars", "fastexcel", "xlsxwriter"},
    "settings": set(),
    "model_facts": set(),
    "telemetry": {"msgspec", "prometheus_client", "structlog", "sqlalchemy"},
    "database": {"sqlalchemy"},
    "batch": {
        *("boto3", "botocore", "cryptography", "distributed", "itsdangerous"),
        *("msgspec", "numpy", "sqlalchemy"),
    },
    "service": {
        *("argon2", "cryptography", "joserfc", "prometheus_client", "sqlalchemy"),
        *("starlette", "structlog", "uvicorn", "uvloop", "httptools"),
        *("httpx", "msgspec"),
    },
    "remote": {"msgspec", "numpy", "polars"},
    "__init__": set(),
    "cli": {"rich", "typer"},
}

# Executes what it reads, opens a connection, or starts another program.
EXECUTE = {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle", "ctypes"}
CONNECT = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "asyncio"}
START = {"subprocess"}
FORBIDDEN = EXECUTE | CONNECT | START

# What is forbidden elsewhere and allowed here, by the beginning of a module's name.
ALLOWED = {
    "occoder.service": CONNECT,
    "occoder.client": CONNECT,
    "occoder.telemetry": CONNECT,
    "occoder.batch.scan.clamd_stream": CONNECT,
    "occoder.batch.coding.confinement": {"ctypes"},
    "occoder.cli.notify": START,
    "occoder.service.coding.memory": CONNECT | {"ctypes"},
}

# The coder's answers depend on its arguments alone.
FORBIDDEN_TO_CODER = {"os", "time", "datetime", "random", "secrets", "logging", "sys"}

VAGUE_NAMES = {
    *("util", "utils", "helper", "helpers", "common", "base", "core", "misc"),
    *("manager", "managers", "handler", "handlers", "models", "types"),
}

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
MAX_MEDIAN_FUNCTION_LINES = 10


def name_of(module: Path) -> str:
    """Return the dotted name of a module, a package by its own name."""
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(name: str) -> str:
    """Return the part that a dotted name of the package belongs to."""
    return name.split(".")[1] if "." in name else "__init__"


def imports(module: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, at any depth."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


NAMES = {name_of(module) for module in MODULES}


def imported_modules(module: Path) -> set[str]:
    """Return the modules of the package that a module imports."""
    wanted = {name for name in imports(module) if name.split(".")[0] == "occoder"}
    return {name if name in NAMES else name.rpartition(".")[0] for name in wanted}


def libraries(module: Path) -> set[str]:
    """Return the packages from outside that a module imports."""
    tops = {name.split(".")[0] for name in imports(module)}
    return tops - sys.stdlib_module_names - {"occoder"}


def functions(module: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file with the lines of code in its body."""
    source = module.read_text(encoding="utf-8")
    lines = [line.strip() for line in source.splitlines()]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
            body = lines[first.lineno - 1 : node.end_lineno]
            name = f"{module.relative_to(ROOT)}:{node.lineno} {node.name}"
            yield name, sum(line != "" and not line.startswith("#") for line in body)


def ids(module: Path) -> str:
    """Name a test case by the path of its file."""
    return str(module.relative_to(ROOT))


def test_every_part_has_its_arrows() -> None:
    """The parts of the package are those whose arrows are stated."""
    assert {part_of(name) for name in NAMES} == set(ARROWS)
    assert set(LIBRARIES) == set(ARROWS)


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_imports_point_down(module: Path) -> None:
    """A module imports only from its own part and the parts below it."""
    part = part_of(name_of(module))
    upward = {
        name
        for name in imported_modules(module)
        if part_of(name) not in ARROWS[part] | {part}
    }

    assert set() == upward


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_part_uses_its_libraries_only(module: Path) -> None:
    """A module imports from outside only what its part may use."""
    assert set() == libraries(module) - LIBRARIES[part_of(name_of(module))]


def test_no_import_cycles() -> None:
    """No module imports itself through others, function-level imports included."""
    graph = {name_of(module): imported_modules(module) for module in MODULES}

    assert len(graph) == len(list(TopologicalSorter(graph).static_order()))


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_nothing_connects_or_executes(module: Path) -> None:
    """No module can open a connection, run a program or execute what it reads."""
    tops = {name.split(".")[0] for name in imports(module)}
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    name = name_of(module)
    allowed = {
        one
        for part, those in ALLOWED.items()
        if name == part or name.startswith(f"{part}.")
        for one in those
    }

    assert set() == tops & FORBIDDEN - allowed
    assert set() == calls & {"eval", "exec", "compile", "__import__"}
    assert "allow_pickle=True" not in module.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", sorted((PACKAGE / "coder").rglob("*.py")), ids=ids)
def test_coder_knows_no_surroundings(module: Path) -> None:
    """The coder knows no environment, no clock and no chance."""
    assert set() == {name.split(".")[0] for name in imports(module)} & FORBIDDEN_TO_CODER


@pytest.mark.parametrize("file", ALL_FILES, ids=ids)
def test_file_stays_short(file: Path) -> None:
    """A file has at most 300 lines."""
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


def test_functions_fit_a_screen() -> None:
    """No function has more than 50 lines of code, and half have at most 10."""
    lengths = dict(chain.from_iterable(functions(module) for module in MODULES))
    long = {name: n for name, n in lengths.items() if n > MAX_FUNCTION_LINES}

    assert {} == long
    assert median(lengths.values()) <= MAX_MEDIAN_FUNCTION_LINES


def test_no_vague_file_names() -> None:
    """No module is named by a word that could hold anything."""
    assert set() == {module.stem for module in MODULES} & VAGUE_NAMES
    assert set() == {module.parent.name for module in MODULES} & VAGUE_NAMES
