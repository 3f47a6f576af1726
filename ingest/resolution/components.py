"""Connected components of an edge list."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ingest.resolution.workspace import Workspace


def of(space: Workspace, edges: str, nodes: int) -> npt.NDArray[np.int64]:
    """Label of each node 0..nodes-1: the smallest node of its component. `edges` selects a, b."""
    found = space.arrays(edges)
    a, b = found["a"], found["b"]
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    first = np.full(int(labels.max(initial=-1)) + 1, nodes, np.int64)
    np.minimum.at(first, labels, np.arange(nodes))
    return np.asarray(first[labels])
