"""A network with one hidden layer. Parameters, in the order of their names: alphaMicros, iterations."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

STARTS = 5


def run(input, output):
    alpha, iterations = input.parameters
    scores = input.classes if input.classes > 2 else 1
    hidden, rest = divmod(len(output) - scores, input.dimensions + 1 + scores)
    if hidden < 1 or rest:
        raise ValueError('made for a policy of the family "mlp" with one hidden layer')
    warnings.simplefilter("ignore", ConvergenceWarning)
    network = MLPRegressor if input.classes == 0 else MLPClassifier
    seed = int.from_bytes(input.seed[:4], "little")
    # Few units may all be dead from the start: of several starts the best on the training rows is kept.
    models = [
        network(
            (hidden,), solver="lbfgs", alpha=alpha / 1e6, max_iter=int(iterations), random_state=(seed + start) % 2**32
        ).fit(input.features, input.labels)
        for start in range(STARTS)
    ]
    score, model = max(((model.score(input.features, input.labels), model) for model in models), key=lambda pair: pair[0])
    layers = zip(model.coefs_, model.intercepts_)
    output[:] = [value for weights, bias in layers for part in (weights.T, bias) for value in part.ravel()]
    # Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    print("R2" if input.classes == 0 else "accuracy", "on training rows", round(score, 4))
