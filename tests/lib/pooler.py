"""pgbouncer in front of a PostgreSQL server, in transaction mode: each transaction of a client may get another session.

    with Pooler(server) as pooler:
        url = pooler.url("test_1")

It asks for no password, listens on 127.0.0.1, never runs as root, and ends with the process that started it.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from postgres_server import SUPERUSER, die_with_parent, free_port, server_account


class PoolerMissing(Exception):
    """pgbouncer is not installed here."""


def find_pgbouncer():
    found = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise PoolerMissing("no pgbouncer found; install it (Debian: pgbouncer)")
    return found


CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
server_lifetime = 3600
"""


class Pooler:
    def __init__(self, server, mode="transaction", size=10):
        self.server = server
        self.mode = mode
        self.size = size
        self.account = server_account()
        self.folder = None
        self.process = None
        self.port = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rev-pooler-"))
        self.folder.chmod(0o755)
        for _attempt in range(5):
            self.port = free_port()
            if self._launch():
                return self
        log = (self.folder / "log").read_text(errors="replace")
        self.__exit__()
        raise RuntimeError("pgbouncer does not start:\n" + log[-2000:])

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def _launch(self):
        configuration = self.folder / "pgbouncer.ini"
        configuration.write_text(
            CONFIGURATION.format(
                server=self.server.port, user=SUPERUSER, port=self.port, mode=self.mode, size=self.size
            )
        )
        options = {"cwd": "/", "stdin": subprocess.DEVNULL, "preexec_fn": die_with_parent, "start_new_session": True}
        if self.account:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [find_pgbouncer(), str(configuration)], stdout=log, stderr=subprocess.STDOUT, **options
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.05)
        self.process.kill()
        self.process.wait()
        return False
