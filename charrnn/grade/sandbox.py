"""Start workers, watch them, and end them.

On Linux, where the system lets us, a worker lives in namespaces of its own:
it has no network, sees no other process, and its file system holds Python,
the kit, and a folder to write in, and nothing else.
"""

import json
import os
import queue
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from charrnn import kit
from charrnn.grade.rubric import Limits

Message = dict[str, Any]

STARTUP = 60  # seconds until Python and PyTorch are there, at most
GRACE = 3  # seconds that a worker has to end a step by itself
TRIES = 4  # of one notebook, each without the step that ended the last
STEP = re.compile(r"code cell \d{1,4}|check \w{1,40}")
SENT = 64 << 20  # bytes that a worker may send
SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/System", "/Library",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime",
)  # fmt: skip
# Root is set up from nothing, and then all rights to change it are dropped.
# The shell stays as the first process, which what it starts cannot end.
ISOLATE = """
set -e; umask 022
root=$1; package=$2; scratch=$3; user=$4; shift 4
mount -t tmpfs -o size=4m,mode=755 tmpfs "$root"
show() {
    if [ -d "$1" ]; then mkdir -p "$root$1"
    else mkdir -p "$root${1%/*}"; [ -e "$root$1" ] || : >"$root$1"; fi
    mount --rbind "$1" "$root$1"
}
while [ "$1" != -- ]; do
    show "$1"; mount -o remount,bind,ro "$root$1"; shift
done
shift
for device in null zero random urandom; do show "/dev/$device"; done
if [ -d "$root$package" ]; then mount -t tmpfs tmpfs "$root$package"; fi
mkdir -p "$root/proc" "$root/old" "$root$scratch"
mount -t proc proc "$root/proc" || true
mount -t tmpfs -o size=256m,nr_inodes=20k,mode=1777 tmpfs "$root$scratch"
pivot_root "$root" "$root/old"
cd "$scratch"; umount -l /old; mount -o remount,bind,ro /
setpriv $user --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
exit $?
"""
NAMESPACES = ("--net", "--pid", "--ipc", "--uts", "--mount")
BECOME_NOBODY = "--reuid=65534 --regid=65534 --clear-groups"


class Stopped(Exception):
    """Say that the grading was stopped."""


@dataclass
class Outcome:
    """Hold what a worker sent, and what became of its steps."""

    seen: dict[str, Any] = field(default_factory=dict)  # of each check
    missing: dict[str, Any] = field(default_factory=dict)  # variables
    errors: dict[str, str] = field(default_factory=dict)  # of each step
    notes: list[str] = field(default_factory=list)
    end: str = ""  # why the notebook was ended, if it was


