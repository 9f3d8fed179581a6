"""A network with one hidden layer. Parameters, in the order of their names: alphaMicros, iterations."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor


def run(input, output):
    alpha, iterations = input.parameters
    scores = input.classes if input.classes > 2 else 1
    hidden, rest = divmod(len(output) - scores, input.dimensions + 1 + scores)
    if hidden < 1 or rest:
        raise ValueError('made for a policy of the family "mlp" with one hidden layer')
    warnings.simplefilter("ignore", ConvergenceWarning)
    network = MLPRegressor if input.classes == 0 else MLPClassifier
    model = network(
        (hidden,),
        alpha=alpha / 1e6,
        max_iter=int(iterations),
        random_state=int.from_bytes(input.seed[:4], "little"),
    ).fit(input.features, input.labels)
    layers = zip(model.coefs_, model.intercepts_)
    output[:] = [value for weights, bias in layers for part in (weights.T, bias) for value in part.ravel()]
    # Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    print("R2" if input.classes == 0 else "accuracy", "on training rows", round(model.score(input.features, input.labels), 4))
