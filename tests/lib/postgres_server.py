"""A private PostgreSQL server: made for one test run, gone after it.

As a context manager:

    with PostgresServer() as server:
        url = server.url("postgres")

or around a command, which finds the address in REV_TEST_PG_URL:

    python3 tests/lib/postgres_server.py run -- meson test -C build/test

The server never runs as root, listens on 127.0.0.1 and on a socket in its own folder, and ends with
the process that started it, however that one ends.
"""

import atexit
import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUPERUSER = "rev_test"
# A role that must give a password over TCP; everyone else is trusted.
PASSWORD_ROLE = "rev_secretive"

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "logging_collector": "off",
    "log_statement": "none",
    "lc_messages": "C",
    "timezone": "UTC",
}


class PostgresMissing(Exception):
    """No PostgreSQL server is installed here."""


def find_binaries():
    """The newest folder that holds initdb and postgres."""

    def version(path):
        return [int(part) for part in re.findall(r"\d+", str(path))]

    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    initdb = shutil.which("initdb")
    if initdb:
        candidates.append(Path(initdb).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing("no initdb and postgres found; install PostgreSQL's server (Debian: postgresql)")


def server_account():
    """The account that runs the server when we are root: PostgreSQL refuses to run as root itself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing("running as root, and neither postgres nor nobody exists to run the server")


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    """Linux: ask the kernel to stop the server (SIGINT: fast shutdown) if we are killed outright."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGINT, 0, 0, 0)
    except (OSError, AttributeError):
        pass


class PostgresServer:
    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}
        self.binaries = find_binaries()
        self.account = server_account()
        self.folder = None
        self.process = None
        self.port = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def url(self, database, user=SUPERUSER, password=None):
        login = user if password is None else f"{user}:{password}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def start(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rev-pg-"))
        atexit.register(self.stop)
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self._initialise()
        for attempt in range(5):
            self.port = free_port()
            if self._launch():
                return
        raise RuntimeError("the PostgreSQL server does not start:\n" + self._log_tail())

    def stop(self):
        """Fast shutdown, then immediate, then the axe; safe to call twice."""
        process, self.process = self.process, None
        if process and process.poll() is None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(number)
                try:
                    process.wait(timeout=20)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        atexit.unregister(self.stop)

    def restart(self, mode):
        """The same data and port. "fast" ends every session properly, "immediate" is a crash."""
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self.process.wait(timeout=60)
        if not self._launch():
            raise RuntimeError("the PostgreSQL server does not come back:\n" + self._log_tail())

    def _as_account(self):
        options = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "env": self._environment()}
        if self.account:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        return options

    @staticmethod
    def _environment():
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        kept.update(LC_ALL="C", TZ="UTC")
        return kept

    def _initialise(self):
        command = [
            str(self.binaries / "initdb"), "--pgdata", str(self.folder / "data"), "--username", SUPERUSER,
            "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **self._as_account()
        )
        if done.returncode:
            raise RuntimeError("initdb failed:\n" + done.stdout)
        hba = self.folder / "data" / "pg_hba.conf"
        rules = [
            f"host all {PASSWORD_ROLE} 127.0.0.1/32 scram-sha-256",
            "local all all trust",
            "host all all 127.0.0.1/32 trust",
        ]
        hba.write_text("\n".join(rules) + "\n")

    def _launch(self):
        command = [
            str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder),
            "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
        ]  # fmt: skip
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent, start_new_session=True,
                **self._as_account()
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self._accepts():
                return True
            time.sleep(0.05)
        self.process.kill()
        self.process.wait()
        return False

    def _accepts(self):
        # The second line group of postmaster.pid ends in "ready" once sessions are welcome.
        try:
            status = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(status) >= 8 and status[7].strip() == "ready"

    def _log_tail(self):
        try:
            return (self.folder / "server.log").read_text(errors="replace")[-2000:]
        except OSError:
            return "(no log)"


def exit_on_signals():
    """SIGTERM and SIGHUP end Python with an exception, so that every `finally` and atexit runs."""

    def leave(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def main(arguments):
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print("usage: postgres_server.py run -- COMMAND [ARGUMENT…]", file=sys.stderr)
        return 2
    exit_on_signals()
    with PostgresServer() as server:
        environment = dict(os.environ, REV_TEST_PG_URL=server.url("postgres"))
        child = subprocess.Popen(arguments[2:], env=environment)
        try:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (PostgresMissing, RuntimeError) as error:
        sys.exit(f"postgres_server.py: {error}")
