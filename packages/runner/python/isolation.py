"""What the sandbox of a Python algorithm should keep from it and does not: looked at from within, before there is an
algorithm, as only that shows whether the engine did what it was told."""


def holes():
    """Names of what is open; none where all is as it should be."""
    return [name for name, is_open in HOLES.items() if is_open()]


def finds_system():
    import os

    return any(os.path.isdir(path) and os.listdir(path) for path in ("/sys", "/dev/mqueue"))


def finds_processes():
    import os

    if not os.path.isdir("/proc"):
        return os.getppid() > 2
    # A harness that is not the first process was started by the one that is.
    return any(name.isdigit() and int(name) not in (1, os.getpid()) for name in os.listdir("/proc"))


def finds_name_servers():
    try:
        with open("/etc/resolv.conf") as file:
            words = [line.split() for line in file]
    except OSError:
        return False
    # One of a network that is for examples only (RFC 5737) is what an engine is told to put there.
    return any(line[:1] == ["nameserver"] and line[1:] != ["192.0.2.1"] for line in words)


def writes():
    import os

    for folder in ("/", "/tmp", "/var/tmp", "/run", "/dev", "/dev/shm", "/usr/lib", "/home", "/root"):
        path = os.path.join(folder, "gristmill-trial")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except OSError:
            continue
        os.unlink(path)
        return True
    return False


def connects():
    import socket

    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
        try:
            socket.socket(family, socket.SOCK_DGRAM).close()
        except OSError:
            continue
        return True
    return False


def has_rights():
    import ctypes
    import os

    # PR_GET_NO_NEW_PRIVS, PR_CAPBSET_READ of each capability (linux/prctl.h).
    prctl = ctypes.CDLL(None).prctl
    is_bounded = all(prctl(23, capability, 0, 0, 0) != 1 for capability in range(64))
    return {os.getuid(), os.geteuid()} != {65534} or prctl(39, 0, 0, 0, 0) != 1 or not is_bounded


def has_room():
    import resource

    return any(resource.getrlimit(limit)[1] != 0 for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE))


HOLES = {
    "the system's devices": finds_system,
    "processes of others": finds_processes,
    "name servers": finds_name_servers,
    "a folder to write to": writes,
    "sockets": connects,
    "rights": has_rights,
    "files of any size": has_room,
}
