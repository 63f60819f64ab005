"""From what the coder answers to lines of output, made of pieces that are made once.

All but the confidences is the same for all records with the same category, so a record's
answer is a few look-ups: they take a tenth of the time that encoding objects would.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from occoder import wire
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.wire.ascii_json import ascii_json

_ENCODER: Final = msgspec.json.Encoder()
_MILLION: Final = 1e6  # a confidence has six decimals

_RECORD_ID: Final = b'{"recordId":'
_SUCCESSFUL: Final = b',"codeStatus":"successful","input":'
_UNSUCCESSFUL: Final = b',"codeStatus":"unsuccessful","input":'
_REASONS: Final = [b',"reason":"' + one.encode() + b'"}\n' for one in REASONS]


class BatchAnswers:
    """Words the answers of one model, for output files.

    Every title comes from the classification, and a category that it has not can't be
    worded at all.

    Parameters
    ----------
    classification : Classification
        What the model codes to.
    """

    def __init__(self, classification: Classification) -> None:
        named = [
            b'"codeCategory":%b,"codeLabel":%b,"codeConfidence":'
            % (_encoded(one.code), _encoded(one.title))
            for one in classification.categories
        ]
        self._level = np.array([one.level for one in classification.categories])
        self._n_levels = len(classification.levels)
        self._result = [b',"result":{' + one for one in named]
        self._first = [b',"suggestions":[{' + one for one in named]
        self._next = [b"},{" + one for one in named]

    def word(
        self,
        lines: Sequence[ValidatedLine],
        coded: CodedBatch,
        *,
        null_record_id: bool = False,
        has_reason: bool = False,
    ) -> bytes:
        """Return a line of output for each line, in order.

        Parameters
        ----------
        lines : sequence of ValidatedLine, length n_records
            What was validated.
        coded : CodedBatch
            The answers for their texts; for lines with an error they don't count.
        null_record_id : bool
            Whether the id of a record that has none is null, instead of "".
        has_reason : bool
            Whether it is said why a record has no code, in a field of ours.
        """
        no_id = None if null_record_id else ""
        ids = [no_id if line.record_id is UNSET else line.record_id for line in lines]
        texts = [wire.Texts(line.occp_text, line.tasks_text) for line in lines]
        n = len(lines)
        pieces = [b""] * (7 * n)
        pieces[0::7] = [_RECORD_ID] * n
        pieces[1::7] = _encoded_each(ids)
        pieces[2::7] = [_SUCCESSFUL] * n
        pieces[3::7] = _encoded_each(texts)
        pieces[4::7] = [
            self._result[category] if category >= 0 else b""
            for category in coded.category.tolist()
        ]
        pieces[5::7] = _confidences(coded.confidence)
        pieces[6::7] = [b"}}\n"] * n
        for i, end in self._unsuccessful(coded, has_reason):
            pieces[7 * i + 2] = _UNSUCCESSFUL
            pieces[7 * i + 5 : 7 * i + 7] = b"", end
        for i, line in enumerate(lines):
            if line.error is not UNSET:
                pieces[7 * i : 7 * i + 7] = [*[b""] * 6, _error_line(line, ids[i])]
        return b"".join(pieces)

    def by_level(self, coded: CodedBatch) -> NDArray[np.int64]:
        """Return how many records were given a category of each level, broadest first."""
        levels = self._level[coded.category[coded.category >= 0]]
        return np.bincount(levels, minlength=self._n_levels + 1)[1:]

    def _unsuccessful(
        self, coded: CodedBatch, has_reason: bool
    ) -> Iterator[tuple[int, bytes]]:
        """Yield the positions of records without a code, with the ends of their lines."""
        at = np.flatnonzero(coded.category < 0)
        ranked = coded.ranked[at, -1]
        n_ranked = ranked.shape[1]
        confidences = _confidences(coded.ranked_confidence[at, -1].ravel())
        rows = zip(at.tolist(), ranked.tolist(), coded.reason[at].tolist(), strict=True)
        for k, (i, categories, reason) in enumerate(rows):
            pieces = []
            names = self._first
            for rank, category in enumerate(categories):
                if category >= 0:
                    pieces += [names[category], confidences[k * n_ranked + rank]]
                    names = self._next
            yield (
                i,
                b"".join(
                    [
                        *pieces,
                        b"}]" if pieces else b"",
                        _REASONS[reason] if has_reason else b"}\n",
                    ]
                ),
            )


def _confidences(confidences: NDArray[np.float32]) -> list[bytes]:
    """Return confidences as JSON, rounded to six decimals as `round` does.

    A float32 times a million is exact in float64, so this rounds only once.
    """
    rounded = np.rint(confidences.astype(np.float64) * _MILLION) / _MILLION
    return _ENCODER.encode(rounded.tolist())[1:-1].split(b",") if len(rounded) else []


def _encoded_each(values: Sequence[Any]) -> list[bytes]:
    """Return each value as JSON in ASCII, all of them encoded at once."""
    return ascii_json(_ENCODER.encode_lines(values)).split(b"\n")[:-1]


def _encoded(value: Any) -> bytes:
    return ascii_json(_ENCODER.encode(value))


def _error_line(line: ValidatedLine, record_id: str | None) -> bytes:
    answer = wire.AsynchronousCodeResponse(
        record_id=record_id,
        code_status=wire.UNSUCCESSFUL,
        input=line.input,
        error=line.error,
    )
    return _encoded(answer) + b"\n"
