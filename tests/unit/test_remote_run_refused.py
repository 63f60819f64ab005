"""Runs that can't be, and what they leave."""

from pathlib import Path
from typing import Any

import pytest
from remote_answers import MODEL
from remote_runs import Heard, coded, rows_of, survey_of, write_survey
from remote_stand_in import StandIn
from remote_ways import Ways

from occoder.errors import (
    InputError,
    JobUnderWay,
    NoSuchFile,
    OccoderError,
    OtherJob,
    RequestRefused,
    TransferRefused,
    UnknownColumn,
    UnknownFormat,
    UnreadableFile,
    UnwritableFile,
)
from occoder.files.format import Format
from occoder.remote.options import Options
from occoder.remote.side_folder import SideFolder


class Changing(Heard):
    """Does something to a file when a stage begins."""

    def __init__(self, stage: str, file: Path, rows: list[tuple[str, str, str]]) -> None:
        super().__init__()
        self._stage = stage
        self._file = file
        self._rows = rows

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Change the file, or keep how far the stage is."""
        super().progress(stage, done, total)
        if stage == self._stage:
            write_survey(self._file, self._rows)


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return a file."""
    return write_survey(tmp_path / "survey.csv", survey_of(20))


@pytest.fixture
def unfinished(tmp_path: Path, survey: Path) -> Path:
    """Return the output of a run that is not finished: the service makes no operation."""
    with StandIn(Ways(is_public=True)) as service, pytest.raises(RequestRefused):
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)
    return tmp_path / "coded.csv"


@pytest.mark.parametrize(
    ("source", "target", "options", "error"),
    [
        ("missing.csv", "coded.csv", {}, NoSuchFile),
        ("-", "coded.csv", {}, InputError),
        ("survey.csv", "-", {}, UnwritableFile),
        ("survey.csv", ".", {"output_format": Format.CSV}, UnwritableFile),
        ("survey.csv", "/dev/null", {"output_format": Format.CSV}, UnwritableFile),
        ("survey.csv", "no/such/coded.csv", {}, UnwritableFile),
        ("survey.csv", "survey.csv", {}, UnwritableFile),
        ("survey.csv", "coded.docx", {}, UnknownFormat),
        ("survey.csv", "coded.csv", {"title": "beruf"}, UnknownColumn),
        ("survey.csv", "coded.csv", {"input_format": Format.XLSX}, UnreadableFile),
        ("survey.csv", "coded.csv", {"model": "c0ffee"}, InputError),
    ],
)
def test_refused_before_anything_is_sent(
    tmp_path: Path,
    survey: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    target: str,
    options: dict[str, Any],
    error: type[OccoderError],
) -> None:
    """What can't be coded is refused, nothing is sent, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    before = survey.read_bytes()
    with StandIn() as service, pytest.raises(error):
        coded(service, Path(source), Path(target), **options)

    assert ["survey.csv"] == [one.name for one in tmp_path.iterdir()]
    assert before == survey.read_bytes()
    assert 0 == service.calls["code"] + service.calls["create"]


@pytest.mark.parametrize("n", [-1, 4])
def test_number_of_suggestions_is_checked(n: int) -> None:
    """An operation gives three suggestions at most, so no more can be asked for."""
    with pytest.raises(ValueError, match="0 to 3"):
        Options(n_suggestions=n)


def test_model_is_found_by_its_id(tmp_path: Path, survey: Path) -> None:
    """A model is named by its id in any case; for another one those there are are told."""
    with StandIn() as service:
        coded(service, survey, tmp_path / "a.csv", model=str(MODEL["modelId"]).upper())
        with pytest.raises(InputError, match=str(MODEL["modelId"])):
            coded(service, survey, tmp_path / "b.csv", model="c0ffee")

    assert MODEL["modelId"] == rows_of(tmp_path / "a.csv")[0]["model_id"]


def test_model_of_other_fields_is_refused(tmp_path: Path, survey: Path) -> None:
    """A model that takes other texts than these is not sent any."""
    with StandIn() as service:
        service.model = {**MODEL, "inputFormat": ["summary_text"]}
        with pytest.raises(InputError, match="takes summary_text"):
            coded(service, survey, tmp_path / "coded.csv")


def test_other_job_is_told(tmp_path: Path, survey: Path, unfinished: Path) -> None:
    """An unfinished run of another file or with other options is neither used nor lost."""
    state = SideFolder(unfinished).state.read_bytes()
    other = write_survey(tmp_path / "other.csv", survey_of(5))
    with StandIn() as service:
        with pytest.raises(OtherJob, match="another input and another service"):
            coded(service, other, unfinished)
        with pytest.raises(OtherJob, match="column of titles"):
            coded(service, survey, unfinished, title="duties", tasks="job")

    assert state == SideFolder(unfinished).state.read_bytes()


def test_restart_begins_anew(tmp_path: Path, unfinished: Path) -> None:
    """With restart, another run may take the place of an unfinished one."""
    other = write_survey(tmp_path / "other.csv", survey_of(5))
    with StandIn() as service:
        coded(service, other, unfinished, restart=True)

    assert 5 == len(rows_of(unfinished))


def test_renamed_input_goes_on(tmp_path: Path, survey: Path) -> None:
    """The same bytes under another name are the same input."""
    with StandIn(Ways(is_public=True)) as service:
        with pytest.raises(RequestRefused):
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        service.ways.is_public = False
        heard = Heard()
        coded(service, survey.rename(tmp_path / "b.csv"), tmp_path / "coded.csv", heard)

    assert heard.lines[0].startswith("going on with the run")
    assert 1 == service.calls["create"]


def test_public_client_can_use_calls(tmp_path: Path, survey: Path) -> None:
    """Who may make no operations is refused, and goes on with calls when told so."""
    with StandIn(Ways(is_public=True)) as service:
        with pytest.raises(RequestRefused) as refusal:
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        coded(service, survey, tmp_path / "coded.csv", as_operation=False)

    assert 403 == refusal.value.status
    assert (0, 1) == (service.calls["create"], service.calls["code"])


def test_second_process_is_refused(tmp_path: Path, survey: Path, unfinished: Path) -> None:
    """Two runs don't write to the same output at a time."""
    with StandIn() as service, SideFolder(unfinished).held():
        with pytest.raises(JobUnderWay):
            coded(service, survey, unfinished)

    assert SideFolder(unfinished).state.exists()


