"""The PowerShell scripts of the integration kit, checked where no PowerShell is."""

import json
import re
from pathlib import Path

import pytest
from batch_client import BatchClient
from integration_files import ANSWER_COLUMNS, FILES, OUTPUT_COLUMNS, OutputFile
from integration_kit import SAMPLE
from integration_played import CODED, LIFE, expected_requests, requests
from integration_powershell import (
    SCRIPTS,
    Cells,
    Transcription,
    code,
    functions,
    strings,
    text_of,
)
from served_process import ServedProcess
from slow_service import SlowService

from occoder.settings.tier import Tier

# Every cmdlet that the scripts use; all are in Windows PowerShell 5.1.
CMDLETS = {
    *("ConvertFrom-Json", "ConvertTo-Json", "ForEach-Object", "Get-Content", "Get-Date"),
    *("Invoke-WebRequest", "Move-Item", "New-Object", "Remove-Item", "Resolve-Path"),
    *("Select-Object", "Set-Content", "Split-Path", "Start-Sleep", "Test-Path"),
    *("Where-Object", "Write-Host"),
}
AUTOMATIC = {
    *("_", "null", "true", "false", "env", "PSScriptRoot", "PSVersionTable"),
    *("ErrorActionPreference", "ProgressPreference", "ExecutionContext"),
}
# Syntax and parameters that PowerShell 7 has and 5.1 has not.
TOO_NEW = (
    *(r"\?\?", r"\?\.", r"&&", r"\|\|", r"-AsHashtable", r"-SkipHttpErrorCheck"),
    *(r"-SkipHeaderValidation", r"-Form\b", r"-Parallel", r"-DateKind", r"-NoEnumerate"),
    *(r"-MaximumRetryCount", r"-Authentication", r"\bclean\b"),
)

each_script = pytest.mark.parametrize("name", SCRIPTS)


@each_script
def test_ascii_without_tabs(name: str) -> None:
    """A script is ASCII, since 5.1 would read anything else in the machine's code page."""
    text = text_of(name)

    assert text.isascii()
    assert "\t" not in text
    assert "\r" not in text


@each_script
def test_brackets_and_quotes_close(name: str) -> None:
    """Every bracket and every quote of a script is closed, in order."""
    pairs = {")": "(", "]": "[", "}": "{"}
    stripped, waiting = code(text_of(name)).replace("''", ""), list[str]()
    for character in stripped:
        if character in pairs.values():
            waiting.append(character)
        elif character in pairs:
            assert pairs[character] == (waiting.pop() if waiting else "")

    assert [] == waiting
    assert not {"'", '"'} & set(stripped)


@each_script
def test_json_is_written_in_depth(name: str) -> None:
    """Every ConvertTo-Json is told how deep to go: by default it stops at two levels."""
    assert [] == re.findall(r"ConvertTo-Json(?! -Depth \d)", code(text_of(name)))


@each_script
def test_nothing_is_redirected(name: str) -> None:
    """No output goes through ">", which writes UTF-16 in 5.1."""
    assert ">" not in code(text_of(name))


@each_script
def test_works_in_5_1(name: str) -> None:
    """Nothing in a script is newer than Windows PowerShell 5.1."""
    text = code(text_of(name)).replace("`\n", "")
    calls = re.findall(r"Invoke-WebRequest.*", text)

    assert [] == [new for new in TOO_NEW if re.search(new, text)]
    assert [] == [call for call in calls if "-UseBasicParsing" not in call]


@each_script
def test_commands_exist(name: str) -> None:
    """Every command is a function of the kit or a cmdlet of 5.1."""
    named = set(re.findall(r"(?<![\w$.'-])[A-Z]\w+-[A-Z]\w+", code(text_of(name))))

    assert set() == named - CMDLETS - functions().keys()
    assert not CMDLETS & functions().keys()


@each_script
def test_variables_are_set(name: str) -> None:
    """Every variable is set, given, or PowerShell's own."""
    shared = text_of("service.ps1") + text_of("cells.ps1")
    known = set(re.findall(r"\$(\w+)(?= (?:=|in)\b|\s*=|\+\+)", shared + text_of(name)))
    known |= set(re.findall(r"\] \$(\w+)", text_of(name)))
    for head in re.findall(r"function [\w-]+\((.*?)\) \{", text_of(name)):
        known |= set(re.findall(r"\$(\w+)", head))
    texts = [code(text_of(name)), *(one for one in strings(text_of(name)) if one[0] == '"')]
    used = {found for text in texts for found in re.findall(r"(?<!`)\$\{?(\w+)", text)}
    used -= {str(number) for number in range(10)}

    assert set() == {one.lower() for one in used - AUTOMATIC} - {
        one.lower() for one in known
    }


def test_downloads_are_saved_as_they_come() -> None:
    """A download goes into a file by -OutFile, and no token goes with it."""
    function = functions()["Save-Link"]

    assert '-OutFile "$Path.part"' in function
    assert "Headers" not in function
    assert "Token" not in function


def test_no_secret_is_a_parameter() -> None:
    """Id and secret come from the environment only."""
    for name in SCRIPTS:
        (head,) = re.findall(r"^param\((.*?)^\)", text_of(name), re.M | re.S) or [""]

        assert not re.search("secret|client|token", code(head), re.IGNORECASE)


def test_r110_same_requests(tmp_path: Path) -> None:
    """The PowerShell script sends what those in the other languages send."""
    output = tmp_path / "coded.jsonl"
    with (
        SlowService(LIFE) as service,
        Transcription(service.address, "client1", "secret123") as transcription,
    ):
        transcription.code_file(SAMPLE, output)

    assert expected_requests(SAMPLE.read_text()) == requests(service)
    assert CODED == output.read_bytes()


def test_r110_service_takes_them(tmp_path: Path) -> None:
    """The service answers these requests with the coded file."""
    output = tmp_path / "coded.jsonl"
    with ServedProcess(tmp_path) as running:
        address = f"http://127.0.0.1:{running.port}"
        client_id, secret = running.add_client(tier=Tier.PARTNER)
        with Transcription(address, client_id, secret) as transcription:
            transcription.code_file(SAMPLE, output)
        with BatchClient(address, client_id, secret) as partner:
            status = partner.coded(SAMPLE.read_bytes())
            expected = partner.get(status["responseDownloadUrl"]).content

    assert expected == output.read_bytes()


def test_r36_bodies() -> None:
    """The bodies of the two calls are those of the guide."""
    one, batch = text_of("code-one.ps1"), text_of("code-batch.ps1")

    assert "[ordered] @{ occp_text = $Title }" in one
    assert "$record.tasks_text = $Tasks" in one
    assert "[ordered] @{ record = $record; numberOfSuggestions = 3 }" in one
    (before, after) = re.findall(r"\$body = '(.*)' \+ \$records \+ '(.*)'", batch)[0]
    assert {"records": [{}, {}], "numberOfSuggestions": 3} == json.loads(
        f"{before}{{}},{{}}{after}"
    )


def test_r109_r111_columns() -> None:
    """The columns are those of the other languages."""
    assert {
        "answerColumns": list(ANSWER_COLUMNS),
        "outputColumns": list(OUTPUT_COLUMNS),
    } == Cells().columns


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_r111_cells(file: OutputFile) -> None:
    """With its patterns, every line becomes the same cells as elsewhere."""
    cells = Cells()
    lines = re.split(r"\r?\n", file.content.decode("utf-8-sig"))
    rows = [cells.output_row(line) for line in lines if line.strip()]

    assert [list(row) for row in file.rows] == rows
