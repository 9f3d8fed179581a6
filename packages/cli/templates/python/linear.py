"""Logistic regression. Parameters, in the order of their names: inverseRegularizationMicros, iterations."""

from sklearn.linear_model import LogisticRegression


def run(input, output):
    strength, iterations = input.parameters
    scores = 1 if input.classes == 2 else input.classes
    if len(output) != scores * (input.dimensions + 1):
        raise ValueError('made for a policy of the family "linear"')
    model = LogisticRegression(C=strength / 1e6, max_iter=int(iterations)).fit(input.features, input.labels)
    output[:] = [*model.coef_.ravel(), *model.intercept_]
    # Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    print("accuracy on training rows", round(model.score(input.features, input.labels), 4))
