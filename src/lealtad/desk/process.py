"""The process whose copies serve the desk, as `server` starts it: `process SOCKET FIRST`."""

import socket
import sys

import django

if __name__ == "__main__":
    django.setup()
    from lealtad.desk.server import serve_copies

    shared, first_process = map(int, sys.argv[1:])
    serve_copies(socket.socket(fileno=shared), first_process)
