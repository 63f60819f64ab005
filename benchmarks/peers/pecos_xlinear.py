"""PECOS XR-Linear with its defaults: a tree of clusters of codes, on the same features."""

from collections.abc import Sequence

import numpy as np
from given import Coding, Fields, blocks, take_part
from pecos.xmc import Indexer, LabelEmbeddingFactory
from pecos.xmc.xlinear.model import XLinearModel
from scipy.sparse import csr_matrix


def train(texts: Fields, codes: Sequence[str]) -> Coding:
    """Train on two threads; coding runs on one."""
    features = blocks()
    known, position = np.unique(np.array(codes), return_inverse=True)
    values = csr_matrix(features.fit_transform(texts), dtype=np.float32)
    ones = np.ones(len(codes), np.float32)
    truth = csr_matrix((ones, (np.arange(len(codes)), position)))
    clusters = Indexer.gen(LabelEmbeddingFactory.create(truth, values, method="pifa"))
    model = XLinearModel.train(values, truth, C=clusters, threads=2)

    def code(texts: Fields) -> list[str]:
        values = csr_matrix(features.transform(texts), dtype=np.float32)
        found = model.predict(values, only_topk=1, threads=1)
        return [str(code) for code in known[found.indices]]

    return code


if __name__ == "__main__":
    take_part(train, ["libpecos", "scikit-learn", "numpy"])
