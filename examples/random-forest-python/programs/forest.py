"""A random forest of complete trees. Parameters, in the order of their names: depth, rowsPerLeaf."""

import numpy
from sklearn.ensemble import RandomForestClassifier


def run(input, output):
    depth, rows_per_leaf = (int(value) for value in input.parameters)
    leaves = 2**depth
    nodes = leaves - 1
    scores = 1 if input.classes == 2 else input.classes
    trees = len(output) // (2 * nodes + leaves * scores)
    feature, threshold, leaf = numpy.split(output, [trees * nodes, 2 * trees * nodes])
    feature, threshold = feature.reshape(trees, nodes), threshold.reshape(trees, nodes)
    leaf = leaf.reshape(trees, leaves, scores)

    # Every tree sees all rows, so that a leaf has as many of them as the owner's check counts; they differ by their features.
    forest = RandomForestClassifier(
        trees,
        max_depth=depth,
        min_samples_leaf=rows_per_leaf,
        bootstrap=False,
        max_features=2,
        random_state=numpy.random.RandomState(numpy.frombuffer(input.seed, "<u4")),
    ).fit(input.features, input.labels)
    # Heard by who tries it on data of their own; on a maker's it goes nowhere.
    print("right about", round(forest.score(input.features, input.labels), 4), "of the rows it has seen")

    for number, tree in enumerate(estimator.tree_ for estimator in forest.estimators_):
        # Where each node of the complete tree is in the grown one. Below a leaf of that all rows go left: nothing is above 1.
        sources = [0]
        for place in range(nodes):
            source = sources[place]
            ends = source is None or tree.children_left[source] < 0
            feature[number, place] = 0 if ends else tree.feature[source]
            threshold[number, place] = 1 if ends else tree.threshold[source]
            sources += [source, None] if ends else [tree.children_left[source], tree.children_right[source]]
        for place, source in enumerate(sources[nodes:]):
            if source is not None:
                counts = tree.value[source][0]
                shares = counts / counts.sum() / trees
                leaf[number, place] = shares[1:] - shares[0] if scores == 1 else shares
