"""Compare with other programs: `python benchmarks/compare.py --validation DIR`.

Each peer gets the same training texts and the same texts to code, in a process and a
virtual environment of its own, made for the run; the packages come from the package
index that pip is set up for. Takes about 20 minutes on two quiet cores.

Coding is timed by the CPU time of one thread, so that other work on the machine counts
little; training by the clock, on two threads.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from fitting import Texts, fitted
from numpy.typing import NDArray
from record import Recorder
from sets import paths_of, read_sets
from texts import answers

from occoder.classification import Classification
from occoder.coder.artifact import load
from occoder.coder.coder import Coder
from occoder.evaluation.bootstrap import shares
from occoder.evaluation.comparison import compare
from occoder.evaluation.evaluate import Gold
from occoder.evaluation.truth import truth_by_level
from occoder.loading import locate
from occoder.training.gold import corpus_records

TOPIC: Final = "osca"
N_TIMED: Final = 5_000
N_REPEATS: Final = 9
LIMIT_S: Final = 1500
_PEERS: Final = Path(__file__).parent / "peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program.

    Parameters
    ----------
    name : str
        For readers.
    script : str
        In the folder ``peers``.
    packages : tuple of str
        What it needs, pinned.
    """

    name: str
    script: str
    packages: tuple[str, ...]


PEERS: Final = (
    Peer("scikit-learn, flat", "sklearn_flat", ("scikit-learn==1.9.1",)),
    Peer("HiClass", "hiclass_lcppn", ("hiclass==5.0.8", "scikit-learn==1.9.1")),
    Peer("fastText", "fasttext_softmax", ("fasttext-wheel==0.9.2", "numpy==1.26.4")),
    Peer("PECOS", "pecos_xlinear", ("libpecos==1.2.8", "scikit-learn==1.9.1")),
)


def main() -> None:
    """Compare and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validation", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--environments", type=Path, help="folder for those of the peers")
    parser.add_argument("--texts", type=int, help="train on about so many texts only")
    options = parser.parse_args()
    recorder = Recorder("compare", vars(options))
    with tempfile.TemporaryDirectory() as name:
        environments = options.environments or Path(name) / "environments"
        figures = compared(options.validation, environments, Path(name), options.texts)
    print(recorder.write(figures, paths_of(options.validation, [TOPIC])))


def compared(
    validation: Path, environments: Path, folder: Path, n_texts: int | None
) -> dict[str, Any]:
    """Return training time, speed and agreement of occoder and of every peer."""
    model = load(locate(TOPIC).folder)
    classification = model.classification
    sets = read_sets(validation, TOPIC, classification)
    texts, timed = _finest_texts(classification, n_texts), answers(N_TIMED)
    codes = [classification.categories[position].code for position in texts.category]
    given = {
        "texts": list(zip(texts.titles, texts.tasks, strict=True)),
        "codes": codes,
        "timing": list(zip(timed.titles, timed.tasks, strict=True)),
        "sets": {
            name: list(zip(one.titles, one.tasks, strict=True))
            for name, one in sets.items()
        },
    }
    began = time.perf_counter()
    same_texts = Coder(replace(model, hsvm=fitted(texts, classification).packed()))
    train_s = time.perf_counter() - began
    found = {
        "occoder": _own(same_texts, given) | {"train_s": train_s},
        "occoder, the bundled model": _own(Coder(model), given),
    }
    (folder / "given.json").write_text(json.dumps(given))
    for peer in PEERS:
        found[peer.name] = _run(peer, environments / peer.script, folder)
        print(peer.name, found[peer.name].get("problem", "done"), flush=True)
    return {
        "n_texts": len(texts),
        "n_timed": N_TIMED,
        "mean_length": timed.mean_length,
        "coders": _judged(found, sets, classification),
    }


def _finest_texts(classification: Classification, n: int | None) -> Texts:
    """Return the bundled texts, and official titles, of categories of the finest level."""
    records = corpus_records(TOPIC, classification)
    n_levels = len(classification.levels)
    rows = [*zip(records.titles, records.tasks, records.codes, strict=True)]
    rows += [(category.title, "", category.code) for category in classification.categories]
    finest = [row for row in rows if classification[row[2]].level == n_levels]
    at = np.linspace(0, len(finest) - 1, n or len(finest)).astype(int)
    titles, tasks, codes = map(list, zip(*(finest[i] for i in at), strict=True))
    return Texts(
        titles, tasks, np.array([classification.position(code) for code in codes], np.int64)
    )


def _own(coder: Coder, given: Mapping[str, Any]) -> dict[str, Any]:
    """Code all sets with occoder, and time it from texts to codes, as the peers are."""
    categories = coder.classification.categories

    def code(fields: Sequence[tuple[str, str]]) -> list[str]:
        titles, tasks = [title for title, _ in fields], [text for _, text in fields]
        best = coder.code_texts(titles, tasks, n_ranked=1).ranked[:, -1, 0].tolist()
        return [categories[position].code if position >= 0 else "" for position in best]

    seconds = []
    for _ in range(N_REPEATS):
        began = time.process_time()
        code(given["timing"])
        seconds.append(time.process_time() - began)
    n = len(given["timing"])
    return {
        "records_per_s": {"median": n / median(seconds), "best": n / min(seconds)},
        "answers": {name: code(fields) for name, fields in given["sets"].items()},
    }


def _run(peer: Peer, environment: Path, folder: Path) -> dict[str, Any]:
    """Install and run a peer; returns what it found, or the problem."""
    python = str(environment / "bin" / "python")
    try:
        if not Path(python).exists():
            venv.create(environment, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", *peer.packages]
        subprocess.run(pip, check=True, capture_output=True, timeout=LIMIT_S)
    except subprocess.SubprocessError:
        return {"problem": "does not install here"}
    try:
        script = [python, str(_PEERS / f"{peer.script}.py"), str(folder)]
        subprocess.run(script, check=True, capture_output=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return {"problem": f"not done within {LIMIT_S} seconds"}
    except subprocess.CalledProcessError as error:
        print(error.stderr.decode()[-2000:], file=sys.stderr)
        return {"problem": "failed"}
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    return found


def _judged(
    found: Mapping[str, Any], sets: Mapping[str, Gold], classification: Classification
) -> dict[str, Any]:
    """Replace the answers of each coder by what they are worth."""
    own = found["occoder"]["answers"]
    return {
        name: {key: value for key, value in one.items() if key != "answers"}
        | {
            "sets": {
                a_set: _against(answered, own[a_set], sets[a_set], classification)
                for a_set, answered in one.get("answers", {}).items()
            }
        }
        for name, one in found.items()
    }


def _against(
    answered: Sequence[str], own: Sequence[str], gold: Gold, classification: Classification
) -> dict[str, Any]:
    """Return the agreement of a coder, and by how much that of occoder is higher."""
    theirs, ours = (_right(one, gold, classification) for one in (answered, own))
    everything = np.ones_like(theirs)
    (agreement,) = shares(theirs, everything, gold.keys)
    (test,) = compare(ours, theirs, everything, gold.keys)
    return {
        "agreement": agreement,
        "own_lead": test and test.difference,
        "p_value": test and test.p_value,
    }


def _right(
    answered: Sequence[str], gold: Gold, classification: Classification
) -> NDArray[np.bool_]:
    truth = truth_by_level(gold.codes, classification)[:, -1:]
    found = [classification.position(code) if code else -2 for code in answered]
    right: NDArray[np.bool_] = np.array(found)[:, None] == truth
    return right


if __name__ == "__main__":
    main()
