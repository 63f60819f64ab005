"""Flat linear SVM in a scikit-learn pipeline: each category against all others."""

from collections.abc import Sequence

from given import Coding, Fields, blocks, take_part
from sklearn.linear_model import SGDClassifier


def train(texts: Fields, codes: Sequence[str]) -> Coding:
    """Train by stochastic gradient descent: LIBLINEAR would take an hour."""
    features = blocks(min_df=2)
    svm = SGDClassifier(
        alpha=1e-5, max_iter=5, tol=None, random_state=0, n_jobs=2, average=False
    )
    svm.fit(features.fit_transform(texts), codes)
    return lambda texts: svm.predict(features.transform(texts)).tolist()


if __name__ == "__main__":
    take_part(train, ["scikit-learn", "scipy", "numpy"])
