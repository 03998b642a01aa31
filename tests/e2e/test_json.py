"""--format json: the shapes that docs/json.md promises, key by key, and nothing but JSON on stdout."""

import json
import re

import pytest
from database import PostgresDatabase
from projects import Project, Revision, read_header
from rev import REPOSITORY

GRAPH = "a1; b2<a1 (left); c3<a1; m4<b2,c3; z1; z2<z1 !left"
REVISION = {
    "revision": str, "down_revision": list, "depends_on": list, "depends_on_ids": list, "branch_labels": list,
    "labels": list, "tags": list, "children": list, "message": str, "create_date": (str, type(None)), "path": str,
    "is_base": bool, "is_head": bool, "is_effective_head": bool, "is_branch_point": bool, "is_merge_point": bool,
    "transactional": bool,
}  # fmt: skip
STEP = {"direction": str, "revision": (str, type(None)), "message": (str, type(None)), "from": list, "to": list}


@pytest.fixture(scope="module")
def shared(server):
    made = PostgresDatabase(server, "json")
    yield made
    made.drop()


@pytest.fixture
def postgresql(shared):
    shared.clear()
    return shared


def no_constant(name):
    raise AssertionError(f"{name} is not JSON")


def no_double(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a key twice: {names}"
    return dict(pairs)


def parse(result, status=0):
    assert result.status == status, result
    assert result.stdout.endswith("\n")
    return json.loads(result.stdout, parse_constant=no_constant, object_pairs_hook=no_double)


def ask(project, *arguments, status=0, **options):
    return parse(project.rev(*arguments, "--format", "json", **options), status)


def shaped(value, shape):
    assert sorted(value) == sorted(shape)
    for name, kind in shape.items():
        assert isinstance(value[name], kind), f"{name}: {value[name]!r}"
        if isinstance(value[name], list):
            assert all(isinstance(item, (str, dict)) for item in value[name])
    return value


def revisions(values, **more):
    return [shaped(value, {**REVISION, **more}) for value in values]


def ids(values):
    return [value["revision"] for value in values]


@pytest.fixture
def drawn(project):
    return project.draw(GRAPH)


def test_the_page_names_these_keys():
    """The page and this file speak of the same keys."""
    page = (REPOSITORY / "docs" / "json.md").read_text(encoding="utf-8")
    block = page[page.index("## A revision") : page.index("## The commands")]
    assert re.findall(r'^ +"(\w+)":', block, re.M) == list(REVISION)
    assert re.search(r"A step is `\{(.*?)\}`", page).group(1) == ", ".join(f'"{name}"' for name in STEP)


def test_a_revision(drawn):
    by_id = {value["revision"]: value for value in revisions(ask(drawn, "history"))}
    assert by_id["a1"] == {
        "revision": "a1", "down_revision": [], "depends_on": [], "depends_on_ids": [], "branch_labels": [],
        "labels": [], "tags": [], "children": ["b2", "c3"], "message": "make a1",
        "create_date": "2025-01-01T00:00:00Z", "path": "migrations/20250101_0000_a1_make_a1", "is_base": True,
        "is_head": False, "is_effective_head": False, "is_branch_point": True, "is_merge_point": False,
        "transactional": True,
    }  # fmt: skip
    assert by_id["b2"]["labels"] == by_id["b2"]["branch_labels"] == ["left"]
    assert (by_id["m4"]["labels"], by_id["m4"]["branch_labels"]) == (["left"], [])
    assert (by_id["m4"]["down_revision"], by_id["m4"]["is_merge_point"]) == (["b2", "c3"], True)
    assert (by_id["z2"]["depends_on"], by_id["z2"]["depends_on_ids"]) == (["left"], ["b2"])
    assert (by_id["z2"]["is_head"], by_id["z2"]["is_effective_head"]) == (True, False)
    assert by_id["z1"]["is_base"]


def test_what_a_header_may_leave_out(files):
    folder = files.migrations / "x"
    folder.mkdir()
    (folder / "revision.yaml").write_text('revision: "a1"\n')
    (folder / "up.sql").write_text("")
    (value,) = revisions(ask(files, "heads"))
    assert (value["message"], value["create_date"], value["tags"], value["path"]) == ("", None, [], "migrations/x")


def test_heads(drawn, files):
    assert ids(revisions(ask(drawn, "heads"))) == ["m4", "z2"]
    files.draw("")
    dependent = Project(files.root / "dependent").draw("a1; b1 !a1")
    values = revisions(ask(dependent, "heads"))
    assert [(value["revision"], value["is_effective_head"]) for value in values] == [("a1", True), ("b1", False)]
    assert ids(ask(dependent, "heads", "--resolve-dependencies")) == ["b1"]


def test_branches(drawn):
    assert ids(revisions(ask(drawn, "branches"))) == ["a1"]


def test_history(drawn):
    shown = [re.search(r"-> (\w+)", line).group(1) for line in drawn.rev("history").ok().lines]
    assert ids(ask(drawn, "history")) == shown
    assert ids(ask(drawn, "history", "-r", "b2:m4")) == ["m4", "b2"]
    assert ids(ask(drawn, "history", "--verbose")) == shown


def test_history_with_current(drawn):
    drawn.rev("upgrade", "b2").ok()
    values = revisions(ask(drawn, "history", "--indicate-current"), is_current=bool)
    assert [value["revision"] for value in values if value["is_current"]] == ["b2"]
    assert ids(revisions(ask(drawn, "history", "-r", ":current"))) == ["b2", "a1"]


def test_graph_has_no_json_form(drawn):
    drawn.rev("history", "--graph", "--format", "json").fails(2, "--graph")


def test_show(drawn):
    assert ids(revisions(ask(drawn, "show", "left"))) == ["b2"]
    assert sorted(ids(ask(drawn, "show", "heads"))) == ["m4", "z2"]
    assert ask(drawn, "show", "base") == []
    assert ask(drawn, "show", "current") == []
    assert drawn.rev("show", "nosuch", "--format", "json").fails(2, "nosuch").stdout == ""


def test_current(drawn, db):
    shape = {"url": str, "rows": list, "current": list, "at_heads": bool}
    value = shaped(ask(drawn, "current"), shape)
    assert (value["rows"], value["current"], value["at_heads"]) == ([], [], False)
    assert db.all_tables() == []
    drawn.rev("upgrade", "z2").ok()
    value = shaped(ask(drawn, "current"), shape)
    assert value["rows"] == ["z2"]
    assert ids(revisions(value["current"])) == ["b2", "z2"]
    assert shaped(ask(drawn, "current", "--check-heads", status=3), shape)["at_heads"] is False
    drawn.rev("upgrade", "heads").ok()
    assert shaped(ask(drawn, "current", "--check-heads"), shape)["at_heads"] is True


def test_status(drawn, db):
    shape = {"url": str, "rows": list, "current": list, "heads": list, "pending": list, "interrupted": list}
    shape["changed"] = list
    value = shaped(ask(drawn, "status"), shape)
    assert (value["rows"], value["current"]) == ([], [])
    plan = [step["revision"] for step in ask(drawn, "upgrade", "heads", "--dry-run")["steps"]]
    assert ids(revisions(value["pending"])) == plan
    assert ids(revisions(value["heads"])) == ["m4", "z2"]
    assert db.all_tables() == []
    drawn.rev("upgrade", "heads").ok()
    value = shaped(ask(drawn, "status"), shape)
    assert (value["rows"], value["pending"]) == (["m4", "z2"], [])


def test_steps(drawn, db):
    shape = {"dry_run": bool, "steps": list, "rows": list}
    value = shaped(ask(drawn, "upgrade", "m4", "--dry-run"), shape)
    assert value["dry_run"] is True and value["rows"] == [] and len(value["steps"]) == 4
    steps = [shaped(step, STEP) for step in value["steps"]]
    value = shaped(ask(drawn, "upgrade", "m4"), shape)
    assert value["dry_run"] is False and value["rows"] == ["m4"] and value["steps"] == steps
    assert steps[-1] == {
        "direction": "upgrade", "revision": "m4", "message": "make m4", "from": ["b2", "c3"], "to": ["m4"]
    }  # fmt: skip
    assert ask(drawn, "upgrade", "m4") == {"dry_run": False, "steps": [], "rows": ["m4"]}
    (step,) = ask(drawn, "downgrade", "b2")["steps"]
    assert shaped(step, STEP) == {
        "direction": "downgrade", "revision": "m4", "message": "make m4", "from": ["m4"], "to": ["b2", "c3"]
    }  # fmt: skip
    assert db.rows() == ["b2", "c3"]
    value = shaped(ask(drawn, "stamp", "a1"), shape)
    assert value["rows"] == ["a1"]
    (step,) = value["steps"]
    assert shaped(step, STEP) == {
        "direction": "stamp", "revision": None, "message": None, "from": ["b2", "c3"], "to": ["a1"]
    }  # fmt: skip
    assert ask(drawn, "downgrade", "base", "--dry-run")["rows"] == ["a1"]


def test_failure_leaves_stdout_empty(drawn):
    drawn.sql("c3", "SELECT nosuch;\n")
    result = drawn.rev("upgrade", "heads", "--format", "json").fails(1, "nosuch")
    assert result.stdout == ""
    for arguments in (["upgrade", "nosuch"], ["heads", "-c", "nosuch.yaml"], ["current", "--url", "nosuch"]):
        assert drawn.rev(*arguments, "--format", "json").stdout == ""


def test_making(files):
    value = shaped(ask(files, "revision", "-m", "first"), {"revision": str, "path": str, "files": list})
    assert read_header(files.root / value["path"])["revision"] == value["revision"]
    assert sorted(value["files"]) == [f"{value['path']}/{name}" for name in ("down.sql", "revision.yaml", "up.sql")]
    first = value["revision"]
    ask(files, "revision", "-m", "left", "--rev-id", "left1")
    ask(files, "revision", "-m", "right", "--head", first, "--splice", "--rev-id", "right1")
    value = shaped(ask(files, "merge", "heads"), {"revision": str, "path": str, "files": list})
    assert ids(ask(files, "heads")) == [value["revision"]]
    assert all((files.root / name).is_file() for name in value["files"])


def test_init_and_templates(rev):
    value = shaped(parse(rev("init", "shop", "--format", "json")), {"path": str, "files": list})
    assert all((rev.directory / name).is_file() for name in value["files"])
    assert (rev.directory / value["path"]).is_dir()
    templates = parse(rev("list_templates", "--format", "json"))
    assert templates and all(shaped(each, {"name": str, "description": str}) for each in templates)


OPTION = {"name": str, "letter": (str, type(None)), "value": (str, type(None)), "choices": list, "is_list": bool}
COMMAND = {
    "name": str, "words": str, "summary": str, "description": (str, type(None)), "options": list, "examples": list,
    "has_json": bool,
}  # fmt: skip


def test_help(rev):
    """As data it says what it says as text."""
    program = shaped(
        parse(rev("help", "--format", "json")), {"program": str, "version": str, "options": list, "commands": list}
    )
    assert rev("--version").stdout == f"{program['program']} {program['version']}\n"
    text = rev("--help").stdout
    for option in program["options"]:
        shaped(option, {**OPTION, "help": str})
        assert f"--{option['name']}" in text and option["help"] in text
    for command in program["commands"]:
        shaped(command, COMMAND)
        assert parse(rev("help", command["name"], "--format", "json")) == command
        text = rev("help", command["name"]).stdout
        assert all(shaped(option, {**OPTION, "help": str})["help"] in text for option in command["options"])
        assert all(f"\n  {example}\n" in text for example in command["examples"]), command
        assert command["has_json"] or rev(command["name"], *command["words"].split(), "--format", "json").status == 2


def test_check(drawn):
    (finding,) = ask(drawn, "check", status=3)
    assert shaped(finding, {"kind": str, "message": str, "hint": str, "revisions": list})["kind"] == "not_at_heads"
    drawn.rev("upgrade", "heads").ok()
    assert ask(drawn, "check") == []


def test_empty_project(project):
    for command in ("heads", "branches", "history", "check"):
        assert ask(project, command) == []
    assert ask(project, "show", "heads") == []
    assert ask(project, "history", "--indicate-current") == []
    value = ask(project, "current")
    assert (value["rows"], value["current"]) == ([], [])
    value = ask(project, "status")
    assert (value["rows"], value["current"], value["heads"], value["pending"]) == ([], [], [], [])
    assert ask(project, "upgrade", "head") == {"dry_run": False, "steps": [], "rows": []}


@pytest.mark.parametrize("arguments", [["ensure_version"], ["edit", "head"]])
def test_no_json_form(drawn, db, arguments):
    result = drawn.rev(*arguments, "--format", "json", env={"EDITOR": "false"}).fails(2, arguments[0], "json")
    assert result.stdout == ""
    assert db.all_tables() == []


def test_unknown_format(drawn):
    for word in ("xml", "JSON", ""):
        drawn.rev("heads", "--format", word).fails(2, "--format")
    assert drawn.rev("heads", "--format", "text").ok().stdout == drawn.rev("heads").ok().stdout
    assert parse(drawn.rev("--format", "json", "heads")) == parse(drawn.rev("heads", "--format=json"))


def test_options_that_change_nothing(drawn):
    """Colour, progress and chatter do not reach the answer."""
    plain = ask(drawn, "history")
    for words in (["--color", "always"], ["-v"], ["-q"], ["--no-progress"]):
        assert ask(drawn, "history", *words) == plain
    value = ask(drawn, "upgrade", "heads", "--color", "always", "-v")
    assert len(value["steps"]) == 6
    result = drawn.rev("downgrade", "base", "-q", "--format", "json").ok()
    assert parse(result)["rows"] == [] and result.stderr == ""


NASTY = [
    'quote " and back\\slash and /',
    "two\nlines\r\nand\ttabs",
    "control \x01\x02\x08\x0b\x0c\x1b[31m\x1f",
    "\x7f",
    "line\u2028and\u2029",
    "naïve 移行 🐘 \U0010fffd",
    "e\u0301\u202eright to left",
    "</script><!-- ' & -->",
    "null",
    "12.50",
    "%s %n {} $x",
    "\ufeff",
    "x" * 4000,
]


def test_nasty_messages(project, db):
    """Every one comes back as it is written in its header."""
    for number, message in enumerate(NASTY):
        project.add(Revision(f"n{number:02}", [f"n{number - 1:02}"] if number else [], up=[], message="x"))
        header = project.folder(f"n{number:02}") / "revision.yaml"
        escaped = "".join(f"\\U{ord(each):08x}" for each in message[:80]) + message[80:]
        header.write_text(header.read_text().replace('message: "x"', f'message: "{escaped}"'), encoding="utf-8")
    expected = {f"n{number:02}": message for number, message in enumerate(NASTY)}
    assert {value["revision"]: value["message"] for value in ask(project, "history")} == expected
    value = ask(project, "upgrade", "head")
    assert {step["revision"]: step["message"] for step in value["steps"]} == expected
    (value,) = ask(project, "show", "n02")
    assert value["message"] == NASTY[2]
    assert len(ask(project, "downgrade", "base")["steps"]) == len(NASTY)


def test_nasty_names(files):
    """Labels, tags, folders: bytes of the file system that are not UTF-8 become U+FFFD."""
    files.add(Revision("a1", labels=['l"\\<', "ünï"], extra={"tags": '["v1.0/rc~1", "🐘"]'}))
    folder = files.folder("a1")
    folder.rename(folder.with_name('with "quotes" \\ and\nnewline 🐘'))
    (value,) = ask(files, "heads")
    assert value["labels"] == value["branch_labels"] == ['l"\\<', "ünï"]
    assert value["tags"] == ["v1.0/rc~1", "🐘"]
    assert value["path"] == 'migrations/with "quotes" \\ and\nnewline 🐘'


def test_folder_that_is_not_utf_8(files):
    import os

    files.draw("a1")
    folder = files.folder("a1")
    os.rename(os.fsencode(folder), os.fsencode(folder.with_name("x")) + b"\xff\xfe")
    result = files.rev("heads", "--format", "json")
    assert result.status in (0, 2)
    if result.status == 0:
        assert parse(result)[0]["path"] == "migrations/x\ufffd\ufffd"


def test_row_that_is_not_utf_8(tmp_path, sqlite):
    """A foreign row is refused by its name; stdout stays empty or JSON."""
    project = Project(tmp_path / "project", sqlite.url).draw("a1")
    project.rev("upgrade", "head").ok()
    sqlite.execute("UPDATE alembic_version SET version_num = CAST(x'61ff62' AS TEXT)")
    result = project.rev("current", "--format", "json")
    assert result.status == 2 and result.stdout == "", result
    result = project.rev("status", "--format", "json")
    assert result.status == 2 and result.stdout == "", result


def test_secrets(tmp_path, postgresql):
    url = postgresql.url.replace("rev_test@", "rev_test:s3cret@")
    project = Project(tmp_path / "project", url).draw("a1")
    for arguments in (["current"], ["status"]):
        result = project.rev(*arguments, "--format", "json")
        assert "s3cret" not in result.stdout + result.stderr
        assert "***" in parse(result)["url"]


def test_long_list(files):
    import corpora

    loaded = corpora.load("warehouse")
    files.add(*loaded)
    values = revisions(ask(files, "history"))
    assert sorted(ids(values)) == sorted(each.id for each in loaded)
    children = {each.id: sorted(other.id for other in loaded if each.id in other.parents) for each in loaded}
    assert {value["revision"]: value["children"] for value in values} == children
