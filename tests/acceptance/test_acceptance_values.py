"""What the bundled models must answer: the values that users were told to expect."""

from pathlib import Path

import pytest

from occoder.coder.artifact import read_documents, read_manifest
from occoder.coder.coded import CodedRecord
from occoder.coder.coder import Coder
from occoder.training.calibrating import DEFAULT_MAX_ERROR
from occoder.training.card import read_report

OSCA = {
    "brickie": ("371131", "Bricklayer"),
    "sparky": ("381231", "Electrician (General)"),
    "prisoner": ("452131", "Correctional Officer"),
}
ANZSCO = {
    "brickie": ("331111", "Bricklayer"),
    "sparky": ("341111", "Electrician (General)"),
    "prisoner": ("442111", "Prison Officer"),
}
REFUSED = ("retiree", "homemaker", "retired", "home duties", "unemployed", "student")

# Floors of what is measured on texts held out from training: half are new words.
LEAST_AGREEMENT = {"major group": 0.80, "unit group": 0.66, "occupation": 0.61}
LEAST_REFUSED = 0.7
MOST_WRONGLY_REFUSED = 0.01


@pytest.fixture(scope="module")
def osca(osca_model: Path) -> Coder:
    """The bundled coder of OSCA."""
    return Coder.from_folder(osca_model)


@pytest.fixture(scope="module")
def anzsco(anzsco_model: Path) -> Coder:
    """The bundled coder of ANZSCO."""
    return Coder.from_folder(anzsco_model)


def code(coder: Coder, title: str, tasks: str = "") -> CodedRecord:
    """Return the answer for one record."""
    (record,) = coder.code([(title, tasks)])
    return record


@pytest.mark.parametrize("text", OSCA)
def test_osca_codes_everyday_words(osca: Coder, text: str) -> None:
    """Slang and odd answers get their OSCA occupation."""
    found = code(osca, text)

    assert OSCA[text] == (found.code, found.title)


@pytest.mark.parametrize("text", ANZSCO)
def test_anzsco_codes_everyday_words(anzsco: Coder, text: str) -> None:
    """Slang and odd answers get their ANZSCO occupation."""
    found = code(anzsco, text)

    assert ANZSCO[text] == (found.code, found.title)


@pytest.mark.parametrize("text", REFUSED)
def test_no_occupation_is_no_code(osca: Coder, anzsco: Coder, text: str) -> None:
    """Who names no occupation gets no code, by either classification, and the reason."""
    answers = [code(osca, text), code(anzsco, text)]

    assert ["", ""] == [found.code for found in answers]
    assert 1 == len({found.reason for found in answers})
    assert "low confidence" != answers[0].reason


def test_baby_suggests_a_nanny(osca: Coder, anzsco: Coder) -> None:
    """A text is taken to describe a job: with "baby" it is most likely a nanny's."""
    assert ["Nanny", "Nanny"] == [
        code(coder, "baby").suggestions[0].title for coder in (osca, anzsco)
    ]


def test_paramedic_suggests_both(anzsco: Coder) -> None:
    """ANZSCO has two kinds of paramedic; both are among the suggestions."""
    suggested = [one.code for one in code(anzsco, "Paramedic").suggestions]

    assert {"411111", "411112"} < set(suggested)


def developer(anzsco: Coder) -> list[str]:
    """Return the codes suggested for a software developer with tasks."""
    found = code(anzsco, "software developer", "writing code and unit tests")
    return [one.code for one in found.suggestions]


def test_developer_suggests_its_unit_group(anzsco: Coder) -> None:
    """A software developer is an engineer, a programmer, or one of the others."""
    assert {"261312", "261313", "261399"} == set(developer(anzsco))


def test_developer_is_an_engineer(anzsco: Coder) -> None:
    """A software developer who writes code and unit tests is first an engineer."""
    assert "261313" == developer(anzsco)[0]


@pytest.fixture(params=["osca_model", "anzsco_model"])
def folder(request: pytest.FixtureRequest) -> Path:
    """The folder of each bundled model."""
    found: Path = request.getfixturevalue(request.param)
    return found


def test_held_out_texts_are_coded_well(folder: Path) -> None:
    """On texts that the model was not trained on, agreement does not fall below a floor."""
    report = read_report(read_documents(folder))
    names = read_manifest(folder).classification.level_names
    agreement = dict(zip(names, report.agreement, strict=True))

    assert 10_000 < report.n_held_out
    assert [] == [
        level for level, least in LEAST_AGREEMENT.items() if agreement[level] < least
    ]
    assert sorted(report.agreement, reverse=True) == list(report.agreement)


def test_held_out_refusals_are_told_apart(folder: Path) -> None:
    """Most new texts that name no occupation are refused, hardly any that name one."""
    report = read_report(read_documents(folder))

    assert LEAST_REFUSED < report.refused_to_refuse
    assert report.refused_codable < MOST_WRONGLY_REFUSED


def test_default_promise_is_made(folder: Path) -> None:
    """The held-out texts support the usual promise, with thresholds that are worth one."""
    promises = {one.max_error: one for one in read_manifest(folder).promises}
    default = promises[DEFAULT_MAX_ERROR]

    assert default.upper_bound <= DEFAULT_MAX_ERROR
    assert 0.5 < default.production_rate
    assert 0.5 < min(default.thresholds)
