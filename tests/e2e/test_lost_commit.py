"""A connection that is lost while COMMIT is on its way: what happened is read, not guessed."""

import pytest
from projects import Project, Revision, line
from proxy import CuttingProxy


def through(tmp_path, postgresql, proxy):
    url = (
        postgresql.url.replace(f":{postgresql.server.port}/", f":{proxy.port}/") + "?sslmode=disable&gssencmode=disable"
    )
    return Project(tmp_path / "project", url)


def test_it_was_committed(tmp_path, postgresql):
    with CuttingProxy(postgresql.server.port, b"COMMIT\0", after=True) as proxy:
        project = through(tmp_path, postgresql, proxy).add(*line("a1", "b2"))
        project.rev("upgrade", "head").ok("was committed")
        assert proxy.cuts == 1
    assert postgresql.rows() == ["b2"]
    assert postgresql.log() == [("a1", "upgrade", "done"), ("b2", "upgrade", "done")]


def test_it_was_not_committed(tmp_path, postgresql):
    with CuttingProxy(postgresql.server.port, b"COMMIT\0", after=False) as proxy:
        project = through(tmp_path, postgresql, proxy).add(*line("a1", "b2"))
        project.rev("upgrade", "head").fails(1, "was not committed", "Run the command again").says_not("not known")
        assert proxy.cuts == 1 and not postgresql.has("t_a1")
        project.rev("upgrade", "head").ok()
    assert postgresql.rows() == ["b2"]


@pytest.mark.parametrize("after", [True, False])
def test_in_a_statement_by_statement_step(tmp_path, postgresql, after):
    """There the log knows: the next run continues from it."""
    with CuttingProxy(postgresql.server.port, b"COMMIT\0", after=after) as proxy:
        project = through(tmp_path, postgresql, proxy)
        project.add(
            Revision(
                "a1",
                up=["CREATE TABLE one (id integer)", "INSERT INTO one VALUES (1)"],
                extra={"transactional": "false"},
            )
        )
        project.rev("upgrade", "head").fails(1)
        result = project.rev("upgrade", "head")
        if result.status == 5:
            project.rev("resolve", "a1", "--continue").ok()
        else:
            result.ok()
    assert postgresql.query("SELECT id FROM one") == [(1,)]
    assert postgresql.rows() == ["a1"]
