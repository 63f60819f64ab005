"""The PowerShell scripts read without a PowerShell, which machines with tests rarely have.

What they send and write is put together here from their own texts: addresses, headers,
bodies, columns and patterns are read from the scripts, and only the order of the steps is
written down a second time.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

import httpx
from integration_kit import FOLDER

SCRIPTS: Final = {path.name: path for path in sorted((FOLDER / "powershell").glob("*.ps1"))}
_STRING: Final = r"'(?:[^']|'')*'" + r'|"(?:[^"`]|`.|"")*"'
_TOKEN: Final = re.compile(rf"({_STRING})|(#[^\n]*)|(.)", re.DOTALL)
_FUNCTION: Final = re.compile(r"^function ([\w-]+).*?^\}", re.MULTILINE | re.DOTALL)
_ENTRY: Final = re.compile(rf"^\s*([\w-]+|'[^']+') = ({_STRING}|\$[\w.]+)", re.MULTILINE)
_OPTION: Final = re.compile(rf"-(\w+) ({_STRING}|[$\w.]+)")
_VARIABLE: Final = re.compile(r"\$\(\$([\w.:]+)\)|\$\{(\w+)\}|\$([\w.:]+)")
# What ConvertFrom-Json of PowerShell 7 makes dates of.
_BECOMES_DATE: Final = re.compile(r"\d.{9}T.{8,29}|/Date\(.*\)/", re.DOTALL)


def text_of(name: str) -> str:
    """Return a script."""
    return SCRIPTS[name].read_text(encoding="utf-8")


def strings(text: str) -> list[str]:
    """Return the strings of a script, with their quotes."""
    return [found[1] for found in _TOKEN.finditer(text) if found[1]]


def code(text: str) -> str:
    """Return a script with empty strings and without comments."""
    return "".join(
        found[3] or ("''" if found[1] else "") for found in _TOKEN.finditer(text)
    )


def functions() -> dict[str, str]:
    """Return every function of the scripts, by name."""
    return {
        found[1]: found[0]
        for name in SCRIPTS
        for found in _FUNCTION.finditer(text_of(name))
    }


def value(literal: str, variables: Mapping[str, str]) -> str:
    """Return what a string or a variable stands for."""
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    if literal.startswith("$"):
        return variables[literal[1:]]
    text = _VARIABLE.sub(
        lambda found: variables[found[1] or found[2] or found[3].rstrip(".")],
        literal[1:-1],
    )
    return text.replace('`"', '"').replace("`r", "\r").replace("`n", "\n")


class Transcription:
    """What the scripts do, step by step.

    Parameters
    ----------
    address : str
        Of the service.
    client_id, secret : str
        As the environment has them.
    """

    def __init__(self, address: str, client_id: str, secret: str) -> None:
        self._http = httpx.Client(timeout=60, trust_env=False)
        self._functions = functions()
        self._variables = {
            "Service.AuthUrl": address,
            "Service.ApiUrl": address,
            "Service.Topic": "osca",
            "env:OCCODER_CLIENT_ID": client_id,
            "env:OCCODER_CLIENT_SECRET": secret,
        }

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()

    def get_token(self) -> str:
        """Get a token, as Get-Token does."""
        entries = self._entries("Get-Token")
        (pair,) = re.findall(r'\$pair = (".*")', self._functions["Get-Token"])
        name = value(pair, self._variables).encode("ascii")
        self._variables["basic"] = base64.b64encode(name).decode()
        (header,) = re.findall(
            r"Headers = @\{ Authorization = (\".*\") \}", self._functions["Get-Token"]
        )
        headers = {
            "Authorization": value(header, self._variables),
            "Content-Type": value(entries["ContentType"], {}),
        }
        answer = self._send(entries, headers, value(entries["Body"], {}).encode())
        token: str = answer.json()["access_token"]
        return token

    def call(self, method: str, path: str, body: str = "") -> str:
        """Call the API, as Invoke-CodingService does."""
        if "Service.Token" not in self._variables:
            self._variables["Service.Token"] = self.get_token()
        self._variables |= {"Method": method, "Path": path}
        entries = self._entries("Invoke-CodingService")
        (header,) = re.findall(
            r"Headers = @\{ Authorization = (\S+) \}",
            self._functions["Invoke-CodingService"],
        )
        headers = {
            "Authorization": value(header, self._variables),
            "Content-Type": value(entries["ContentType"], {}),
        }
        return self._send(entries, headers, body.encode()).text

    def send_file(self, link: str, file: Path, key: str) -> None:
        """Send a file, as Send-File does."""
        function = self._functions["Send-File"]
        headers = {
            name.strip("'"): value(one, {"Key": key})
            for name, one in _ENTRY.findall(function)
        }
        options = dict(_OPTION.findall(function))
        headers["Content-Type"] = value(options["ContentType"], {})
        given = {"Uri": link, "Path": str(file)}
        content = Path(value(options["InFile"], given)).read_bytes()
        url = value(options["Uri"], given)
        self._http.request(options["Method"].upper(), url, headers=headers, content=content)

    def save_link(self, link: str, file: Path) -> None:
        """Save what a link leads to, as Save-Link does."""
        options = dict(_OPTION.findall(self._functions["Save-Link"]))
        assert "Headers" not in options
        given = {"Uri": link, "Path": str(file)}
        part = Path(value(options["OutFile"].replace("$Path.", "$($Path)."), given))
        part.write_bytes(self._http.get(value(options["Uri"], given)).content)
        part.replace(file)

    def code_file(self, records: Path, output: Path) -> None:
        """Code a file, as code-file.ps1 does, without a pause between looks."""
        script = text_of("code-file.ps1")
        wait = self._functions["Wait-Operation"]
        (create,) = re.findall(
            r"Invoke-CodingService \$service '(\w+)' '(.*)' '(.*)'", script
        )
        (look,) = re.findall(r"Invoke-CodingService \$Service '(\w+)' (\".*\")", wait)
        operation = json.loads(self.call(*create))
        link, key = operation["requestUploadUrl"], operation["bucketKmsKeyArn"]
        self.send_file(link, records, key)
        path = value(look[1], {"Id": operation["operationId"]})
        status = json.loads(self.call(look[0], path))
        while status["operationStatus"] != "complete":
            status = json.loads(self.call(look[0], path))
        self.save_link(status["responseDownloadUrl"], output)
        metadata = output.with_name(f"{output.name}.metadata.json")
        self.save_link(status["metadataDownloadUrl"], metadata)

    def _entries(self, function: str) -> dict[str, str]:
        return dict(_ENTRY.findall(self._functions[function]))

    def _send(
        self, entries: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> httpx.Response:
        method = value(entries["Method"], self._variables).upper()
        url = value(entries["Uri"], self._variables)
        sent = {"content": body} if body else {}
        answer = self._http.request(method, url, headers=headers, **sent)
        return answer.raise_for_status()


class Cells:
    """What cells.ps1 makes of a line, with the patterns and columns that stand there."""

    def __init__(self) -> None:
        text = text_of("cells.ps1")
        patterns = dict(re.findall(r"^\$(\w+) = ('.*')$", text, re.MULTILINE))
        self._numbers = re.compile(value(patterns["numbers"], {}))
        self._dates = re.compile(value(patterns["dates"], {}))
        self._formula = re.compile(value(patterns["beginsAFormula"], {}))
        (mark,) = re.findall(r"^\$mark = \[char\] 0x(\w+)$", text, re.MULTILINE)
        self._mark = chr(int(mark, 16))
        (fields,) = re.findall(r"^\$codeFields = (.*)$", text, re.MULTILINE)
        self._fields = re.findall(r"'(\w+)'", fields)
        self.columns = {
            name: [*self._named(head), *self._of_codes(codes)]
            for name, head, codes in re.findall(
                r"^\$(\w+Columns) = @\(\n(.*)\n    foreach \(\$code in (.*)\)", text, re.M
            )
        }

    def output_row(self, line: str) -> list[str]:
        """Return the cells of a line of output."""
        record = self._read(line)
        head = [self._cell(record, name) for name in ("recordId", "codeStatus", "error")]
        suggestions = record.get("suggestions")
        codes = [record.get("result"), *(suggestions or []), None, None, None][:4]
        return [*head, *self._texts(record), *self._codes(codes)]

    def _read(self, line: str) -> Any:
        """Return what ConvertFrom-Answer does; no text in it may become a date."""
        marked = self._dates.sub(
            '"' + self._mark, self._numbers.sub(r'\1"\2"', line, count=0)
        )
        read = json.loads(marked)
        assert [] == [one for one in _texts_in(read) if _BECOMES_DATE.fullmatch(one)]
        return read

    def _texts(self, record: Mapping[str, Any]) -> list[str]:
        given = record.get("input")
        texts = [self._cell(given, name) for name in ("occp_text", "tasks_text")]
        return [f"'{text}" if self._formula.match(text) else text for text in texts]

    def _codes(self, codes: list[Any]) -> list[str]:
        return [self._cell(one, field) for one in codes for field in self._fields]

    def _cell(self, given: Any, name: str) -> str:
        found = given.get(name) if isinstance(given, dict) else None
        return found.lstrip(self._mark) if isinstance(found, str) else ""

    def _named(self, names: str) -> list[str]:
        return re.findall(r"'([\w.]+)'", names)

    def _of_codes(self, codes: str) -> list[str]:
        return [f"{code}.{field}" for code in self._named(codes) for field in self._fields]


def _texts_in(read: Any) -> Iterator[str]:
    if isinstance(read, str):
        yield read
    elif isinstance(read, dict | list):
        for one in read.values() if isinstance(read, dict) else read:
            yield from _texts_in(one)
