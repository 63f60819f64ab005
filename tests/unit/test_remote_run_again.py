"""Runs that were ended before their end, and are made again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from remote_runs import Heard, coded, survey_of, write_survey
from remote_stand_in import StandIn
from remote_ways import Ways

from occoder.errors import (
    AnswersDoNotFit,
    DownloadDamaged,
    OperationFailed,
)
from occoder.remote.side_folder import SideFolder

N_ROWS = 900


class Stopped(BaseException):
    """Ends a run, as Ctrl-C does."""


class Stopping(Heard):
    """Ends a run at a stage, when it has come so far."""

    def __init__(self, stage: str, at: int = 1) -> None:
        super().__init__()
        self._stage = stage
        self._at = at

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """End it, or keep how far it is."""
        super().progress(stage, done, total)
        if stage == self._stage and done >= self._at:
            raise Stopped


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return a file with many texts."""
    return write_survey(tmp_path / "survey.csv", survey_of(N_ROWS))


@pytest.fixture
def whole(tmp_path: Path, survey: Path) -> Callable[..., bytes]:
    """Return what a run that nobody disturbs writes."""

    def run(**options: Any) -> bytes:
        with StandIn() as service:
            coded(service, survey, tmp_path / "whole.csv", **options)
        return (tmp_path / "whole.csv").read_bytes()

    return run


@pytest.mark.parametrize(
    ("as_operation", "stage", "at"),
    [
        *((False, stage, 1) for stage in ("reading", "coding", "sorting", "joining")),
        *((True, stage, 1) for stage in ("reading", "uploading", "downloading", "joining")),
        (True, "downloading", 50_000),
        (True, "waiting", 0),
        (True, "sorting", 1),
    ],
)
def test_run_goes_on(
    tmp_path: Path,
    survey: Path,
    whole: Callable[..., bytes],
    as_operation: bool,
    stage: str,
    at: int,
) -> None:
    """Ended at any stage, the same run goes on and writes the very same output."""
    target = tmp_path / "coded.csv"
    with StandIn() as service:
        with pytest.raises(Stopped):
            notes = Stopping(stage, at)
            coded(service, survey, target, notes, as_operation=as_operation)
        assert not target.exists()
        assert (stage != "reading") == SideFolder(target).state.exists()
        coded(service, survey, target, as_operation=as_operation)

    assert whole(as_operation=as_operation) == target.read_bytes()
    assert as_operation == service.calls["create"]
    assert not SideFolder(target).path.exists()


def test_nothing_is_sent_twice(tmp_path: Path, survey: Path) -> None:
    """What was answered before the end is not sent again."""
    with StandIn() as service:
        with pytest.raises(Stopped):
            coded(service, survey, tmp_path / "coded.csv", Stopping("coding", 600))
        coded(service, survey, tmp_path / "coded.csv")

    assert N_ROWS == len(service.records) == len(set(service.records))


def test_half_a_line_is_not_an_answer(tmp_path: Path, survey: Path) -> None:
    """An answer that was cut off while it was written is got again."""
    target = tmp_path / "coded.csv"
    with StandIn() as service:
        with pytest.raises(Stopped):
            coded(service, survey, target, Stopping("coding", 600))
        output = SideFolder(target).output
        output.write_bytes(output.read_bytes()[:-7])
        coded(service, survey, target)

    assert N_ROWS + 300 - 299 == len(service.records)


def test_download_is_not_begun_anew(tmp_path: Path, survey: Path) -> None:
    """What was downloaded before the end is not downloaded again."""
    target = tmp_path / "coded.csv"
    notes = Stopping("downloading", 40_000)
    again = Heard()
    with StandIn(Ways(has_metadata=False)) as service:
        with pytest.raises(Stopped):
            coded(service, survey, target, notes, as_operation=True)
        coded(service, survey, target, again, as_operation=True)
    first = next(done for stage, done, _ in again.stages if stage == "downloading")

    assert 40_000 < first


