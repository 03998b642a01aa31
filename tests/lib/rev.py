"""Runs the real `rev` binary and looks at what a person would see: exit status, stdout, stderr."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TIMEOUT = 120

# What would reach into the tests from the outside.
FOREIGN_VARIABLES = ("DATABASE_URL", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR")
FOREIGN_PREFIXES = ("PG", "REV_")


def binary():
    """REV_BINARY, or the newest build of this work tree."""
    given = os.environ.get("REV_BINARY")
    if given:
        return Path(given).resolve()
    built = sorted(REPOSITORY.glob("build*/**/src/rev"), key=lambda path: path.stat().st_mtime)
    built = [path for path in built if path.is_file() and os.access(path, os.X_OK)]
    if not built:
        raise RuntimeError("no rev binary: set REV_BINARY, or run tests/run.sh")
    return built[-1]


def fault_binary():
    """rev with a driver whose n-th call goes wrong, see tests/fault/fault.c."""
    found = binary().parent.parent / "tests" / "rev-fault"
    if not found.is_file():
        raise RuntimeError(f"no {found}: build with -Dtests=true")
    return found


def clean_environment(**changes):
    """The environment without what could configure rev; a change to None removes the variable."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_VARIABLES and not name.startswith(FOREIGN_PREFIXES)
    }
    environment.update({"LC_ALL": "C.UTF-8", "TERM": "dumb"})
    for name, value in changes.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = str(value)
    return environment


SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def default_signals():
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def before_start():
    """A shell starts background jobs with SIGINT ignored; rev is to have it as at a terminal. Where nothing is ignored
    there is nothing to do, and starting is several times faster."""
    is_ignored = any(signal.getsignal(number) == signal.SIG_IGN for number in SIGNALS)
    return default_signals if is_ignored else None


class Result:
    """One finished run. The assertions print the whole session when they fail."""

    def __init__(self, arguments, status, stdout, stderr, seconds):
        self.arguments = arguments
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds
        self._check_health()

    def __repr__(self):
        shown = " ".join(shlex.quote(str(argument)) for argument in self.arguments)
        return f"$ rev {shown}\n[exit {self.status}]\n--- stdout\n{self.stdout}--- stderr\n{self.stderr}---"

    def _check_health(self):
        for sign in ("AddressSanitizer", "LeakSanitizer", "runtime error:", "UndefinedBehavior"):
            assert sign not in self.stderr, f"sanitizer finding\n{self}"
        assert self.status not in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE), self

    @property
    def lines(self):
        return self.stdout.splitlines()

    def ok(self, *parts):
        """Exit 0; each part occurs somewhere in the output."""
        assert self.status == 0, self
        return self.says(*parts)

    def fails(self, status, *parts):
        """This exit status, a word about it on stderr, and each part there."""
        assert self.status == status, f"expected exit {status}\n{self}"
        assert self.stderr.strip(), f"failed without a word\n{self}"
        for part in parts:
            assert part.lower() in self.stderr.lower(), f"stderr lacks {part!r}\n{self}"
        return self

    def says(self, *parts):
        text = (self.stdout + self.stderr).lower()
        for part in parts:
            assert part.lower() in text, f"output lacks {part!r}\n{self}"
        return self

    def says_not(self, *parts):
        text = (self.stdout + self.stderr).lower()
        for part in parts:
            assert part.lower() not in text, f"output has {part!r}\n{self}"
        return self


class Rev:
    """`rev` in one working directory with one environment; `program` is another build of it."""

    def __init__(self, directory, program=None, **environment):
        self.directory = Path(directory)
        self.program = program
        self.environment = environment

    def start(self, *arguments, env=None, cwd=None, **options):
        """A running process, for tests that need two at once."""
        return subprocess.Popen(
            [str(self.program or binary()), *map(str, arguments)],
            cwd=cwd or self.directory,
            env=clean_environment(**{**self.environment, **(env or {})}),
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            preexec_fn=before_start(),
            **options,
        )

    def __call__(self, *arguments, timeout=TIMEOUT, **options):
        return finish(self.start(*arguments, **options), arguments, timeout)


def finish(process, arguments=(), timeout=TIMEOUT):
    """Waits for a started process and turns it into a Result."""
    started = time.monotonic()
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        shown = (stdout or b"").decode("utf-8", "replace") + (stderr or b"").decode("utf-8", "replace")
        raise AssertionError(f"rev {arguments} still ran after {timeout} s\n{shown}") from None
    return Result(
        arguments,
        process.returncode,
        (stdout or b"").decode("utf-8", "replace"),
        (stderr or b"").decode("utf-8", "replace"),
        time.monotonic() - started,
    )


def have(*programs):
    return all(shutil.which(program) for program in programs)
