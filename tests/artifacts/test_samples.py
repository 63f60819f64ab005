"""Models of every format that was ever released still load, and answer as they did."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from occoder.coder.artifact import load, verify
from occoder.coder.coder import Coder
from occoder.coder.manifest import FORMAT

SAMPLES = sorted(Path(__file__).parent.glob("format-*"))


def rounded(value: Any) -> Any:
    """Return answers with confidences that may differ by the rounding of a machine."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return pytest.approx(value, abs=1e-4) if isinstance(value, float) else value


@pytest.fixture(params=SAMPLES, ids=lambda folder: folder.name)
def sample(request: pytest.FixtureRequest) -> Path:
    """A folder with a stored model and the answers that it gave when it was written."""
    folder: Path = request.param
    return folder


def test_every_format_has_its_sample() -> None:
    """There is a sample of each format number up to the current one."""
    names = [f"format-{number}" for number in range(1, FORMAT + 1)]

    assert names == [folder.name for folder in SAMPLES]


def test_sample_is_sound(sample: Path) -> None:
    """The files of a sample are as they were written."""
    facts = json.loads((sample / "answers.json").read_bytes())

    assert facts["model_id"] == verify(sample / "model").model_id


def test_sample_is_the_model_it_was(sample: Path) -> None:
    """What a sample holds makes the same id as on the day it was written."""
    facts = json.loads((sample / "answers.json").read_bytes())

    assert facts["model_id"] == load(sample / "model").model_id


def test_sample_answers_as_it_did(sample: Path) -> None:
    """Each text gets the code, confidence and suggestions that it got then."""
    facts = json.loads((sample / "answers.json").read_bytes())
    texts = [(title, tasks) for title, tasks in facts["texts"]]
    answers = [asdict(one) for one in Coder.from_folder(sample / "model").code(texts)]

    assert rounded(facts["answers"]) == [json.loads(json.dumps(one)) for one in answers]