def test_lost_answer_to_an_upload(tmp_path: Path, survey: Path) -> None:
    """An upload that arrived is not given up because its answer was lost."""

    def breaks(what: str, at: int) -> None:
        if what == "uploaded":
            raise ConnectionError

    with StandIn(Ways(hold=breaks)) as service:
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 1 == service.calls["create"]
    assert 2 == service.only_operation().n_puts


def test_token_is_renewed(tmp_path: Path, survey: Path) -> None:
    """A token that ends in the middle is renewed, and nobody notices."""
    with StandIn(Ways(tokens_live=2, n_waits=3)) as service:
        coded(service, survey, tmp_path / "a.csv", as_operation=True)
        coded(service, survey, tmp_path / "b.csv", as_operation=False)

    assert 4 <= service.calls["token"]


def test_throttle_is_honoured(tmp_path: Path, survey: Path) -> None:
    """At the limit of the service a run waits as long as it is told to."""
    with StandIn(Ways(throttle_every=2)) as service:
        coded(service, survey, tmp_path / "coded.csv")

    assert 5 == service.calls["code"]
    assert N_ROWS == len(service.records)


def test_operation_that_is_gone_is_made_anew(tmp_path: Path, survey: Path) -> None:
    """When the service forgot an operation meanwhile, another one is made, once."""
    target, heard = tmp_path / "coded.csv", Heard()
    with StandIn() as service:
        for _ in range(2):
            with pytest.raises(Stopped):
                coded(service, survey, target, Stopping("waiting", 0), as_operation=True)
            service.operations.clear()
        coded(service, survey, target, heard, as_operation=True)

    assert 3 == service.calls["create"]
    assert any("is gone: the service no longer has it" in line for line in heard.lines)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"operationStatus": "failed", "error": "Input file ..."}, "nothing: Input file"),
        ({"operationStatus": "failed"}, "the service does not say why"),
        ({"operationStatus": "timed_out"}, "nothing was uploaded in time"),
    ],
)
def test_failed_operation_is_told(
    tmp_path: Path, survey: Path, status: dict[str, Any], told: str
) -> None:
    """The id and the reason are told, and the next run makes a new operation."""
    with StandIn() as service:
        service.ways.status = status
        with pytest.raises(OperationFailed, match=told) as error:
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        service.ways.status = None
        assert error.value.operation_id in service.operations
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 2 == service.calls["create"]


def test_damage_is_fetched_again(tmp_path: Path, survey: Path) -> None:
    """A part that arrives changed is fetched again, from where it begins."""
    service = StandIn()
    n_before = 0

    def once(output: bytes) -> bytes:
        nonlocal n_before
        n_before += 1
        return output.replace(b'"20', b'"21') if n_before == 1 else output

    service.ways.damage = once
    with service:
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 2 == n_before


def test_damage_that_stays_is_told(tmp_path: Path, survey: Path) -> None:
    """What arrives changed twice is refused, and another run can fetch it again."""
    with StandIn(Ways(damage=lambda output: output[:-3] + b"}}\\n")) as service:
        with pytest.raises(DownloadDamaged, match="Part") as error:
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        service.ways.damage = lambda output: output
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert error.value.operation_id in service.operations
    assert 1 == service.calls["create"]


def test_no_checksums_are_needed(tmp_path: Path, survey: Path) -> None:
    """A service without metadata is believed by size, and by line."""
    with StandIn(Ways(has_metadata=False)) as service:
        coded(service, survey, tmp_path / "a.csv", as_operation=True)
        service.ways.damage = lambda output: output[: output.index(b"\n") + 1]
        with pytest.raises(AnswersDoNotFit, match="line 2 is missing"):
            coded(service, survey, tmp_path / "b.csv", as_operation=True)
        service.ways.damage = lambda output: output
        coded(service, survey, tmp_path / "b.csv", as_operation=True, restart=True)

    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