@pytest.mark.parametrize("stage", ["coding", "sorting"])
def test_input_that_changes_is_refused(tmp_path: Path, survey: Path, stage: str) -> None:
    """A file that is changed while it is coded gives no output."""
    (tmp_path / "coded.csv").write_text("former")
    notes = Changing(stage, survey, [("1", "another text", "")])
    with StandIn() as service:
        with pytest.raises(UnreadableFile, match="changed while it was being coded"):
            coded(service, survey, tmp_path / "coded.csv", notes)
        with pytest.raises(OtherJob, match="another input"):
            coded(service, survey, tmp_path / "coded.csv")

    assert "former" == (tmp_path / "coded.csv").read_text()


def test_old_link_gives_way_to_a_new_one(tmp_path: Path) -> None:
    """A link that is refused in the middle of a download gives way to a new one."""
    source = write_survey(tmp_path / "survey.csv", survey_of(900))
    with StandIn(Ways(link_refusals=1)) as service:
        coded(service, source, tmp_path / "coded.csv", as_operation=True)

    assert 900 == len(rows_of(tmp_path / "coded.csv"))
    assert 1 == service.calls["create"]


def test_refused_download_is_told(tmp_path: Path, survey: Path) -> None:
    """A download that is refused again and again is given up, and kept for another run."""
    with StandIn(Ways(link_refusals=9)) as service:
        with pytest.raises(TransferRefused, match="Request has expired"):
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        service.ways.link_refusals = 0
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 1 == service.calls["create"]


def test_old_link_for_an_upload(tmp_path: Path, survey: Path) -> None:
    """A new link that is refused is told; an earlier run's leads to a new operation."""
    with StandIn(Ways(upload_refusals=2)) as service:
        with pytest.raises(TransferRefused, match="Request has expired"):
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 2 == service.calls["create"]
    assert 20 == len(rows_of(tmp_path / "coded.csv"))


def test_deleted_output_leads_to_a_new_operation(tmp_path: Path, survey: Path) -> None:
    """An output that was deleted before it was fetched is coded again."""
    with StandIn(Ways(link_refusals=9)) as service:
        with pytest.raises(TransferRefused):
            coded(service, survey, tmp_path / "coded.csv", as_operation=True)
        service.ways.link_refusals = 0
        service.only_operation().is_deleted = True
        coded(service, survey, tmp_path / "coded.csv", as_operation=True)

    assert 2 == service.calls["create"]
