"""What each peer is given and hands back; runs under the interpreter of the peer.

Needs the standard library, and scikit-learn for `blocks` alone.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

N_REPEATS = 3

Fields = Sequence[tuple[str, str]]
Coding = Callable[[Fields], Sequence[str]]


def take_part(
    train: Callable[[Fields, Sequence[str]], Coding], packages: Sequence[str]
) -> None:
    """Train a peer, time it, and write what it answers.

    Parameters
    ----------
    train : callable
        From pairs of title and tasks, and their codes, to what codes such pairs.
    packages : sequence of str
        Whose versions to note.
    """
    folder = Path(sys.argv[1])
    given = json.loads((folder / "given.json").read_text())
    began = time.perf_counter()
    code = train([tuple(pair) for pair in given["texts"]], given["codes"])
    trained_s = time.perf_counter() - began
    found = {
        "train_s": trained_s,
        "records_per_s": _rates(code, given["timing"]),
        "packages": {name: version(name) for name in packages},
        "answers": {name: list(code(texts)) for name, texts in given["sets"].items()},
    }
    (folder / "found.json").write_text(json.dumps(found))


def joined(texts: Fields) -> list[str]:
    """Return title and tasks of each record as one text."""
    return [f"{title} {tasks}" for title, tasks in texts]


def blocks(**options: Any) -> Any:
    """Return scikit-learn's TF-IDF of the n-grams that occoder uses, in the same blocks.

    Words and word pairs, and character 4-grams, of both fields and once more of the
    title; each block has a norm of its own. The options are those of TfidfVectorizer.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    def block(**more: Any) -> Any:
        return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options, **more)

    words = {"ngram_range": (1, 2), "token_pattern": "[a-z0-9+#]+"}
    fragments = {"ngram_range": (4, 4), "analyzer": "char_wb"}
    return make_union(
        *(
            block(preprocessor=text, **n_grams)
            for n_grams in (words, fragments)
            for text in (_both, _title)
        )
    )


def _both(fields: tuple[str, str]) -> str:
    return f"{fields[0]} {fields[1]}".lower()


def _title(fields: tuple[str, str]) -> str:
    return fields[0].lower()


def _rates(code: Coding, texts: Fields) -> dict[str, float]:
    """Return records a second of CPU time, from texts to codes."""
    seconds = []
    for _ in range(N_REPEATS):
        began = time.process_time()
        code(texts)
        seconds.append(time.process_time() - began)
    return {"median": len(texts) / median(seconds), "best": len(texts) / min(seconds)}
