"""Logistic regression; of a number (classes is 0 then, and labels lie from -1 to 1) ridge regression.

Parameters, in the order of their names: inverseRegularizationMicros, iterations.
"""

import numpy
from sklearn.linear_model import LogisticRegression, Ridge


def run(input, output):
    strength, iterations = input.parameters
    scores = input.classes if input.classes > 2 else 1
    if len(output) != scores * (input.dimensions + 1):
        raise ValueError('made for a policy of the family "linear"')
    if input.classes == 0:
        model = Ridge(alpha=1e6 / strength, max_iter=int(iterations))
    else:
        model = LogisticRegression(C=strength / 1e6, max_iter=int(iterations))
    model.fit(input.features, input.labels)
    output[:] = [*numpy.ravel(model.coef_), *numpy.ravel(model.intercept_)]
    # Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    print("R2" if input.classes == 0 else "accuracy", "on training rows", round(model.score(input.features, input.labels), 4))
