"""Run one notebook, and send what its objects do: the student's side.

The grader starts this file in a process of its own, where ``charrnn`` is the
kit. It reads a job, a line of JSON, and answers by lines of JSON on what was
its standard output. It never judges: code of a student may change whatever
there is in this process, and can thereby only send other data, which the
grader compares with what it computes itself.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Job = dict[str, Any]
Send = Callable[[dict[str, Any]], None]

STARTS = {  # other programs, the network, and other processes
    "ctypes.dlopen", "ctypes.dlsym", "os.exec", "os.fork", "os.forkpty",
    "os.kill", "os.killpg", "os.posix_spawn", "os.spawn", "os.startfile",
    "os.system", "pty.spawn", "signal.pthread_kill", "socket.bind",
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
    "socket.sendmsg", "socket.sendto", "subprocess.Popen",
}  # fmt: skip
LOOKS = {"os.chdir", "os.listdir", "os.scandir"}
CHANGES = {
    "os.chflags", "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove",
    "os.rename", "os.rmdir", "os.setxattr", "os.symlink", "os.truncate",
    "os.utime", "shutil.rmtree",
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NO_PROGRAMS = "PyTorch is here already, and other programs are not run"


class TimeUp(BaseException):
    """Say that a step took too long; ``except Exception`` does not stop it."""


def main() -> None:
    """Run the job, and leave without waiting for what still runs."""
    job = json.loads(sys.stdin.buffer.readline())
    end_with_the_grader()
    sys.path[:0] = [job["kit"]]
    sys.path += [place for place in job["path"] if place not in sys.path]
    load(job)
    Run(job, open_channel()).all()
    os._exit(0)


def end_with_the_grader() -> None:
    """End this process when the grader's end of the pipe is closed."""
    pipe = os.dup(0)

    def wait() -> None:
        os.read(pipe, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def load(job: Job) -> None:
    """Import what is slow, before time and memory count."""
    import IPython.core.interactiveshell  # noqa: F401
    import torch

    import charrnn  # noqa: F401

    torch.set_num_threads(1)
    os.chdir(job["scratch"])
    shutil.copytree(Path(job["kit"], "fonts"), os.environ["MPLCONFIGDIR"])


def open_channel() -> Send:
    """Keep standard output to send by, and let all that is printed vanish."""
    out, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)

    def send(message: dict[str, Any]) -> None:
        line = memoryview(json.dumps(message, default=encode).encode() + b"\n")
        while line:
            line = line[os.write(out, line) :]

    return send


def encode(value: Any) -> Any:
    """Return a tensor as JSON can hold it.

    Raises TypeError if it is no tensor.
    """
    import torch

    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{type(value).__name__} is no plain data")
    dtype = str(value.dtype).removeprefix("torch.")
    return {"tensor": [dtype, list(value.shape), value.flatten().tolist()]}


