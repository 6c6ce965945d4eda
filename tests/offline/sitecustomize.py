"""No network for a Python that has this folder on PYTHONPATH, nor for those that it starts."""

import sys

HERE = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}
LOOK_UP = {"socket.getaddrinfo", "socket.gethostbyname"}
SEND = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def refuse(event, args):
    """Raise OSError when a socket looks up or talks to another machine; a socket on a file has no host."""
    if event in LOOK_UP:
        host = args[0]
    elif event in SEND and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HERE:
        raise OSError(f"a notebook must run without a network, and this one asked for {host}")


sys.addaudithook(refuse)
