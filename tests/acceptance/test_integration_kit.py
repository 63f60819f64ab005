"""The integration kit as a whole: complete in each language, and safe to start."""

import ast
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from integration_kit import FOLDER, SAMPLE, Kit
from integration_played import LIFE
from slow_service import SlowService
from test_architecture import libraries

SCRIPTS = {
    *("service", "cells", "get-token", "code-one", "code-batch", "code-file"),
    "jsonl-to-csv",
}
ENDINGS = {"powershell": "ps1", "javascript": "js", "bash": "sh", "python": "py"}
README = (FOLDER / "README.md").read_text(encoding="utf-8")
MAX_SCRIPT_LINES = 175
MAX_COLUMNS = 92


@pytest.mark.parametrize("language", ENDINGS)
def test_each_language_has_each_script(language: str) -> None:
    """The same scripts are there in every language, and the README names them."""
    files = (FOLDER / language).glob(f"*.{ENDINGS[language]}")
    names = {file.stem.replace("_", "-") for file in files}
    names |= {file.stem for file in (FOLDER / language).glob("*.jq")}

    assert names == SCRIPTS
    assert names == set(re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE))


@pytest.mark.parametrize("language", ENDINGS)
def test_scripts_are_short(language: str) -> None:
    """A script can be read on a few screens, whose width it keeps to."""
    for file in (FOLDER / language).glob(f"*.{ENDINGS[language]}"):
        lines = file.read_text(encoding="utf-8").splitlines()

        assert len(lines) <= MAX_SCRIPT_LINES, file.name
        assert max(map(len, lines)) <= MAX_COLUMNS, file.name


@pytest.mark.parametrize(
    "file", sorted((FOLDER / "python").glob("*.py")), ids=lambda one: one.name
)
def test_python_needs_nothing(file: Path) -> None:
    """The Python scripts use the standard library only, and parse from 3.9 on."""
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))

    assert set() == libraries(file) - {"service", "cells"}


def test_packages_are_pinned() -> None:
    """The packages of JavaScript have exact versions, and no lock names a host."""
    package = json.loads((FOLDER / "javascript" / "package.json").read_text())

    assert {"csv-stringify", "undici"} == package["dependencies"].keys()
    for version in package["dependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert [] == list((FOLDER / "javascript").glob("*lock*"))


def test_bash_scripts_can_be_started() -> None:
    """The scripts that one starts are executable; what they share is not."""
    may_start = {
        file.stem for file in (FOLDER / "bash").glob("*.sh") if os.access(file, os.X_OK)
    }

    assert SCRIPTS - {"service", "cells"} == may_start


def test_no_secret_in_arguments(kit: Callable[[str], Kit], tmp_path: Path) -> None:
    """Bash tells curl secret, token and links where no list of processes shows them."""
    shims, log = tmp_path / "shims", tmp_path / "arguments"
    shims.mkdir()
    curl = shims / "curl"
    curl.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {shutil.which("curl")} "$@"\n')
    curl.chmod(0o700)
    scripts = replace(
        kit("bash"),
        client_id="client1",
        secret="secret123",
        environ={"PATH": f"{shims}:{os.environ['PATH']}"},
    )
    with SlowService(LIFE) as service:
        where = ("--api-url", service.address, "--poll-every", "0")
        done = scripts.run("code-file", *where, SAMPLE, tmp_path / "coded.jsonl")
    arguments = log.read_text()

    assert (0, "") == (done.returncode, done.stderr)
    assert len(service.paths) == len(arguments.splitlines())
    for secret in ("client1", "secret123", "token-1", "upload", "output?"):
        assert secret not in arguments.replace("--output", "")
