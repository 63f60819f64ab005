"""From what the coder answers to what a client gets."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from occoder import wire
from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.explanation import Explanation, Step
from occoder.coder.reason import REASONS
from occoder.wire.ascii_json import ascii_json

_ENCODER = msgspec.json.Encoder()
_N_EVIDENCE = 8
_DECIMALS = 6


def encode(body: Any) -> bytes:
    """Return a body as JSON in ASCII."""
    return ascii_json(_ENCODER.encode(body))


class Answers:
    """Words the answers of one model.

    Every title comes from the classification, and a category that it has not can't be
    worded at all.

    Parameters
    ----------
    classification : Classification
        What the model codes to.
    """

    def __init__(self, classification: Classification) -> None:
        self._titles = [(one.code, one.title) for one in classification.categories]
        self._level = [one.level for one in classification.categories]

    def word(
        self,
        request: wire.CodeRequest,
        records: Sequence[wire.Record],
        coded: CodedBatch,
        *,
        unsuccessful_result: str,
        explanations: Sequence[Explanation] = (),
    ) -> list[wire.SynchronousCodeResponse]:
        """Return the answer for each record, in order.

        Parameters
        ----------
        request : CodeRequest
            How many categories to give, and which extensions.
        records : sequence of Record
            As submitted.
        coded : CodedBatch
            The same, coded.
        unsuccessful_result : str
            "empty", or "suggestions" to put them into the result too.
        explanations : sequence of Explanation
            One for each record, or none.
        """
        n = request.number_of_suggestions
        ranked = coded.ranked.tolist()
        confidences = coded.ranked_confidence.tolist()
        categories, reasons = coded.category.tolist(), coded.reason.tolist()
        answers = []
        for i, record in enumerate(records):
            best, sure = ranked[i], confidences[i]
            facts: dict[str, Any] = {}
            if categories[i] >= 0:
                row = self._level[categories[i]] - 1
                result = self._list(best[row], sure[row], max(n, 1))
                status = wire.SUCCESSFUL
            else:
                suggestions = self._list(best[-1], sure[-1], n)
                facts["suggestions"] = suggestions
                facts["reason"] = REASONS[reasons[i]]
                result = suggestions if unsuccessful_result == "suggestions" else ()
                status = wire.UNSUCCESSFUL
            if request.levels:
                firsts = [one[0] for one in best], [one[0] for one in sure]
                facts["levels"] = self._list(*firsts, len(best))
            if explanations:
                facts["explanation"] = tuple(map(_step, explanations[i].steps))
            answers.append(
                wire.SynchronousCodeResponse(
                    record_id=record.record_id,
                    code_status=status,
                    input=wire.Texts(record.occp_text, record.tasks_text),
                    result=result,
                    **facts,
                )
            )
        return answers

    def _list(
        self, categories: Sequence[int], confidences: Sequence[float], n: int
    ) -> tuple[wire.CodedRecord, ...]:
        return tuple(
            [
                wire.CodedRecord(*self._titles[category], round(confidence, _DECIMALS))
                for category, confidence in zip(
                    categories[:n], confidences[:n], strict=True
                )
                if category >= 0
            ]
        )


def _step(step: Step) -> wire.Step:
    rival = step.rival
    return wire.Step(
        code_category=step.chosen.code,
        code_label=step.chosen.title,
        rival_category=rival.code if rival else UNSET,
        rival_label=rival.title if rival else UNSET,
        margin=round(step.margin, _DECIMALS),
        evidence=tuple(
            wire.Evidence(one.text, round(one.weight, _DECIMALS))
            for one in step.evidence[:_N_EVIDENCE]
        ),
    )
