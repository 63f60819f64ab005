"""What a deployment begins with fits the program: units, containers, settings."""

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from clamd_server import LIMITS

from occoder.batch.batches import DISPATCHER, GATEWAY
from occoder.settings.settings import Settings, variable

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
FILES = sorted(file for file in DEPLOY.rglob("*") if file.is_file())
UNITS = sorted(DEPLOY.rglob("*.service"))
ROLES = {"occoder.service": GATEWAY, "occoder-dispatcher.service": DISPATCHER}
SERVICES = {"gateway": GATEWAY, "dispatcher": DISPATCHER}
# What keeps texts off the disks, and the process to what it needs.
WANTED = {
    *("LimitCORE=0", "MemorySwapMax=0", "UMask=0077", "NoNewPrivileges=true"),
    *("ProtectSystem=strict", "ProtectHome=true", "PrivateTmp=true"),
    *("CapabilityBoundingSet=", "SystemCallArchitectures=native"),
}


def compose() -> Any:
    """Return the compose file."""
    return yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))


def lines(file: Path) -> list[str]:
    """Return the lines of a file."""
    return file.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_settings_exist(file: Path) -> None:
    """Every setting that a deployment names is one of the service."""
    known = {variable(one.name) for one in dataclasses.fields(Settings)}

    assert set() == set(re.findall(r"OCCODER_[A-Z0-9_]+", file.read_text("utf-8"))) - known


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit_is_confined(unit: Path) -> None:
    """No unit gets a right that it does not need, or writes memory to a disk."""
    assert set() == WANTED - set(lines(unit))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_knows_every_line(unit: Path, tmp_path: Path) -> None:
    """A unit has no fault for systemd; what it starts is put elsewhere for that."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze; Debian has it in the package systemd")
    text = unit.read_text(encoding="utf-8")
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"/opt/occoder/bin/\w+", "/bin/true", text), encoding="utf-8")
    found = subprocess.run([program, "verify", copy], capture_output=True, text=True)

    assert "" == "\n".join(one for one in found.stderr.splitlines() if unit.name in one)
    assert 0 == found.returncode


@pytest.mark.parametrize("name", ROLES)
def test_unit_has_the_keys_of_its_role(name: str) -> None:
    """A unit is handed the storage keys of its role, and the folder is closed to it."""
    unit = DEPLOY / "systemd" / name
    given = re.findall(r"^LoadCredential=(\w+)\.json:", unit.read_text("utf-8"), re.M)

    assert {str(store) for store in ROLES[name]} == set(given)
    assert "InaccessiblePaths=/etc/occoder/storage-keys" in lines(unit)


@pytest.mark.parametrize("name", SERVICES)
def test_container_has_the_keys_of_its_role(name: str) -> None:
    """A container is given the keys and the volumes of its role's stores."""
    service = compose()["services"][name]
    stores = {str(store) for store in SERVICES[name]}
    places = {one.partition(":")[2] for one in service["volumes"]}

    assert {f"{one}.json" for one in stores} == set(service["secrets"]) - {"pgpass"}
    assert {f"/var/lib/occoder-objects/{one}" for one in stores} == {
        place for place in places if place.startswith("/var/lib/occoder-objects/")
    }


def test_containers_are_confined() -> None:
    """What runs of occoder has no capabilities, no swap, and nothing to write to."""
    services = compose()["services"]
    own = [one for one in services.values() if one["image"] == "occoder"]

    assert 3 == len(own)
    for one in own:
        assert one["read_only"]
        assert ["ALL"] == one["cap_drop"]
        assert one["mem_limit"] == one["memswap_limit"]
        assert 0 == one["ulimits"]["core"]


def test_containers_name_what_is_there() -> None:
    """Every volume, secret and network of a container is declared."""
    file = compose()
    for service in file["services"].values():
        sources = {one.partition(":")[0] for one in service.get("volumes", [])}

        assert set() == {one for one in sources if one[0] != "."} - set(file["volumes"])
        assert set() == set(service.get("secrets", [])) - set(file["secrets"])
        assert set() == set(service["networks"]) - set(file["networks"])


def test_image_runs_without_rights() -> None:
    """The image ends up as an account of its own."""
    users = [
        one for one in lines(DEPLOY / "container" / "Containerfile") if one[:4] == "USER"
    ]

    assert ["USER occoder"] == users


def test_scanner_has_the_tested_limits() -> None:
    """The scanner in a container is set up as the one of the tests."""
    given = lines(DEPLOY / "container" / "clamd.conf")

    assert set() == {f"{name} {value}" for name, value in LIMITS.items()} - set(given)
