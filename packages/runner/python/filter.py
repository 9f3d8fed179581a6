"""Sets a filter of system calls, the program of classic BPF that is the last argument, on this process and all that come
of it: beside the filter of whoever started it, for where that is not ours to choose."""

import ctypes
import os
import sys


def set_filter(program):
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    # PR_SET_SECCOMP, SECCOMP_MODE_FILTER; an instruction has 8 bytes.
    given = Program(len(program) // 8, program)
    if ctypes.CDLL(None, use_errno=True).prctl(22, 2, ctypes.byref(given), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no filter of system calls")


set_filter(bytes.fromhex(sys.argv.pop()))
for name in ("PATH", "HOSTNAME"):
    os.environ.pop(name, None)
