"""The graphs of real projects: every revision as the target of an upgrade from empty, and back to base, as in Alembic."""

import shutil
import tempfile
from pathlib import Path

import corpora
import pytest
from graphs import Graph
from rev import binary
from sides import AlembicSide, RevSide, temporary_parent

# With sanitizers only every eighth revision is the target; on a long graph Alembic goes to every eighth only.
STRIDE = 8
LONG = 100


def load(name):
    """The corpus in an order in which each revision comes after what it needs, with scripts that record themselves."""
    revisions = {revision.id: revision for revision in corpora.load(name)}
    needs = corpora.full_parents(revisions.values())
    ordered = {}
    while len(ordered) < len(revisions):
        for id in revisions.keys() - ordered.keys():
            if all(needed in ordered for needed in needs[id]):
                ordered[id] = revisions[id]
    for id, revision in ordered.items():
        revision.up = [f"INSERT INTO journal (step) VALUES ('up {id}')"]
        revision.down = [f"INSERT INTO journal (step) VALUES ('down {id}')"]
    return Graph(ordered.values())


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="rev-corpora-", dir=temporary_parent()))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def both(folder, request):
    graph = load(request.param)
    rev, alembic = RevSide(binary(), folder, graph.revisions), AlembicSide(folder, graph.revisions)
    yield graph, rev, alembic
    rev.close()
    alembic.close()


def check_order(graph, ids):
    place = {id: number for number, id in enumerate(ids)}
    for id in ids:
        assert all(place[needed] < place[id] for needed in graph.needs[id] if needed in place), ids


def check_steps(graph, outcome, direction, target):
    """All that the target needs, once each, in this direction; the order in which it went up or could have."""
    assert outcome.is_ok, outcome
    assert {step[0] for step in outcome.steps} == {direction}
    order = [id for _, id in outcome.steps]
    assert sorted(order) == sorted(graph.full_below[target])
    check_order(graph, order if direction == "up" else order[::-1])


def check_up(graph, outcome, target):
    check_steps(graph, outcome, "up", target)
    assert outcome.rows == {target}


def check_down(graph, outcome, target):
    check_steps(graph, outcome, "down", target)
    assert outcome.rows == set()


@pytest.mark.parametrize("both", sorted(corpora.EXPECTED), indirect=True)
def test_every_revision_from_empty_and_back(both, is_sanitized):
    graph, rev, alembic = both
    targets = graph.ids[:: STRIDE if is_sanitized else 1]
    for_alembic = graph.ids[::STRIDE] if len(graph.ids) > LONG else targets
    for side, target in [(rev, id) for id in targets] + [(alembic, id) for id in for_alembic]:
        check_up(graph, side.run("upgrade", target), target)
        check_down(graph, side.run("downgrade", "base"), target)
