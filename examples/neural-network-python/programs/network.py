"""A network with one hidden layer, in numpy alone. Parameters, in the order of their names: decayMicros, epochs."""

import numpy

STEP, MOMENTS, EPSILON = 0.05, (0.9, 0.999), 1e-8


def run(input, output):
    decay, epochs = input.parameters[0] / 1e6, int(input.parameters[1])
    x, classes, d = input.features, input.classes, input.dimensions
    scores = 1 if classes == 2 else classes
    hidden = (len(output) - scores) // (d + 1 + scores)
    y = (input.labels[:, None] == numpy.arange(classes))[:, -scores:].astype(float)
    sizes = [(hidden, d), (hidden,), (scores, hidden), (scores,)]

    draw = numpy.random.RandomState(numpy.frombuffer(input.seed, "<u4"))
    weights = [draw.normal(size=size) / numpy.sqrt(size[-1]) if len(size) == 2 else numpy.zeros(size) for size in sizes]
    first = [numpy.zeros(size) for size in sizes]
    second = [numpy.zeros(size) for size in sizes]
    for epoch in range(1, epochs + 1):
        w1, b1, w2, b2 = weights
        inner = x @ w1.T + b1
        active = numpy.maximum(inner, 0)
        outer = active @ w2.T + b2
        chances = 1 / (1 + numpy.exp(-outer)) if scores == 1 else softmax(outer)
        error = (chances - y) / len(x)
        back = (error @ w2) * (inner > 0)
        gradients = [back.T @ x + decay * w1, back.sum(0), error.T @ active + decay * w2, error.sum(0)]
        # Adam (Kingma, Ba, ICLR 2015).
        for weight, gradient, mean, square in zip(weights, gradients, first, second):
            mean += (1 - MOMENTS[0]) * (gradient - mean)
            square += (1 - MOMENTS[1]) * (gradient**2 - square)
            scaled = numpy.sqrt(square / (1 - MOMENTS[1] ** epoch)) + EPSILON
            weight -= STEP * mean / (1 - MOMENTS[0] ** epoch) / scaled
        if epoch % 100 == 0:
            # Heard by who tries it on data of their own; on a maker's it goes nowhere.
            print("epoch", epoch, "right about", round(right(chances, input.labels), 4))
    output[:] = numpy.concatenate([weight.ravel() for weight in weights])


def softmax(scores):
    powers = numpy.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def right(chances, labels):
    guesses = chances[:, 0] > 0.5 if chances.shape[1] == 1 else chances.argmax(1)
    return float((guesses == labels).mean())
