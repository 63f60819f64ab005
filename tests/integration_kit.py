"""The integration kit, run as its users run it: one language at a time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "integration"
SAMPLE: Final = FOLDER / "sample.jsonl"
PATIENCE_S: Final = 300
OPTIONS: Final = {
    "--api-url": "-ApiUrl",
    "--auth-url": "-AuthUrl",
    "--topic": "-Topic",
    "--poll-every": "-PollEverySec",
}
# What is found here; PowerShell is rarely found where tests run.
SHELLS: Final = tuple(name for name in ("pwsh", "powershell") if shutil.which(name))
LANGUAGES: Final = ("python", "bash", "javascript", *SHELLS)


@dataclass(frozen=True)
class Kit:
    """The scripts of one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    scripts : Path
        Folder of the scripts, ready to be run.
    client_id, secret : str
        What they find in the environment.
    environ : mapping
        Further variables.
    """

    language: str
    scripts: Path
    client_id: str = ""
    secret: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)

    def command(self, script: str, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs a script, named as in Bash without its ending."""
        if self.language == "python":
            name = script.replace("-", "_") + ".py"
            return [sys.executable, str(self.scripts / name), *arguments]
        if self.language == "javascript":
            return ["node", str(self.scripts / f"{script}.js"), *arguments]
        if self.language == "bash":
            return [str(self.scripts / f"{script}.sh"), *arguments]
        named = [OPTIONS.get(one, one) for one in arguments]
        start = [self.language, "-NoProfile", "-File"]
        return [*start, str(self.scripts / f"{script}.ps1"), *named]

    def run(self, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a script to its end."""
        with self.start(script, *arguments) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def start(self, script: str, *arguments: str | Path) -> "subprocess.Popen[str]":
        """Start a script."""
        return subprocess.Popen(
            self.command(script, [str(one) for one in arguments]),
            env={**self._environ(), **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def converted(self, lines: Path) -> bytes:
        """Return the CSV that is made of the output of a batch."""
        output = lines.with_name(f"{lines.name}.{self.language}.csv")
        done = self.run("jsonl-to-csv", lines, output)
        assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
        return output.read_bytes()

    def _environ(self) -> dict[str, str]:
        """Return the environment without what would lead calls elsewhere."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.lower().endswith("_proxy") and not name.startswith("OCCODER_")
        }
        named = {"OCCODER_CLIENT_ID": self.client_id, "OCCODER_CLIENT_SECRET": self.secret}
        return kept | {name: value for name, value in named.items() if value}


def ready_scripts(language: str, folder: Path) -> Path:
    """Return the folder of a language's scripts, with the packages that they need."""
    if language in SHELLS:
        return FOLDER / "powershell"
    if language != "javascript":
        return FOLDER / language
    shutil.copytree(FOLDER / "javascript", folder, ignore=lambda *_: ["node_modules"])
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    return folder
