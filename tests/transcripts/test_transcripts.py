"""Runs each transcript (a shell session with its expected output) with cram; the difference is the report.

After a wanted change of output: cram3 -i tests/transcripts/NAME.t, with REV_BINARY set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "lib"))

import rev  # noqa: E402


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.t")))
def test_transcript(name, tmp_path):
    # cram leaves NAME.t.err beside a transcript that failed: it works on a copy.
    for path in [FOLDER / f"{name}.t", FOLDER / "setup.sh"]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    environment = dict(os.environ, REV_BINARY=str(rev.binary()))
    command = [sys.executable, "-m", "cram", "--shell=/bin/sh", str(tmp_path / f"{name}.t")]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
