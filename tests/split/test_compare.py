"""rev splits scripts as psql does: against what psql sends, and against what a real server logs for both."""

import re
import subprocess
from pathlib import Path

import pytest
import rev as rev_library
from compare import Comparison, compare, run_rev
from projects import Project, Revision

FOLDER = Path(__file__).resolve().parent


def scripts(name):
    found = sorted((FOLDER / name).glob("*.sql"))
    assert found
    return [pytest.param(path, id=path.stem) for path in found]


@pytest.mark.parametrize("path", scripts("scripts") + scripts("unrunnable"))
def test_psql_sends_the_same(fake, tmp_path, path):
    comparison, copied, found = compare(fake, path, tmp_path)
    assert comparison.differences == []
    assert comparison.equal > 0
    # psql sends the line that ends the data, too.
    data = [each for _, _, each in found if each is not None]
    assert data == [re.sub(rb"\\\.\r?\n\Z", b"", each) for each in copied]


@pytest.mark.parametrize("path", scripts("differences"))
def test_where_psql_is_wrong(fake, tmp_path, path):
    """docs/splitting.md says so: psql ends these statements inside a text."""
    comparison, _, found = compare(fake, path, tmp_path)
    assert comparison.differences
    assert found[-1][0] == b"SELECT 2"


def logged(log, application):
    """The statements that sessions of this application_name sent."""
    found = []
    for entry in log.split(b"<<" + application + b">>")[1:]:
        entry = entry.partition(b"\n<<")[0]
        match = re.match(rb"LOG:  (?:statement|execute [^:]*): (.*)", entry, re.S)
        if match:
            # What follows a line's end is indented with a tab.
            found.append(match.group(1).removesuffix(b"\n").replace(b"\n\t", b"\n"))
    return found


def run_psql(database, path):
    return subprocess.run(
        ["psql", "-X", "-q", "-e", "-v", "ON_ERROR_STOP=1", "-1", "-f", str(path), database.url],
        env=rev_library.clean_environment(PGAPPNAME="psql", PGCLIENTENCODING="UTF8"),
        stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
    )  # fmt: skip


FIRST, LAST = b"SELECT 'the script begins'", b"SELECT 'the script ends'"


def between(statements):
    """The script's own statements: what rev does for itself is around them."""
    plain = [text.rstrip(b"; \n") for text in statements]
    assert FIRST in plain and LAST in plain, statements
    return statements[plain.index(FIRST) + 1 : plain.index(LAST)]


def dump(database):
    """All that a script left, and how each table's rows stand."""
    shown = subprocess.run(
        ["pg_dump", "--no-owner", "-T", "alembic_version", "-T", "rev_*", database.url],
        env=rev_library.clean_environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return [line for line in shown.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


@pytest.mark.parametrize("path", scripts("scripts"))
def test_a_server_logs_the_same(server, two_databases, tmp_path, path):
    """The same script through psql and as a revision's up.sql."""
    source = path.read_bytes()
    bom = source[:3] if source.startswith(b"\xef\xbb\xbf") else b""
    script = tmp_path / "script.sql"
    # A semicolon first: the script may have none at its end; behind a newline, since it may end in a comment.
    script.write_bytes(bom + FIRST + b"; " + source[len(bom) :] + b"\n;" + LAST + b";\n")
    for_psql, for_rev = two_databases

    start = len(server.log())
    done = run_psql(for_psql, script)
    assert done.returncode == 0, done.stderr
    sent_by_psql = logged(server.log()[start:], b"psql")

    project = Project(tmp_path / "project", for_rev.url).add(Revision("a1"))
    (project.folder("a1") / "up.sql").write_bytes(script.read_bytes())
    start = len(server.log())
    project.rev("upgrade", "head").ok()
    sent_by_rev = logged(server.log()[start:], b"rev upgrade")

    found = [(text, "plain", None) for text in between(sent_by_rev)]
    comparison = Comparison(between(sent_by_psql), found)
    assert comparison.differences == []
    assert comparison.equal == len(found) > 0
    expected = [text for text, kind, _ in run_rev(script) if kind != "shell"]
    assert between(sent_by_rev) == expected[1:-1]
    assert dump(for_psql) == dump(for_rev)
