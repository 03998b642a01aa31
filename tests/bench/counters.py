"""What is counted rather than timed, each in a run of its own, since counting slows a command down.

A counter gets a task, one of its commands and the environment, and says how many. What it needs and does not find makes
it Skipped.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from measure import Failed, Skipped
from proxy import CountingProxy

SERVER = re.compile(r"@127\.0\.0\.1:(\d+)/")


def _need(program):
    if not shutil.which(program):
        raise Skipped(f"{program} is not installed")
    return program


def _run(task, command, environment):
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        raise Failed(f"{task.name} ended with exit status {done.returncode}\n{said[-2000:]}")
    return said


def trips(task, command, environment):
    """Round trips to the server after connecting."""
    found = [match for word in command if (match := SERVER.search(word))]
    if not found:
        return 0
    with CountingProxy(int(found[0].group(1))) as proxy:
        _run(task, [SERVER.sub(f"@127.0.0.1:{proxy.port}/", word) for word in command], environment)
    return proxy.trips


def _system_calls(task, command, environment, names):
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "calls"
        strace = [_need("strace"), "-f", "-c", "-U", "calls,name", "-e", f"trace={names}", "-o", str(table)]
        _run(task, [*strace, *command], environment)
        rows = (line.split() for line in table.read_text().splitlines())
        return sum(int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit() and row[1] != "total")


def fsyncs(task, command, environment):
    return _system_calls(task, command, environment, "fsync,fdatasync")


def calls(task, command, environment):
    """System calls of reading files, all kinds of them."""
    return _system_calls(task, command, environment, "openat,openat2,open,read,pread64,fstat,newfstatat,statx,close")


def instructions(task, command, environment):
    """As callgrind counts them: the same on every machine with the same libraries, whatever else it has to do."""
    callgrind = [_need("valgrind"), "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    if task.inside:
        callgrind.append(f"--toggle-collect={task.inside}")
    return int(re.search(r"Collected : (\d+)", _run(task, [*callgrind, *command], environment)).group(1))


COUNTERS = {counter.__name__: counter for counter in (trips, fsyncs, calls, instructions)}


def count(measure, task, environment):
    task.prepare()
    total = sum(COUNTERS[measure](task, command, environment) for command in task.commands)
    task.check()
    return total
