"""A random forest. Parameters, in the order of their names: depth (the policy's), minLeaf (rows, at least the policy's)."""

import numpy
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor


def run(input, output):
    depth, min_leaf = (int(value) for value in input.parameters)
    scores = input.classes if input.classes > 2 else 1
    nodes = 2**depth - 1
    trees, rest = divmod(len(output), 2 * nodes + (nodes + 1) * scores)
    if trees < 1 or rest:
        raise ValueError('made for a policy of the family "tree-ensemble" whose trees have this depth')
    kind = RandomForestRegressor if input.classes == 0 else RandomForestClassifier
    forest = kind(
        trees,
        max_depth=depth,
        min_samples_leaf=min_leaf,
        random_state=int.from_bytes(input.seed[:4], "little"),
    ).fit(input.features, input.labels)
    feature = numpy.zeros((trees, nodes))
    threshold = numpy.ones((trees, nodes))
    leaf = numpy.zeros((trees, nodes + 1, scores))
    for index, estimator in enumerate(forest.estimators_):
        copy(estimator.tree_, 0, 0, feature[index], threshold[index])
        threshold[index] = rounded(threshold[index])
        ends = routes(input.features, feature[index].astype(int), threshold[index], depth)
        for end in range(nodes + 1):
            labels = input.labels[ends == end]
            if len(labels) >= min_leaf:
                leaf[index, end] = says(labels, input.classes, trees)
    output[:] = [*feature.ravel(), *threshold.ravel(), *leaf.ravel()]
    # Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    measure = "R2" if input.classes == 0 else "accuracy"
    print(measure, "on training rows, before rounding", round(forest.score(input.features, input.labels), 4))


def copy(tree, node, place, feature, threshold):
    """Puts a node where complete trees have it. One that ends early keeps threshold 1: no value is above it."""
    if place >= len(feature) or tree.children_left[node] < 0:
        return
    feature[place] = tree.feature[node]
    threshold[place] = tree.threshold[node]
    copy(tree, tree.children_left[node], 2 * place + 1, feature, threshold)
    copy(tree, tree.children_right[node], 2 * place + 2, feature, threshold)


def rounded(values):
    """To bfloat16, as they leave: leaves are filled by where rows end then."""
    bits = values.astype(numpy.float32).view(numpy.uint32)
    bits = bits + 0x7FFF + ((bits >> 16) & 1)
    return (bits & 0xFFFF0000).astype(numpy.uint32).view(numpy.float32).astype(float)


def routes(features, feature, threshold, depth):
    """The leaf that every row ends in."""
    places = numpy.zeros(len(features), int)
    for _ in range(depth):
        right = features[numpy.arange(len(features)), feature[places]] > threshold[places]
        places = 2 * places + 1 + right
    return places - len(feature)


def says(labels, classes, trees):
    """Share of every class; of two classes, how much more frequent the second is than the first; of a number the mean."""
    if classes == 0:
        return numpy.mean(labels) / trees
    shares = numpy.bincount(labels, minlength=classes) / len(labels) / trees
    return shares[1:] - shares[0] if classes == 2 else shares