class Run:
    """Run the cells of a notebook, and then the probes of the checks."""

    def __init__(self, job: Job, send: Send) -> None:
        from charrnn.checks.probes import PROBES

        self.job, self.send = job, send
        self.needs: dict[str, list[str]] = job["needs"]
        self.probes = {name: PROBES[name] for name in self.needs}
        self.noted: dict[str, tuple[Any, ...]] = {}
        self.shell = self.make_shell()
        self.note_attempts()
        set_limits(job)
        sys.addaudithook(make_fence(job))

    def make_shell(self) -> Any:
        """Return a shell of IPython which runs no other programs."""
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        quiet = Config({"HistoryManager": {"enabled": False}})
        shell: Any = InteractiveShell.instance(config=quiet)
        shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None
        shell.ask_exit = lambda: None
        # Newer ones would keep all that is printed, in memory.
        shell._tee = lambda channel: contextlib.nullcontext()
        shell.system = shell.getoutput = self.refusal("!")
        for name in ("pip", "conda", "mamba", "uv"):
            refuse = self.refusal(f"%{name} ")
            shell.register_magic_function(refuse, magic_name=name)
        # Figures are drawn by Agg, and nobody sees them.
        shell.register_magic_function(lambda _: None, magic_name="matplotlib")
        return shell

    def refusal(self, kind: str) -> Callable[..., str]:
        """Return what notes a command of some kind, and does not run it."""

        def refuse(command: str, **_: Any) -> str:
            said = f"not run: {kind}{command[:200]} ({NO_PROGRAMS})"
            self.send({"note": said})
            return said

        return refuse

    def note_attempts(self) -> None:
        """Let ``charrnn.check`` note what it is given, and no more."""

        def check(name: str, *attempt: Any) -> None:
            if attempt:
                self.noted[name] = attempt

        for module in ("charrnn", "charrnn.checks"):
            vars(sys.modules[module])["check"] = check

    def all(self) -> None:
        """Run all, and send a message before and after each step."""
        import torch

        torch.manual_seed(self.job["seed"])
        self.send({"ready": True})
        unnamed = []
        for number, cell in enumerate(self.job["cells"], start=1):
            error = self.step(f"code cell {number}", self.cell, cell)
            if isinstance(error, NameError):
                unnamed.append((number, cell))
        for number, cell in unnamed:  # the cells may be in another order
            self.step(f"code cell {number}", self.cell, cell)
        for name in self.probes:
            torch.manual_seed(self.job["seed"])
            self.step(f"check {name}", self.probe, name)
        self.send({"done": True})

    def step(
        self, name: str, run: Callable[[Any], Any], what: Any
    ) -> BaseException | None:
        """Take a step within its time; send and return its error."""
        if name in self.job["skip"]:
            return None
        self.send({"step": name})
        error: BaseException | None = None
        said = ""
        try:
            with limited(self.job["seconds"]):
                run(what)
        except TimeUp as late:
            error, said = late, f"took longer than {self.job['seconds']:g} s"
        except BaseException as failed:
            error, said = failed, describe(failed)
        self.send({"step": name, "error": said})
        return error

    def cell(self, source: str) -> None:
        """Run a cell, and set what it has chosen anew; raise its error."""
        variables = self.shell.user_ns
        try:
            result = self.shell.run_cell(source)
            error = result.error_before_exec or result.error_in_exec
        finally:
            for name in self.job["settings"].keys() & variables:
                variables[name] = self.job["settings"][name]
        if error is not None:
            raise error

    def probe(self, name: str) -> None:
        """Look at the attempt of a check, and send what is seen."""
        needs, variables = self.needs[name], self.shell.user_ns
        attempt = self.noted.get(name)
        if attempt is None:
            missing = [n for n in needs if n not in variables]
            if missing:
                self.send({"check": name, "missing": missing})
                return
            attempt = tuple(variables[name] for name in needs)
        seen = self.probes[name](*attempt, seed=self.job["seed"])
        self.send({"check": name, "seen": seen})


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeUp in a step that takes too long, where alarms exist."""

    def end(*_: Any) -> None:
        raise TimeUp

    if os.name != "posix":  # the grader ends the process
        yield
        return
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def describe(error: BaseException) -> str:
    """Return an error in a line, even if it cannot say what it is."""
    try:
        return f"{type(error).__name__}: {error}"[:500]
    except BaseException:
        return f"{type(error).__name__}"[:500]


def set_limits(job: Job) -> None:
    """Limit what this process may use, where the system can."""
    if os.name != "posix":
        return
    import resource

    megabytes = job["memory"]
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": int(job["cpu"]) + 1,
        "RLIMIT_FSIZE": 64 << 20,
        "RLIMIT_NOFILE": 256,
    }
    if job["isolated"]:  # elsewhere it counts all that the user runs
        limits["RLIMIT_NPROC"] = 256
    used = Path("/proc/self/statm")
    if used.exists():  # PyTorch alone takes address space by the gigabyte
        taken = int(used.read_text().split()[0]) * resource.getpagesize()
        limits["RLIMIT_AS"] = taken + (megabytes << 20)
    for name, value in limits.items():
        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            value = min(value, most)
        resource.setrlimit(kind, (value, value))


def make_fence(job: Job) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that keeps code to its folder, and to Python.

    It is the second line, for systems where a process cannot be isolated:
    Python asks it before it acts, and code that goes around Python does not.
    """
    real, decode = os.path.realpath, os.fsdecode
    own, package = real(job["scratch"]), real(job["package"])
    shown = [real(place) for place in job["readable"]]
    kit, null = real(job["kit"]), real(os.devnull)
    shown += [kit, own, null, "/dev/urandom", f"/proc/{os.getpid()}"]
    starts, looks, changes = STARTS, LOOKS, CHANGES

    def within(place: str, folder: str) -> bool:
        return place == folder or place.startswith(folder + os.sep)

    def may_read(place: str) -> bool:
        if within(place, package) and not within(place, kit):
            return False
        return any(within(place, folder) for folder in shown)

    def fence(event: str, args: tuple[Any, ...]) -> None:
        if event in starts:
            raise PermissionError(f"{event} is not allowed while graded")
        if event != "open" and event not in looks and event not in changes:
            return
        writes = event in changes or (
            event == "open" and bool((args[2] or 0) & WRITES)
        )
        for path in args[:2] if event in changes else args[:1]:
            if not isinstance(path, str | bytes | os.PathLike):
                continue
            place = real(decode(path))
            may = within(place, own) if writes else may_read(place)
            if not may and place != null:
                raise PermissionError(f"{place} is not there while graded")

    return fence


if __name__ == "__main__":
    main()
