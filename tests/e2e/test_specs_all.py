"""Sessions for every rule of what a spec means: drawing, rows before, command, steps that run, rows after."""

import re
import sqlite3

import pytest
from database import PostgresDatabase, SqliteDatabase
from projects import Project, Revision, draw

TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
DIAMOND = "a; b<a; c<a; d<b,c"
FORK = "a; b<a; c<a"
DEPENDENT = "a1; b1 !a1; b2<b1"
LINE = "a1; a2<a1; a3<a2; a4<a3; a5<a4"
TWO = "a1 (L); a2<a1; b1 (M); b2<b1"
PREFIXES = "abcd1; abce2; f"


@pytest.fixture(scope="module")
def shared(server):
    made = PostgresDatabase(server, "specs")
    yield made
    made.drop()


@pytest.fixture
def postgresql(shared):
    shared.clear()
    return shared


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Each drawing as a project whose scripts do nothing, written once."""
    projects = {}

    def get(drawing):
        if drawing not in projects:
            revisions = draw(drawing)
            for revision in revisions:
                revision.up = revision.down = []
            projects[drawing] = Project(tmp_path_factory.mktemp("specs")).add(*revisions)
        return projects[drawing]

    return get


def set_rows(db, names):
    if not db.has("alembic_version"):
        db.execute(TABLE)
    db.execute("DELETE FROM alembic_version", *(f"INSERT INTO alembic_version VALUES ('{name}')" for name in names))


def fresh(tmp_path, names):
    """An SQLite file with these rows, made at once."""
    db = SqliteDatabase(tmp_path / "specs.db")
    connection = sqlite3.connect(db.path, isolation_level=None)
    connection.execute(TABLE)
    connection.executemany("INSERT INTO alembic_version VALUES (?)", [(name,) for name in names])
    connection.close()
    return db


def words(text):
    return text.split()


# drawing | rows | command | steps, in order, or in any order where a rule leaves it open | rows after
RUNS = f"""
{DIAMOND} | b c | upgrade b@+1 | d | d
{DIAMOND} | b | upgrade +1 | c d | d
{DIAMOND} |  | upgrade +1 | a | a
{DIAMOND} | a | upgrade b@+1 | b | b
{DIAMOND} | a | upgrade c@+2 | b c d | d
{DIAMOND} |  | upgrade head | a b c d | d
{DIAMOND} | b | upgrade c | c | b c
{DIAMOND} | d | upgrade a | |  d
{DIAMOND} | d | upgrade base | | d
{DIAMOND} |  | upgrade base | |
{DIAMOND} | d | upgrade head | | d
{DIAMOND} | b c | upgrade d@head | d | d
{DIAMOND} | a | upgrade b | b | b
{DIAMOND} | a | upgrade b@b | b | b
{DIAMOND} | a | upgrade d@c | c | c
{DIAMOND} |  | upgrade base+1 | a | a
{DIAMOND} |  | upgrade a+0 | a | a
{DIAMOND} |  | upgrade b+1 | a b c d | d
{DIAMOND} |  | upgrade b@a+1 | a b | b
{DIAMOND} |  | upgrade c@a+2 | a b c d | d
{FORK} |  | upgrade heads | a b c | b c
{FORK} | b | upgrade heads | c | b c
{FORK} | b | upgrade c | c | b c
{FORK} | b | upgrade b@head | | b
{FORK} |  | upgrade b@head | a b | b
{FORK} |  | upgrade a@heads | a b c | b c
{LINE} |  | upgrade +3 | a1 a2 a3 | a3
{LINE} | a2 | upgrade +1 | a3 | a3
{LINE} |  | upgrade base+2 | a1 a2 | a2
{LINE} | a1 | upgrade head-1 | a2 a3 a4 | a4
{LINE} | a1 | upgrade heads-2 | a2 a3 | a3
{LINE} |  | upgrade a5-3 | a1 a2 | a2
{LINE} | a1 | upgrade a3-1 | a2 | a2
{LINE} | a5 | upgrade a3-1 | | a5
{LINE} | a2 | upgrade a2+0 | | a2
{LINE} | a2 | upgrade a2-0 | | a2
{DEPENDENT} |  | upgrade heads | a1 b1 b2 | b2
{DEPENDENT} |  | upgrade b1 | a1 b1 | b1
{DEPENDENT} | a1 | upgrade b2 | b1 b2 | b2
{DEPENDENT} | b1 | upgrade a1 | | b1
{DEPENDENT} | b1 | upgrade +1 | b2 | b2
a1 (L); a2<a1; b1 !a1 | b1 | upgrade L@+1 | a2 | a2 b1
a1 (L); a2<a1; b1 !L | b1 | upgrade L@+1 | a2 | a2 b1
a1 (L); a2<a1; z1 |  | upgrade L@+1 | a1 | a1
a1 (L); a2<a1; z1 |  | upgrade L@+2 | a1 a2 | a2
a1 (L); a2<a1; z1 | z1 | upgrade L@+1 | a1 | a1 z1
a; b<a (L); c<a | a | upgrade L@+1 | b | b
a; b<a (L); c<a | c | upgrade L@head | b | b c
a (L); b<a; c<a; x !b |  | upgrade L@heads | a b c | b c
a (L); b<a; c<b; x !b |  | upgrade L@heads | a b c | c
{TWO} |  | upgrade L | a1 | a1
{TWO} |  | upgrade L@head | a1 a2 | a2
{TWO} | a1 b1 | upgrade L@+1 | a2 | a2 b1
{TWO} | a2 b1 | upgrade M@head | b2 | a2 b2
{TWO} | a1 b1 | upgrade heads | a2 b2 | a2 b2
{TWO} | a1 | upgrade L+1 | a2 | a2
{TWO} |  | upgrade L@base+1 | a1 | a1
{PREFIXES} |  | upgrade abce | abce2 | abce2
{PREFIXES} |  | upgrade abcd | abcd1 | abcd1
{PREFIXES} |  | upgrade f | f | f
abcd1; xyz12 |  | upgrade a | abcd1 | abcd1
abcd; abcde<abcd |  | upgrade abcd | abcd | abcd
abcdef; gg (abcd) |  | upgrade abcd | gg | gg
aa (feature); bb<aa |  | upgrade feat | aa | aa
aa (feature); bb<aa |  | upgrade feat@head | aa bb | bb
abcd1 (L); abcd2 |  | upgrade L@abcd | abcd1 | abcd1
0012; 12<0012 |  | upgrade 0012 | 0012 | 0012
0012; 12<0012 |  | upgrade 12 | 0012 12 | 12
A; a |  | upgrade a | a | a
a; b<a; c; m<a,b,c |  | upgrade heads | a b c m | m
a; b<a; c; m<b,c !a |  | upgrade heads | a b c m | m
a1; b1; b2<b1 !a1 | a1 b1 | upgrade heads | b2 | b2
a1; a2<a1; b1; b2<b1 !a1 | a2 b1 | upgrade b2 | b2 | a2 b2
{DIAMOND} | b c | downgrade a | b c | a
{DIAMOND} | b c | downgrade b@a | b | c
{DIAMOND} | b c | downgrade b-1 | b c | a
{DIAMOND} | b c | downgrade b@-1 | b | c
{DIAMOND} | d | downgrade b | d | b c
{DIAMOND} | d | downgrade -1 | d | b c
{DIAMOND} | d | downgrade base | d b c a |
{DIAMOND} | b c | downgrade b | | b c
{DIAMOND} | d | downgrade d | | d
{DIAMOND} | d | downgrade head | | d
{DIAMOND} | a | downgrade -1 | a |
{DIAMOND} |  | downgrade base | |
{DIAMOND} | b | downgrade -1 | b | a
{DIAMOND} | b c | downgrade c@-1 | c | b
{DIAMOND} | b c | downgrade a@base | b c a |
{DIAMOND} | d | downgrade b@a | d b | c
{DEPENDENT} | b2 | downgrade b1 | b2 | b1
{DEPENDENT} | b2 | downgrade b2@base | b2 b1 | a1
{DEPENDENT} | b2 | downgrade -2 | b2 b1 | a1
{DEPENDENT} | b2 | downgrade a1@base | b2 b1 a1 |
{DEPENDENT} | b2 | downgrade a1@-1 | b2 b1 a1 |
{DEPENDENT} | b2 | downgrade -1 | b2 | b1
{LINE} | a5 | downgrade -3 | a5 a4 a3 | a2
{LINE} | a5 | downgrade a5-2 | a5 a4 | a3
{LINE} | a5 | downgrade base+2 | a5 a4 a3 | a2
{LINE} | a4 | downgrade head-3 | a4 a3 | a2
{LINE} | a3 | downgrade a1+1 | a3 | a2
{LINE} | a3 | downgrade a3-3 | a3 a2 a1 |
{LINE} | a3 | downgrade -3 | a3 a2 a1 |
{TWO} | a2 b2 | downgrade L@base | a2 a1 | b2
{TWO} | a2 b2 | downgrade L@-1 | a2 | a1 b2
{TWO} | a2 b2 | downgrade L | a2 | a1 b2
{TWO} | a2 | downgrade M@a1 | a2 | a1
{TWO} | a2 b2 | downgrade base | a2 a1 b2 b1 |
{TWO} | a2 b2 | downgrade a2@-2 | a2 a1 | b2
a; b<a; m<a,b; x | m x | downgrade b | m | b x
{FORK} | b c | downgrade c@a | c | b
"""

# drawing | rows | command | what the message says
REFUSALS = f"""
{DIAMOND} | b c | upgrade +1 | +1 b c @+1
{DIAMOND} | a | upgrade +1 | +1 ambiguous b c
{DIAMOND} | d | upgrade +1 | +1
{DIAMOND} | | upgrade +4 | +4
{DIAMOND} | | upgrade +0 | +0
{DIAMOND} | a | upgrade -1 | -1 downgrade
{DIAMOND} | a | upgrade -0 | -0
{DIAMOND} | | upgrade d+1 | d+1
{DIAMOND} | | upgrade a+1 | a+1 b c
{DIAMOND} | | upgrade d-1 | d-1 b c
{DIAMOND} | | upgrade a-1 | a-1 base
{DIAMOND} | | upgrade base-1 | base-1
{DIAMOND} | | upgrade a:b | a:b
{DIAMOND} | | upgrade :b | :b
{DIAMOND} | | upgrade a: | a:
{DIAMOND} | | upgrade b@c | b@c
{DIAMOND} | | upgrade nosuch@head | nosuch
{DIAMOND} | | upgrade nosuch@base | nosuch
{DIAMOND} | | upgrade nosuch@+1 | nosuch
{DIAMOND} | | upgrade heads@head | heads@head
{DIAMOND} | | upgrade head@head | head@head
{DIAMOND} | | upgrade base@head | base@head
{DIAMOND} | | upgrade base@+1 | base@+1
{DIAMOND} | | upgrade current | current
{DIAMOND} | | upgrade current+1 | current
{DIAMOND} | | upgrade a@b@c | a@b@c
{DIAMOND} | | upgrade a++1 | a++1
{DIAMOND} | | upgrade a+1+1 | a+1+1
{DIAMOND} | | upgrade a+ | a+
{DIAMOND} | | upgrade + | +
{DIAMOND} | | upgrade @ | @
{DIAMOND} | | upgrade a@ | a@
{DIAMOND} | | upgrade a-1x | a-1x
{DIAMOND} | | upgrade +1x | +1x
{DIAMOND} | | upgrade a+99999999999999999999 | a+99999999999999999999
{DIAMOND} | | upgrade HEAD | HEAD
{DIAMOND} | | upgrade a;b | a;b
{FORK} | | upgrade head | head b c heads @head merge
{FORK} | | upgrade head-1 | head-1 b c
{FORK} | | upgrade heads-1 | heads-1 b c
{FORK} | | upgrade heads+1 | heads+1
{FORK} | | upgrade a@head | a@head b c
{FORK} | | upgrade a@+2 | b c
a1; b1 !a1 | | upgrade head | head a1 b1
a1; b1 | | upgrade +1 | +1 a1 b1
a1; b1 | | upgrade base+1 | base+1 a1 b1
a (L); b<a; c<a | b c | upgrade L@+1 | L@+1
{PREFIXES} | | upgrade abc | abc abcd1 abce2
{PREFIXES} | | upgrade a | abcd1 abce2
{PREFIXES} | | upgrade abcd2 | abcd2 abcd1
{PREFIXES} | | upgrade ff | ff
abc; xyz1 | | upgrade ab | ab abc
abcd1; xx (abcd9) | | upgrade abcd | abcd1 abcd9
abcd1; abcd2; abcd3; abcd4; abcd5 | | upgrade abcd | abcd
{TWO} | | upgrade L@b1 | L@b1
{TWO} | | upgrade L@M | L@M
{TWO} | | upgrade L@b1+1 | L@b1+1
{TWO} | | upgrade L@a2-2 | L@a2-2
{TWO} | | upgrade M@a2-1 | M@a2-1
{DIAMOND} | b c | downgrade -1 | -1 b@-1 c@-1
{DIAMOND} | d | downgrade -2 | -2 b c
{DIAMOND} | d | downgrade b@-1 | b@-1
{DIAMOND} | d | downgrade d-1 | d-1 b c
{DIAMOND} | a | downgrade -2 | -2
{DIAMOND} | | downgrade -1 | -1
{DIAMOND} | a | downgrade -0 | -0
{DIAMOND} | a | downgrade +1 | +1 upgrade
{DIAMOND} | a | downgrade b | b
{DIAMOND} | b | downgrade c | c
{DIAMOND} | b | downgrade d | d
{DIAMOND} | b | downgrade head | d
{DIAMOND} | b c | downgrade base-1 | base-1
{DIAMOND} | b c | downgrade a:base | a:base
{DIAMOND} | b c | downgrade nosuch | nosuch
{DIAMOND} | b c | downgrade nosuch@base | nosuch
{DIAMOND} | b c | downgrade current | current
{DIAMOND} | b c | downgrade heads@base | heads@base
{DIAMOND} | b c | downgrade a@-1 | a@-1
{FORK} | b c | downgrade head | b c
{FORK} | b | downgrade c@-1 | c@-1
{DEPENDENT} | b2 | downgrade a1 | a1
{DEPENDENT} | b2 | downgrade -3 | -3
{TWO} | a2 b2 | downgrade -1 | a2@-1 b2@-1
{TWO} | a2 | downgrade M@-1 | M@-1
{TWO} | a2 | downgrade L@-3 | L@-3
{DIAMOND} | b | stamp +1 | +1
{DIAMOND} | b | stamp -1 | -1
{DIAMOND} | b | stamp a+1 | a+1
{DIAMOND} | b | stamp d-1 | d-1
{DIAMOND} | b | stamp head-1 | head-1
{DIAMOND} | b | stamp b@+1 | b@+1
{DIAMOND} | b | stamp a b | a
{DIAMOND} | b | stamp base b | base
{DIAMOND} | b | stamp b c d | b overlaps
{DIAMOND} | b | stamp current | current
{DIAMOND} | b | stamp a:b | a:b
{DIAMOND} | b | stamp b@c | b@c
{DIAMOND} | b | stamp nosuch | nosuch
{DIAMOND} | b | stamp b nosuch | nosuch
{FORK} | b | stamp head | b c
{FORK} | b | stamp a@head | b c
a1; b1 !a1 | b1 | stamp head | a1 b1
a1; b1 !a1 | b1 | stamp a1 b1 | a1
"""

# drawing | rows | specs | rows after
STAMPS = f"""
{DIAMOND} | | head | d
{DIAMOND} | | heads | d
{DIAMOND} | d | a | a
{DIAMOND} | a | d | d
{DIAMOND} | d | b | b
{DIAMOND} | d | b c | b c
{DIAMOND} | b | c | b c
{DIAMOND} | b c | base |
{DIAMOND} | | base |
{DIAMOND} | b c | b@base |  c
{DIAMOND} | b c | b | b c
{FORK} | | heads | b c
{FORK} | | b@head | b
{FORK} | b | a@heads | b c
{DEPENDENT} | b2 | b1 | b1
{DEPENDENT} | b2 | a1 | a1
{DEPENDENT} | | heads | b2
a1; a2<a1; b1; b2<b1 | a1 b1 | a2 b1 | a2 b1
a1; a2<a1; b1; b2<b1; q | a1 b1 q | heads | a2 b2 q
a1; a2<a1; b1; b2<b1; q | a2 b2 q | a1 b1 | a1 b1 q
{TWO} | a2 b2 | a1 b1 | a1 b1
{TWO} | a2 b2 | L@base | b2
{TWO} | a2 b2 | M | a2 b1
{TWO} | a1 | M@head | a1 b2
a1; b1 !a1; a2<a1 | b1 | a2 | a2 b1
a1; b1 !a1; a2<a1 | a2 b1 | b1 | a2 b1
a1; b1 !a1; a2<a1 | a2 b1 | a1@base |
"""


def cases(table, columns):
    for text in table.strip().splitlines():
        fields = [field.strip() for field in text.split("|")]
        fields += [""] * (columns - len(fields))
        assert len(fields) == columns, text
        yield pytest.param(*fields, id=" | ".join(fields[:3]))


def log_of(db):
    return [entry[0] for entry in db.log()] if db.has("rev_log") else []


def is_order(drawing, steps, downwards=False):
    """Whether every revision comes after what it needs (downwards: before)."""
    labels = {label: each.id for each in draw(drawing) for label in each.labels}
    needs = {each.id: each.parents + [labels.get(name, name) for name in each.depends_on] for each in draw(drawing)}
    steps = steps[::-1] if downwards else steps
    return all(steps.index(name) < at for at, step in enumerate(steps) for name in needs[step] if name in steps)


@pytest.mark.parametrize("drawing, before, command, steps, after", cases(RUNS, 5))
def test_runs(written, tmp_path, drawing, before, command, steps, after):
    project = written(drawing)
    db = fresh(tmp_path, words(before))
    plan = project.rev(*words(command), "--dry-run", "-u", db.url).ok()
    assert (db.rows(), log_of(db)) == (sorted(words(before)), [])
    result = project.rev(*words(command), "-u", db.url).ok()
    assert db.rows() == words(after)
    ran = log_of(db)
    assert sorted(ran) == sorted(words(steps))
    assert is_order(drawing, ran, command.startswith("downgrade"))
    if not steps:
        assert "nothing to do" in result.stderr
    sign = " -> " if command.startswith("upgrade") else " "
    assert len(plan.lines) == len(ran) and all(f"{sign}{name}" in line for name, line in zip(ran, plan.lines))


@pytest.mark.parametrize("drawing, before, command, parts", cases(REFUSALS, 4))
def test_refusals(written, tmp_path, drawing, before, command, parts):
    """Refused, nothing changed, and the message names the spec and the candidates."""
    db = fresh(tmp_path, words(before))
    result = written(drawing).rev(*words(command), "-u", db.url)
    assert result.status == 2, result
    assert result.stdout == ""
    for part in words(parts):
        if part.isalnum():
            assert re.search(rf"(?<![\w]){re.escape(part)}(?![\w])", result.stderr), f"stderr lacks {part!r}\n{result}"
        else:
            assert part in result.stderr, f"stderr lacks {part!r}\n{result}"
    assert (db.rows(), log_of(db)) == (sorted(words(before)), [])


@pytest.mark.parametrize("drawing, before, specs, after", cases(STAMPS, 4))
def test_stamps(written, tmp_path, drawing, before, specs, after):
    db = fresh(tmp_path, words(before))
    result = written(drawing).rev("stamp", *words(specs), "-u", db.url).ok()
    assert db.rows() == words(after)
    assert ("nothing to do" in result.stderr) == (sorted(words(before)) == words(after))


@pytest.mark.parametrize(
    "command, before, after",
    [
        ("upgrade heads", "", "d"),
        ("upgrade b@+1", "b c", "d"),
        ("downgrade b@-1", "b c", "c"),
        ("downgrade b", "d", "b c"),
        ("downgrade -1", "d", "b c"),
        ("stamp b c", "d", "b c"),
        ("stamp base", "d", ""),
    ],
)
def test_on_a_server_too(written, postgresql, command, before, after):
    """The arithmetic is the same; what an engine adds is how it changes its rows."""
    set_rows(postgresql, words(before))
    written(DIAMOND).rev(*words(command), "-u", postgresql.url).ok()
    assert postgresql.rows() == words(after)


def test_empty_project(files, db):
    for command in ("upgrade head", "upgrade heads", "upgrade base", "downgrade base", "downgrade head", "stamp heads"):
        files.rev(*words(command), "-u", db.url).ok("nothing to do")
    for command in ("upgrade +1", "upgrade nosuch", "downgrade -1", "stamp nosuch"):
        files.rev(*words(command), "-u", db.url).fails(2, words(command)[1])
    assert db.tables() == []


# --- tags ---


@pytest.fixture
def tagged(files):
    return files.add(
        Revision("a1", message="x", extra={"tags": '["v1.0"]'}),
        Revision("b2", ["a1"], labels=["left"], message="x", extra={"tags": '["v1.4", "release/2025-q4", "läbel"]'}),
        Revision("c3", ["b2"], message="x", extra={"tags": "[]"}),
    )


@pytest.mark.parametrize("tag", ["v1.4", "release/2025-q4", "läbel"])
def test_tags_are_specs(tagged, sqlite, tag):
    tagged.rev("upgrade", tag, "-u", sqlite.url).ok()
    assert sqlite.rows() == ["b2"]
    tagged.rev("downgrade", "v1.0", "-u", sqlite.url).ok()
    assert sqlite.rows() == ["a1"]
    tagged.rev("upgrade", f"{tag}+1", "-u", sqlite.url).ok()
    tagged.rev("downgrade", f"{tag}-1", "-u", sqlite.url).ok()
    tagged.rev("stamp", tag, "-u", sqlite.url).ok()
    assert sqlite.rows() == ["b2"]
    assert tagged.rev("show", f"left@{tag}").ok().stdout.startswith("Rev: b2")
    history = tagged.rev("history", "-r", f"v1.0:{tag}").ok().lines
    assert [re.search(r"-> (\w+)", line).group(1) for line in history] == ["b2", "a1"]
    assert "b2" in tagged.rev("upgrade", f"v1.0:{tag}", "--sql", "-u", sqlite.url).ok().stdout


@pytest.mark.parametrize("spec", ["v1", "v1.", "V1.4", "release", "v1.40"])
def test_tags_are_exact(tagged, sqlite, spec):
    tagged.rev("upgrade", spec, "-u", sqlite.url).fails(2, spec)


def test_typo_of_a_tag_is_suggested(tagged, sqlite):
    tagged.rev("upgrade", "v1.5", "-u", sqlite.url).fails(2, "v1.5", "near", "v1.")


@pytest.mark.parametrize("tag", ["a b", "x@y", "a:b", "a+b", "-x", "x-1", "", "a1", "left", "head", "x" * 65, 'a"b\\n'])
def test_illegal_tags(files, tag):
    files.draw("a1; b2<a1 (left)")
    files.add(Revision("c3", ["b2"], message="x", extra={"tags": f"['{tag}']" if "\\" not in tag else '["a\\nb"]'}))
    files.rev("heads").fails(2, "revision.yaml:7:")


# --- show and edit ---


def shown(result):
    return re.findall(r"^Rev: (\w+)", result.ok().stdout, re.M)


@pytest.mark.parametrize(
    "spec, names",
    [
        ("head", "d"), ("heads", "d"), ("base", ""), ("a", "a"), ("d@b", "b"), ("b@head", "d"), ("head-0", "d"),
        ("a+0", "a"), ("b+1", "d"), ("b@a+1", "b"), ("base+1", "a"), ("b@base", ""), ("d@heads", "d"),
    ],
)  # fmt: skip
def test_show(written, spec, names):
    assert shown(written(DIAMOND).rev("show", spec)) == words(names)


def test_show_current(written, tmp_path):
    db = fresh(tmp_path, ["b", "c"])
    project = written(DIAMOND)
    assert shown(project.rev("show", "current", "-u", db.url)) == ["b", "c"]
    assert shown(project.rev("show", "heads", "-u", db.url)) == ["d"]
    set_rows(db, [])
    assert shown(project.rev("show", "current", "-u", db.url)) == []
    set_rows(db, ["b"])
    assert shown(project.rev("show", "current-1", "-u", db.url)) == ["a"]
    assert shown(project.rev("show", "current+1", "-u", db.url)) == ["d"]


@pytest.mark.parametrize("spec", ["nosuch", "a:b", "+1", "-1", "", "b@c", "head-1", "a+1"])
def test_show_refuses(written, spec):
    result = written(DIAMOND).rev("show", spec).fails(2, spec)
    assert result.stdout == ""


@pytest.fixture
def editor(tmp_path):
    """An editor that writes down its arguments."""
    folder = tmp_path / "my tools"
    folder.mkdir()
    script = folder / "editor"
    script.write_text('#!/bin/sh\nfor word; do echo "$word"; done >>"$RECORD"\nexit "${STATUS:-0}"\n')
    script.chmod(0o755)
    record = tmp_path / "record"

    class Editor:
        path = str(script)

        def environment(self, **more):
            return {"RECORD": record, "VISUAL": None, "EDITOR": f"'{script}'", **more}

        def words(self):
            text = record.read_text() if record.exists() else ""
            record.unlink(missing_ok=True)
            return text.splitlines()

    return Editor()


def test_edit(files, editor):
    files.draw("a1; b2<a1 (left); c3<a1")
    (files.folder("c3") / "down.sql").unlink()
    b2, c3 = (f"migrations/20250101_0000_{name}_make_{name}" for name in ("b2", "c3"))
    files.rev("edit", "left", env=editor.environment()).ok()
    assert editor.words() == [f"{b2}/up.sql", f"{b2}/down.sql"]
    files.rev("edit", "c3", env=editor.environment()).ok()
    assert editor.words() == [f"{c3}/up.sql"]
    files.rev("edit", "heads", env=editor.environment()).ok()
    assert editor.words() == [f"{b2}/up.sql", f"{b2}/down.sql", f"{c3}/up.sql"]


def test_which_editor(files, editor):
    files.draw("a1")
    mine = editor.path.replace(" ", "\\ ")
    files.rev("edit", "head", env=editor.environment(VISUAL=f"{mine} --visual", EDITOR="false")).ok()
    assert editor.words()[0] == "--visual", "VISUAL comes first, and may have options and quotes"
    files.rev("edit", "head", env=editor.environment(VISUAL="", EDITOR=f"{mine} -e 'two words'")).ok()
    assert editor.words()[:2] == ["-e", "two words"]


def test_edit_of_names_with_spaces_and_from_below(files, editor):
    files.draw("a1")
    folder = files.folder("a1")
    folder = folder.rename(folder.with_name("it's a $HOME; `x`"))
    files.rev("edit", "head", env=editor.environment(), cwd=folder).ok()
    words_ = editor.words()
    assert len(words_) == 2
    assert all((folder / word).resolve() in (folder / "up.sql", folder / "down.sql") for word in words_), words_


def test_edit_current(written, tmp_path, editor):
    db = fresh(tmp_path, ["b", "c"])
    written(DIAMOND).rev("edit", "current", "-u", db.url, env=editor.environment()).ok()
    assert [word.rsplit("/", 2)[1][-1] for word in editor.words()] == ["b", "b", "c", "c"]


@pytest.mark.parametrize("spec", ["nosuch", "base", "a:b", "+1", ""])
def test_edit_refuses(written, spec, editor):
    written(DIAMOND).rev("edit", spec, env=editor.environment()).fails(2, spec)
    assert editor.words() == []


def test_editor_that_fails_or_is_missing(files, editor):
    files.draw("a1")
    files.rev("edit", "head", env=editor.environment(STATUS="3")).fails(1, "3")
    files.rev("edit", "head", env=editor.environment(EDITOR="/nosuch/editor")).fails(1, "editor")


# --- ranges ---

# drawing | rows | range | what is shown, newest first
RANGES = f"""
{LINE} | | a2:a4 | a4 a3 a2
{LINE} | | a2: | a5 a4 a3 a2
{LINE} | | :a2 | a2 a1
{LINE} | | : | a5 a4 a3 a2 a1
{LINE} | | base:head | a5 a4 a3 a2 a1
{LINE} | | a3:a3 | a3
{LINE} | | a2:+2 | a4 a3 a2
{LINE} | | base:+2 | a2 a1
{LINE} | | -2:a4 | a4 a3 a2
{LINE} | | -2: | a5 a4 a3
{LINE} | | a4:+9 | a5 a4
{LINE} | | -9:a2 | a2 a1
{LINE} | a2 | -3:current | a2 a1
{LINE} | | -1:head | a5 a4
{LINE} | | head: | a5
{LINE} | | a1+1:a5-1 | a4 a3 a2
{LINE} | a4 | -3:current | a4 a3 a2 a1
{LINE} | a4 | -2:current | a4 a3 a2
{LINE} | a2 | current:+2 | a4 a3 a2
{LINE} | a2 | current: | a5 a4 a3 a2
{LINE} | a2 | :current | a2 a1
{LINE} | a3 | a2:current | a3 a2
{LINE} | a3 | current:current | a3
{LINE} | a3 | current-1:current+1 | a4 a3 a2
{LINE} | | :current |
{DIAMOND} | | b:d | d b
{DIAMOND} | | a:d | d c b a
{DIAMOND} | | b: | d b
{DIAMOND} | b c | :current | c b a
{DIAMOND} | b c | a:current | c b a
{DIAMOND} | b c | current: | d c b
{FORK} | | a: | c b a
{FORK} | | a:b | b a
{FORK} | | base:b@head | b a
{DEPENDENT} | | b1:b2 | b2 b1
{DEPENDENT} | | :b2 | b2 b1 a1
{DEPENDENT} | | a1:b2 | a1
{TWO} | | L@base: | a2 a1
{TWO} | | M@base:heads | b2 b1
{TWO} | | L: | a2 a1
{TWO} | | L@base:a1 | a1
"""


@pytest.mark.parametrize("drawing, before, span, names", cases(RANGES, 4))
def test_ranges(written, tmp_path, drawing, before, span, names):
    db = fresh(tmp_path, words(before))
    lines = written(drawing).rev("history", "-r", span, "-u", db.url).ok().lines
    found = [re.search(r"-> (\w+)", line).group(1) for line in lines]
    assert sorted(found) == sorted(words(names))
    assert is_order(drawing, found, downwards=True)


# drawing | rows | range | what the message says
BAD_RANGES = f"""
{LINE} | | a4:a2 | a4 a2
{LINE} | | a2 | a2
{LINE} | | nosuch:a4 | nosuch
{LINE} | | a2:nosuch | nosuch
{LINE} | | a1:a2:a3 | a1:a2:a3
{LINE} | | a2:-1 | -1
{LINE} | | +1:a4 | +1
{DIAMOND} | | b:c | b c
{DIAMOND} | | a:+1 | +1 b c
{DIAMOND} | | -1:d | -1 b c
{FORK} | | a:head | b c
{TWO} | | a1:b2 | a1 b2
{DIAMOND} | b c | current:+1 |
{DIAMOND} | b c | -1:current |
{DIAMOND} | x | :current | x
"""


@pytest.mark.parametrize("drawing, before, span, parts", cases(BAD_RANGES, 4))
def test_bad_ranges(written, tmp_path, drawing, before, span, parts):
    db = fresh(tmp_path, words(before))
    result = written(drawing).rev("history", "-r", span, "-u", db.url).fails(2, *words(parts))
    assert result.stdout == ""


def test_range_needs_a_database_only_for_current(written):
    project = written(LINE)
    project.rev("history", "-r", "a1:").ok()
    project.rev("history", "-r", "current:").fails(2, "--url")


# --- how labels spread ---


@pytest.mark.parametrize(
    "drawing, carried",
    [
        ("a; b<a (L); c<b", "a b c"),
        ("a; b<a (L); c<b; d1<c; d2<c", "b c d1 d2"),
        ("a; b<a; c<a (L); d<c", "c d"),
        ("a; b<a; m<a,b; c<m (L); d<c", "c d"),
        ("a; b<a (L); x !b", "a b"),
        ("a; b<a (L); x !b; y !b", "b"),
        ("a; b<a (L); m<b; x", "a b m"),
        ("z !a; a; b<a (L)", "b"),
    ],
)
def test_labels_spread(written, drawing, carried):
    found = re.findall(r"-> (\w+) \(L\)", written(drawing).rev("history").ok().stdout)
    assert sorted(found) == sorted(words(carried))


# --- rows in every condition ---


def test_ensure_version(project, db):
    project.draw("a1")
    project.rev("ensure_version").ok()
    assert db.all_tables() == ["alembic_version"] and db.rows() == []
    project.rev("ensure_version").ok()
    set_rows(db, ["deadbeef"])
    project.rev("ensure_version").ok()
    assert db.all_tables() == ["alembic_version"] and db.rows() == ["deadbeef"]
    project.rev("ensure_version", "extra").fails(2, "extra")


def test_ensure_version_makes_alembics_table(project, db):
    project.rev("ensure_version").ok()
    db.execute("INSERT INTO alembic_version VALUES ('a1')")
    with pytest.raises(Exception, match="(?i)unique"):
        db.execute("INSERT INTO alembic_version VALUES ('a1')")
    with pytest.raises(Exception, match="(?i)null"):
        db.execute("INSERT INTO alembic_version VALUES (NULL)")


def test_foreign_rows(project, db):
    """No file knows them: every command but stamp --purge says so and changes nothing."""
    project.draw(DIAMOND)
    set_rows(db, ["deadbeef", "b"])
    for command in ("upgrade heads", "upgrade +1", "downgrade base", "downgrade b@-1", "stamp d", "current", "status",
                    "check", "current --check-heads", "upgrade head --dry-run"):  # fmt: skip
        project.rev(*words(command)).fails(2, "deadbeef")
    assert db.rows() == ["b", "deadbeef"] and db.tables() == []
    project.rev("stamp", "b", "c", "--purge").ok()
    assert db.rows() == ["b", "c"]
    set_rows(db, ["deadbeef", "feedface"])
    project.rev("stamp", "base", "--purge").ok()
    assert db.rows() == []
    set_rows(db, ["deadbeef"])
    project.rev("stamp", "heads", "--purge").ok()
    assert db.rows() == ["d"]
    project.rev("stamp", "a", "--purge").ok()
    assert db.rows() == ["a"]


def test_row_must_be_a_whole_id(project, db):
    """Alembic takes a row that is a prefix; here it is unknown, and the id it might mean is named."""
    project.draw("abcdef12")
    set_rows(db, ["abcdef"])
    project.rev("current").fails(2, "'abcdef'")
    set_rows(db, ["ABCDEF12"])
    project.rev("current").fails(2, "ABCDEF12")
    set_rows(db, ["head"])
    project.rev("current").fails(2, "head")


@pytest.mark.parametrize(
    "drawing, before, command, after",
    [
        (DIAMOND, "a b c", "upgrade head", "d"),
        (DIAMOND, "a d", "downgrade b", "b c"),
        (LINE, "a1 a3", "upgrade +1", "a4"),
        (LINE, "a1 a3", "downgrade -1", "a2"),
        (DEPENDENT, "a1 b1", "upgrade heads", "b2"),
        (LINE, "a1 a2 a3", "stamp a3", "a3"),
    ],
)
def test_redundant_rows_are_warned_about_and_mended(project, db, drawing, before, command, after):
    revisions = draw(drawing)
    for revision in revisions:
        revision.up = revision.down = []
    project.add(*revisions)
    set_rows(db, words(before))
    result = project.rev(*words(command)).ok()
    assert "warning" in result.stderr and words(before)[0] in result.stderr
    assert db.rows() == words(after)
    assert "warning" not in project.rev("current").ok().stderr


def test_redundant_rows_read(project, db):
    """Reading shows what holds and changes nothing."""
    project.draw(LINE)
    set_rows(db, ["a1", "a3"])
    assert project.rev("current").ok().lines == ["a3"]
    assert db.rows() == ["a1", "a3"]


@pytest.mark.parametrize(
    "drawing, before, status, lines",
    [
        ("a1; b1 !a1", "b1", 0, "a1 (effective head)\nb1 (head)\n"),
        ("a1; b1 !a1", "a1", 3, "a1 (effective head)\n"),
        ("a1; b1 !a1", "", 3, ""),
        (DIAMOND, "d", 0, "d (head) (mergepoint)\n"),
        (DIAMOND, "b c", 3, "b\nc\n"),
        (FORK, "b c", 0, "b (head)\nc (head)\n"),
        (FORK, "b", 3, "b (head)\n"),
        (DEPENDENT, "b1", 3, "a1 (effective head)\nb1\n"),
    ],
)
def test_check_heads(written, tmp_path, drawing, before, status, lines):
    """Printed as usual, yes or no; compared with the real heads."""
    db = fresh(tmp_path, words(before))
    result = written(drawing).rev("current", "--check-heads", "-u", db.url)
    assert (result.status, result.stdout) == (status, lines), result


def test_check_heads_of_an_empty_project(files, db):
    files.rev("current", "--check-heads", "-u", db.url).ok()


def test_refused_spec_creates_no_table(project, db):
    project.draw(DIAMOND)
    for command in ("upgrade nosuch", "upgrade a+1", "downgrade -1", "downgrade a", "stamp +1", "show nosuch"):
        project.rev(*words(command)).fails(2)
    assert db.all_tables() == []


def test_cycle_that_alembic_runs(files):
    """A head above and a base below hide the cycle from Alembic."""
    files.draw("z; a<z,b; b<a; h<b")
    result = files.rev("heads").fails(2, "cycle", "a", "b")
    assert re.search(r"a.*b.*a|b.*a.*b", result.stderr)


def test_spec_that_looks_like_an_option(written, tmp_path):
    """-1 needs no -- before it, and takes one; -x is no spec."""
    db = fresh(tmp_path, ["b"])
    project = written(DIAMOND)
    project.rev("downgrade", "-u", db.url, "--", "-1").ok()
    assert db.rows() == ["a"]
    project.rev("downgrade", "-1", "-u", db.url).ok()
    assert db.rows() == []
    project.rev("downgrade", "-x", "-u", db.url).fails(2, "-x")
    project.rev("downgrade", "-1x", "-u", db.url).fails(2, "-1x")
