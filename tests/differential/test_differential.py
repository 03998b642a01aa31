"""rev against Debian's Alembic on random graphs; `run.py` does the same by hand, in any number."""

import pytest
from rev import binary
from run import run_rounds

GRAPHS_A_TEST = 50

pytestmark = pytest.mark.filterwarnings("ignore")  # Alembic's, of what it should refuse


@pytest.mark.parametrize("first", range(1, 501, GRAPHS_A_TEST))
def test_same_as_alembic(first, total, is_sanitized):
    report = run_rounds(GRAPHS_A_TEST // 5 if is_sanitized else GRAPHS_A_TEST, first, binary())
    total.add(report)
    total.seconds += report.seconds
    assert not report.failures, "\n".join(report.failures[:5])
