"""Scenario 7: the graphs of real projects give the heads, bases, branch and merge points that are known of them."""

import re

import corpora
import pytest
from projects import Project

NAMES = sorted(corpora.EXPECTED)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Each corpus as a project, written once."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = Project(tmp_path_factory.mktemp(name)).add(*corpora.load(name))
        return made[name]

    return get


def ids(lines):
    return sorted(text.split()[0] for text in lines if text and not text[0].isspace())


def expected(name, kind):
    return sorted(corpora.EXPECTED[name][kind].split())


@pytest.mark.parametrize("name", NAMES)
def test_heads(written, name):
    assert ids(written(name).rev("heads").ok().lines) == expected(name, "heads")


@pytest.mark.parametrize("name", NAMES)
def test_bases_and_merge_points(written, name):
    history = written(name).rev("history").ok().lines
    assert len(history) == corpora.EXPECTED[name]["revisions"]
    bases = [re.search(r"-> (\w+)", text).group(1) for text in history if text.startswith("<base>")]
    assert sorted(bases) == expected(name, "bases")
    merges = [re.search(r"-> (\w+)", text).group(1) for text in history if "(mergepoint)" in text]
    assert sorted(merges) == expected(name, "merge_points")


@pytest.mark.parametrize("name", NAMES)
def test_branch_points(written, name):
    lines = written(name).rev("branches").ok().lines
    assert ids(lines) == expected(name, "branch_points")


@pytest.mark.parametrize("name", NAMES)
def test_history_has_every_parent_below_its_child(written, name):
    """Newest first: whatever a revision needs comes on a later line."""
    history = written(name).rev("history").ok().lines
    place = {re.search(r"-> (\w+)", text).group(1): number for number, text in enumerate(history)}
    for child, parents in corpora.full_parents(corpora.load(name)).items():
        for parent in parents:
            assert place[parent] > place[child], f"{parent} must come after {child}"


@pytest.mark.parametrize("name", NAMES)
def test_up_and_down_on_a_database(written, db, name):
    project = written(name)
    tables = sorted(f"t_{revision.id}" for revision in corpora.load(name))

    project.rev("upgrade", "heads", "--url", db.url).ok()
    assert db.tables() == tables
    assert db.rows() == corpora.real_heads(corpora.load(name))

    project.rev("downgrade", "base", "--url", db.url).ok()
    assert db.tables() == []
    assert db.rows() == []


def test_id_that_looks_like_a_number_stays_text(written):
    (line,) = written("airflow").rev("history", "-r", "4446e08588:4446e08588").ok().lines
    assert "-> 4446e08588" in line


def test_labels_of_neutron(written):
    lines = written("neutron-fwaas").rev("heads").ok().lines
    assert sorted(line for line in lines if line) == [
        "1007f519ea46 (contract) (head)",
        "2a0d33e9ef63 (expand) (head)",
    ]
