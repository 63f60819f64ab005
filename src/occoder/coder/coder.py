"""The coder: texts in, categories of one classification out."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self, TypeAlias

from occoder.classification import Classification
from occoder.coder.artifact import StoredModel
from occoder.coder.calibration import Calibration
from occoder.coder.coded import CodedBatch, CodedRecord, coded_records
from occoder.coder.decision import decide
from occoder.coder.explanation import Explainer, Explanation
from occoder.coder.manifest import Promise
from occoder.coder.model import Model
from occoder.coder.packed import pack
from occoder.coder.reason import REASONS
from occoder.coder.search import Search
from occoder.coder.text import prepare, prepare_all
from occoder.errors import NoPromise

_EMPTY, _TOO_SHORT = REASONS.index("empty"), REASONS.index("too short")

Record: TypeAlias = str | tuple[str, str] | Mapping[str, str | None]


class Coder:
    """Codes texts to one classification.

    Parameters
    ----------
    model : Model or StoredModel
        Weights, calibration and thresholds; a stored one is read at the first use.
    """

    def __init__(self, model: Model | StoredModel) -> None:
        self._model = model
        self.model_id = model.model_id

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """Return the coder of a model folder, verified first.

        Raises
        ------
        NotAModel, UnknownModelFormat, DamagedModel
            If it is not a model of this format, or is damaged.
        """
        return cls(StoredModel(folder))

    @property
    def topic(self) -> str:
        """Return the topic, such as "osca"."""
        return self._model.topic

    @property
    def classification(self) -> Classification:
        """Return the classification that is coded to."""
        return self._model.classification

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Return the lowest confidence accepted at each level, broadest first."""
        return self._model.thresholds

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return all thresholds that the model has a stated maximum error for."""
        return self._model.promises

    def thresholds_for(self, max_error: float) -> tuple[float, ...]:
        """Return the thresholds that keep a maximum error.

        Parameters
        ----------
        max_error : float
            One of those that the model has a promise for.

        Raises
        ------
        NoPromise
            If there is none for this error.
        """
        for promise in self.promises:
            if promise.max_error == max_error:
                return promise.thresholds
        known = [promise.max_error for promise in self.promises]
        raise NoPromise(max_error=max_error, known=known)

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
        thresholds: Sequence[float] | None = None,
    ) -> CodedBatch:
        """Code many texts at once.

        A text is first made printable ASCII of at most 100 characters in total, by the
        rules of `occoder.coder.text`. A record gets the same answer alone and in any
        batch.

        Parameters
        ----------
        titles : sequence of str, length n_records
            Job titles.
        tasks : sequence of str, length n_records, optional
            Main tasks; None when there are none.
        n_ranked : int
            How many categories to rank at each level, at least 1.
        thresholds : sequence of float, length n_levels, optional
            Lowest confidence accepted at each level, instead of the model's.

        Returns
        -------
        CodedBatch
            The answers in the same order.

        Raises
        ------
        ValueError
            If titles and tasks differ in length, or ``n_ranked`` is below 1.
        """
        texts = prepare_all(titles, tasks)
        search, calibration = self._in_use
        ranking = search.rank(pack(texts.titles, texts.tasks), n_ranked)
        if unready := [*texts.empty, *texts.too_short]:
            ranking.category[unready] = -1
            ranking.share[unready] = 0
            ranking.refusal[unready] = 0
        coded = decide(
            ranking,
            calibration.confidences(ranking),
            self.thresholds if thresholds is None else thresholds,
            self._model.refusal_threshold,
        )
        if unready:
            coded.reason[texts.empty] = _EMPTY
            coded.reason[texts.too_short] = _TOO_SHORT
        return coded

    def code(self, records: Sequence[Record], *, suggestions: int = 3) -> list[CodedRecord]:
        """Code records one by one in a list.

        Parameters
        ----------
        records : sequence
            Each a job title, a pair of title and tasks, or a mapping with the fields
            ``occp_text`` and ``tasks_text``, either of which may be missing or None.
        suggestions : int
            How many suggestions to give with each, from 0.

        Returns
        -------
        list of CodedRecord
            One for each record, in the same order.

        Raises
        ------
        TypeError
            If a record is none of these; its position is named.

        Examples
        --------
        >>> import occoder
        >>> coder = occoder.load("osca")
        >>> coder.code([("electrician", "wiring new houses")])[0].title
        'Electrician (General)'
        """
        pairs = [_fields(record, position) for position, record in enumerate(records)]
        titles, tasks = [title for title, _ in pairs], [text for _, text in pairs]
        coded = self.code_texts(titles, tasks, n_ranked=max(suggestions, 1))
        return coded_records(coded, self.classification, suggestions)

    def explain(self, title: str, tasks: str = "") -> Explanation:
        """Return what spoke for and against each step to the best category.

        Parameters
        ----------
        title, tasks : str
            The texts of one record.
        """
        text = prepare(title, tasks)
        packed = pack([text.title], [text.tasks])
        best = int(self._in_use[0].rank(packed, 1).category[0, -1, 0])
        if best < 0:
            return Explanation(())
        code = self.classification.categories[best].code
        return self._explainer.explain(text.title, text.tasks, code)

    @cached_property
    def _in_use(self) -> tuple[Search, Calibration]:
        hsvm, calibration = self._model.weights()
        return Search(hsvm), calibration

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self._model.weights()[0], self.classification)


def _fields(record: Record, position: int) -> tuple[str, str]:
    if isinstance(record, str):
        return record, ""
    if isinstance(record, Mapping):
        return record.get("occp_text") or "", record.get("tasks_text") or ""
    if isinstance(record, tuple) and len(record) == 2:
        return record[0] or "", record[1] or ""
    raise TypeError(
        f"record {position} is a {type(record).__name__}; send a job title, a pair of "
        f"title and tasks, or a mapping with occp_text and tasks_text"
    )
