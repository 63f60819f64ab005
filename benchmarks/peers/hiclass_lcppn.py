"""HiClass: a local classifier per parent node, LinearSVC at each, on the same features."""

from collections.abc import Sequence

import numpy as np
from given import Coding, Fields, blocks, take_part
from hiclass import LocalClassifierPerParentNode
from sklearn.svm import LinearSVC

_LENGTHS = (1, 2, 3, 4, 6)


def train(texts: Fields, codes: Sequence[str]) -> Coding:
    """Train on the path of each code."""
    features = blocks()
    svm = LinearSVC(C=0.5, tol=0.1, random_state=0)
    model = LocalClassifierPerParentNode(local_classifier=svm, n_jobs=2)
    along = np.array([[code[:length] for length in _LENGTHS] for code in codes])
    model.fit(features.fit_transform(texts), along)
    return lambda texts: model.predict(features.transform(texts))[:, -1].tolist()


if __name__ == "__main__":
    take_part(train, ["hiclass", "scikit-learn", "numpy"])
