"""fastText: averaged vectors of words, word pairs and 3- to 5-grams, softmax."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import fasttext
from given import Coding, Fields, joined, take_part

_PREFIX = "__label__"


def train(texts: Fields, codes: Sequence[str]) -> Coding:
    """Train from a file, as fastText does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        pairs = zip(codes, joined(texts), strict=True)
        path.write_text(
            "".join(f"{_PREFIX}{code} {text.lower()}\n" for code, text in pairs)
        )
        model = fasttext.train_supervised(
            str(path), dim=64, epoch=10, lr=0.5, wordNgrams=2, minn=3, maxn=5, thread=2
        )

    def code(texts: Fields) -> list[str]:
        found, _ = model.predict([text.lower() for text in joined(texts)])
        return [one[0].removeprefix(_PREFIX) for one in found]

    return code


if __name__ == "__main__":
    take_part(train, ["fasttext-wheel", "numpy"])
