"""Firefox as Debian has it, which Playwright cannot drive.

It speaks WebDriver BiDi: messages in JSON, by a web socket.
"""

import itertools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from websocket import WebSocket, create_connection

FIREFOX = shutil.which("firefox-esr")


@contextmanager
def started() -> Iterator[Callable[[str], object]]:
    """Start Firefox; give what runs a script there, and returns its value.

    The value is a number, a text, or the like. An error of the script is
    raised.
    """
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--profile", profile,
             "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip
        try:
            with closing(connect(process)) as socket:
                yield begin_session(socket)
        finally:
            process.terminate()
            process.communicate()


def connect(process: subprocess.Popen) -> WebSocket:
    """Return a socket to the browser, which says where it listens."""
    for line in process.stderr:
        if found := re.search(r"ws://\S+", line):
            address = f"{found[0]}/session"
            return create_connection(address, suppress_origin=True)
    raise AssertionError("Firefox ended before it listened")


def begin_session(socket: WebSocket) -> Callable[[str], object]:
    """Return what runs a script in the tab that is there."""
    numbers = itertools.count()

    def call(method: str, **params: object) -> dict:
        number = next(numbers)
        message = {"id": number, "method": method, "params": params}
        socket.send(json.dumps(message))
        while True:  # what happens meanwhile is told as well
            answer = json.loads(socket.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def run(script: str) -> object:
        target = {"context": tab["context"]}
        answer = call(
            "script.evaluate",
            expression=script, target=target, awaitPromise=True,
        )  # fmt: skip
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    call("session.new", capabilities={})
    (tab,) = call("browsingContext.getTree")["contexts"]
    return run
