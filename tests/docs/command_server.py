"""Runs `lealtad` for the pages' shells: it has imported everything, and forks for each command.

The command `bin/lealtad` sends its arguments, folder and environment, and its own three streams; the answer is the
exit code. Polars and LightGBM start their threads at their first work, which happens in the children alone.
"""

import json
import os
import socket
import sys
from pathlib import Path

from lealtad.company import model_definition
from lealtad.jobs.command_line import main
from tests.nightly.job_server import import_needed

MORE = ("sklearn.linear_model", "mlflow.tracking", "optuna", "lealtad.jobs.demo", "lealtad.jobs.compare")
STREAMS = 3


def serve(address: str) -> None:
    import_needed(MORE)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            client, _ = server.accept()
            with client:
                data, received, *_ = socket.recv_fds(client, 1 << 20, STREAMS)
                child = os.fork()
                if not child:
                    answer(json.loads(data), received)
                for stream in received:
                    os.close(stream)
                _, status = os.waitpid(child, 0)
                client.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def answer(wanted: dict, streams: list[int]) -> None:
    """Become the command that was asked for."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = ["lealtad", *wanted["arguments"]]
    if Path("models").is_dir():  # the definitions of the pages, which cost less
        model_definition._CLONED = Path("models").resolve()
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
