"""The features of the training texts as a weighted matrix."""

from collections import Counter

import numpy as np
import pytest
from reference import blocks
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from occoder.coder.features import N_BLOCKS
from occoder.coder.packed import pack
from occoder.training.matrix import FeatureMatrix, feature_matrix

TITLES = ["nurse", "aged care nurse", "care care care worker", "", "truckie", "?"]
TASKS = ["cares for the aged", "", "care", "drives a truck", "", "!"]


@pytest.fixture(scope="module")
def matrix() -> FeatureMatrix:
    """The features of the texts."""
    return feature_matrix(pack(TITLES, TASKS))


def found(matrix: FeatureMatrix) -> list[dict[int, float]]:
    """Return the value of each feature of each record, by key."""
    rows = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    return [
        {int(matrix.keys[matrix.ids[k]]): float(matrix.values[k]) for k in range(*row)}
        for row in rows
    ]


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_weights_equal_the_reference(matrix: FeatureMatrix, block: int) -> None:
    """Each block is weighted and normed as scikit-learn's TfidfVectorizer does it."""
    texts = [blocks(*pair)[block] for pair in zip(TITLES, TASKS, strict=True)]
    vectorizer = TfidfVectorizer(analyzer=Counter.elements, sublinear_tf=True)
    expected = csr_matrix(vectorizer.fit_transform(texts)).toarray()
    keys = [int(key) for key in vectorizer.get_feature_names_out()]

    for row, record in zip(expected, found(matrix), strict=True):
        assert row.tolist() == pytest.approx([record.get(key, 0) for key in keys], abs=1e-6)


def test_frequency_counts_records(matrix: FeatureMatrix) -> None:
    """A feature's frequency is the number of records that have it in its block."""
    texts = [blocks(*pair) for pair in zip(TITLES, TASKS, strict=True)]
    expected = Counter(key for record in texts for block in record for key in block)

    assert expected == dict(
        zip(matrix.keys.tolist(), matrix.frequency.tolist(), strict=True)
    )


def test_record_without_words_is_empty(matrix: FeatureMatrix) -> None:
    """A text of marks alone has no value."""
    assert {} == found(matrix)[-1]


def test_arrays_fit_each_other(matrix: FeatureMatrix) -> None:
    """Every id is a feature, and the ends of the records are those of the values."""
    assert len(matrix.ids) == len(matrix.values) == matrix.indptr[-1]
    assert set(range(len(matrix.keys))) == set(matrix.ids.tolist())
    assert np.float32 == matrix.values.dtype == matrix.idf.dtype