class Sandbox:
    """Run jobs in processes of their own, isolated or not."""

    def __init__(self, limits: Limits, isolated: bool) -> None:
        self.limits, self.isolated = limits, isolated
        self.kit, self.running = (
            kit.pack(judges=False),
            set[subprocess.Popen[bytes]](),
        )
        self.stopped = threading.Event()

    def run(self, job: Message) -> Outcome:
        """Run a job, again without a step that ended its process.

        Raises OSError if a worker does not start, and Stopped.
        """
        deadline = time.monotonic() + self.limits.notebook
        outcome, ended = Outcome(), dict[str, str]()
        for _ in range(TRIES):
            for last in (outcome.errors, outcome.missing, outcome.notes):
                last.clear()
            job = job | {"skip": [*ended]}
            step, why = self.run_once(job, outcome, deadline)
            if not why:
                break
            ended[step] = why
            if time.monotonic() > deadline or not step:
                outcome.end = why
                break
        else:
            outcome.end = f"ended {TRIES} times, and not run once more"
        outcome.errors |= ended
        return outcome

    def run_once(
        self, job: Message, outcome: Outcome, deadline: float
    ) -> tuple[str, str]:
        """Run a job.

        Returns the step that was taken when the process ended, and why it
        ended, "" if it had come to its end.
        """
        step, seconds, started = "", float(STARTUP), False
        with self.worker(job) as messages:
            while True:
                left = deadline - time.monotonic() if started else seconds
                try:
                    message = messages.get(timeout=max(0, min(seconds, left)))
                except queue.Empty:
                    if not started:
                        raise OSError("a worker did not start") from None
                    if seconds <= left:
                        return step, f"took longer than {self.limits.cell:g} s"
                    limit = self.limits.notebook
                    return step, f"the notebook took longer than {limit:g} s"
                if self.stopped.is_set():
                    raise Stopped
                if not isinstance(message, dict):
                    if not started:
                        raise OSError(f"a worker did not start: {message}")
                    return step, "ended the process"
                if message.get("done"):
                    return "", ""
                if message.get("ready"):
                    started, seconds = True, self.limits.cell + GRACE
                step = note(message, outcome) or step

    @contextmanager
    def worker(self, job: Message) -> Iterator["queue.Queue[Any]"]:
        """Start a worker with a job; give its messages, and end it."""
        with tempfile.TemporaryDirectory(
            prefix="grade-", ignore_cleanup_errors=True
        ) as name:
            folder = Path(name).resolve()
            job = job | self.prepare(folder)
            process = self.start(job, folder)
            messages: queue.Queue[Any] = queue.Queue()
            listener = threading.Thread(
                target=listen,
                args=(process.stdout, messages, str(folder)),
                daemon=True,
            )
            listener.start()
            try:
                with suppress(OSError):  # the messages say what is wrong
                    assert process.stdin is not None
                    process.stdin.write(json.dumps(job).encode() + b"\n")
                    process.stdin.flush()
                yield messages
            finally:
                self.end(process)
                listener.join(5)

    def prepare(self, folder: Path) -> Message:
        """Unpack the kit in a folder; return what a job says of places."""
        for name in ("kit", "scratch", "root"):
            (folder / name).mkdir()
        with zipfile.ZipFile(BytesIO(self.kit)) as archive:
            archive.extractall(folder / "kit")
        shutil.copy(Path(__file__).with_name("worker.py"), folder / "kit")
        (folder / "kit" / "fonts").mkdir()
        for file in find_fonts():
            shutil.copy(file, folder / "kit" / "fonts")
        for place in [folder / "kit", *(folder / "kit").rglob("*")]:
            place.chmod(0o755)  # another user may read it
        return {
            "kit": str(folder / "kit"),
            "scratch": str(folder / "scratch"),
            "package": str(kit.PACKAGE),
            "path": libraries(),
            "readable": readable(),
            "seconds": self.limits.cell,
            "cpu": self.limits.notebook + STARTUP,
            "memory": self.limits.memory,
            "isolated": self.isolated,
        }

    def start(self, job: Message, folder: Path) -> subprocess.Popen[bytes]:
        """Start the process of a worker."""
        code = str(folder / "kit" / "worker.py")
        command = [sys.executable, "-P", "-s", "-B", code]
        if self.isolated:
            command = isolate(command, job, folder)
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=folder / "scratch",
            env=environment(job["scratch"]), start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip
        self.running.add(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a worker, and all processes of its group."""
        kill(process)
        process.wait()
        self.running.discard(process)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()

    def stop(self) -> None:
        """End all workers, and let no other begin."""
        self.stopped.set()
        for process in list(self.running):
            kill(process)


def note(message: Message, outcome: Outcome) -> str:
    """Note what a worker says; return the step that it begins or ends.

    What no worker would say by itself is passed over.
    """
    check, step = str(message.get("check")), str(message.get("step"))
    if "seen" in message:
        outcome.seen[check] = message["seen"]
    if "missing" in message:
        outcome.missing[check] = message["missing"]
    if "note" in message and len(outcome.notes) < 20:
        outcome.notes.append(str(message["note"]))
    if not STEP.fullmatch(step):
        return ""
    if "error" in message:
        outcome.errors.pop(step, None)
        if message["error"] and len(outcome.errors) < 500:
            outcome.errors[step] = str(message["error"])
    return step


def listen(pipe: IO[bytes], messages: "queue.Queue[Any]", folder: str) -> None:
    """Read the messages of a worker, and at the end its last other line.

    The name of its folder is left out: it is another one each time.
    """
    last, size = "it said nothing", 0
    hidden = json.dumps(folder)[1:-1].encode()
    with suppress(OSError, ValueError):
        while size < SENT and (line := pipe.readline(SENT)):
            size += len(line)
            try:
                message = json.loads(line.replace(hidden, b""))
            except (ValueError, RecursionError):
                if b"dmesg" not in line:  # which mount says at its end
                    last = line.decode("utf-8", "replace").strip()[-300:]
                continue
            if isinstance(message, dict):
                messages.put(message)
    messages.put(last)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker, and where the system knows groups, its group."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def isolate(command: list[str], job: Message, folder: Path) -> list[str]:
    """Return the command that runs another one in namespaces of its own."""
    root = os.geteuid() == 0
    become = () if root else ("--user", "--map-root-user")
    return [
        "unshare", *become, *NAMESPACES, "--fork", "--kill-child",
        "sh", "-c", ISOLATE, "sh", str(folder / "root"), job["package"],
        job["scratch"], BECOME_NOBODY if root else "",
        *job["readable"], job["kit"], "--", *command,
    ]  # fmt: skip


def environment(scratch: str) -> dict[str, str]:
    """Return the variables of a worker: none that may hold a secret."""
    kept = ("SYSTEMROOT", "CHARRNN_CORPUS")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": scratch, "USERPROFILE": scratch, "TMPDIR": scratch,
        "TEMP": scratch, "TMP": scratch, "USER": "student",
        "IPYTHONDIR": str(Path(scratch, ".ipython")),
        "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(Path(scratch, ".mpl")),
        "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1",
        "TQDM_DISABLE": "1",
    }  # fmt: skip


@cache
def find_fonts() -> list[Path]:
    """Return Matplotlib's lists of fonts, which take long to make."""
    import matplotlib.font_manager  # makes one, if there is none

    return list(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


def libraries() -> list[str]:
    """Return where the grader finds packages, without those of a project."""
    ends = ("site-packages", "dist-packages")
    return [place for place in sys.path if place.endswith(ends)]


def readable() -> list[str]:
    """Return what a worker may read: Python, its libraries, the system's."""
    wanted = [
        *SYSTEM, sys.prefix, sys.base_prefix, os.path.realpath(sys.executable),
        *libraries(), *site.getsitepackages(), os.environ.get("SYSTEMROOT"),
        os.environ.get("CHARRNN_CORPUS"),
    ]  # fmt: skip
    places = [Path(place) for place in wanted if place]
    return [
        str(place)
        for place in dict.fromkeys(places)
        if place.exists() and not set(place.parents) & set(places)
    ]
