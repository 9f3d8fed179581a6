"""Runs one algorithm on one input: the first process in the sandbox of a Python algorithm, see ALGORITHM.md.

Writes to standard output one byte once it can work, reads from standard input a head (task, three lengths), the algorithm
and the input, and writes one byte that says how it ended and, with OK, the output. What the algorithm prints goes to the standard error, and that goes
nowhere unless somebody tries the algorithm on data of their own.
"""

import os
import struct
import sys

# Not from where the process happens to be.
sys.path[:] = [path for path in sys.path if path != ""]

# Before there is a request: a harness that waits has it loaded.
import numpy

OK, EXCEPTION, MEMORY, NO_RUN, RESULT, SYNTAX, INSPECTED = range(7)
INSPECT, RUN, DESCRIBE = range(3)
# Whoever ends before it has said so has read no algorithm.
READY = b"\x52"
HEAD = struct.Struct("<BQQQ")


def read(source, count):
    data = bytearray(count)
    left = memoryview(data)
    while left:
        got = os.readv(source, [left])
        if got == 0:
            raise EOFError
        left = left[got:]
    return data


def answer(sink, status, output=b""):
    try:
        sys.stdout.flush()
    except BaseException:
        pass
    left = memoryview(bytes([status]) + output)
    while left:
        left = left[os.write(sink, left) :]
    os._exit(0)


class Input:
    """What `run` gets: every field is a number, bytes or an array of numpy."""

    __slots__ = ("rows", "dimensions", "classes", "parameters", "seed", "labels", "features")

    def __init__(self, data):
        self.rows, self.dimensions, self.classes, count = (int(value) for value in numpy.frombuffer(data, "<i4", 4))
        labels_at = 56 + 8 * count
        is_number = self.classes == 0
        features_at = labels_at + 8 * (self.rows if is_number else (self.rows + 1) // 2)
        self.parameters = numpy.frombuffer(data, "<i8", count, 56)
        self.seed = bytes(data[24:56])
        self.labels = numpy.frombuffer(data, "<f8" if is_number else "<i4", self.rows, labels_at)
        features = numpy.frombuffer(data, "<f8", self.rows * self.dimensions, features_at)
        self.features = features.reshape(self.rows, self.dimensions)


def execute(code, data, output_bytes):
    given = Input(data)
    buffer = bytearray(output_bytes)
    output = numpy.frombuffer(buffer, "<f8")
    scope = {"__name__": "algorithm", "__builtins__": __builtins__}
    exec(code, scope)
    run = scope.get("run")
    if not callable(run):
        return NO_RUN, b""
    if run(given, output) is not None:
        return RESULT, b""
    return OK, buffer


def complain():
    """Heard where prints are."""
    try:
        import traceback

        traceback.print_exc()
    except BaseException:
        pass


def describe():
    """Versions of what an algorithm may count on, and what its sandbox lets through."""
    import json
    from importlib.metadata import version

    names = ("numpy", "scipy", "pandas", "scikit-learn")
    versions = [sys.version.split()[0], *(version(name) for name in names)]
    return json.dumps({"versions": versions, "holes": holes()}).encode()


def main():
    source, sink = os.dup(0), os.dup(1)
    os.set_inheritable(sink, False)
    for descriptor in (0, 1):
        os.dup2(2, descriptor)
    os.write(sink, READY)
    task, algorithm_bytes, input_bytes, output_bytes = HEAD.unpack(read(source, HEAD.size))
    if task == DESCRIBE:
        answer(sink, OK, describe())
    text = read(source, algorithm_bytes)
    data = read(source, input_bytes)
    os.close(source)
    try:
        code = compile(bytes(text), "algorithm.py", "exec", dont_inherit=True)
    except MemoryError:
        answer(sink, MEMORY)
    except BaseException:
        complain()
        answer(sink, SYNTAX)
    if task == INSPECT:
        answer(sink, INSPECTED)
    try:
        status, output = execute(code, data, output_bytes)
    except MemoryError:
        status, output = MEMORY, b""
    except BaseException:
        status, output = EXCEPTION, b""
        complain()
    answer(sink, status, bytes(output))


main()
