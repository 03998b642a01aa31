"""Counts over all tests here: the table is printed at the end of the run."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "lib")]

from run import Report  # noqa: E402

TOTAL = Report()


def pytest_configure():
    """SIGTERM ends the run as Ctrl-C does: folders are removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def total():
    return TOTAL


@pytest.fixture(scope="session")
def is_sanitized():
    """A binary with sanitizers is several times slower, and need not do all that the plain one does."""
    return "ASAN_OPTIONS" in os.environ


def pytest_terminal_summary(terminalreporter):
    if TOTAL.graphs:
        terminalreporter.section("rev and Alembic on random graphs")
        terminalreporter.write_line(str(TOTAL))
