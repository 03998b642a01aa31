"""The command line itself: help, unknown words, streams, colours, exit statuses."""

import re
import subprocess

import pytest
from projects import Project, Revision, line
from rev import binary, clean_environment, finish
from terminal import on_terminal

COMMANDS = (
    "init", "list_templates", "revision", "merge", "upgrade", "downgrade", "stamp", "current", "heads", "branches",
    "history", "show", "status",
)  # fmt: skip
ESCAPE = "\x1b["


def test_version(rev):
    assert re.fullmatch(r"\S+ \d+\.\d+\.\d+\S*\n", rev("--version").ok().stdout)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command(rev, option):
    shown = rev(option).ok()
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", shown.stdout), f"{command} is not in the help"
    assert shown.stderr == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(rev, command):
    shown = rev(command, "--help").ok().stdout
    assert command in shown
    assert "example" in shown.lower()


def test_help_does_not_name_what_is_not_there(rev):
    shown = rev("--help").ok().stdout
    for later in ("verify", "lint", "dump", "squash", "autogenerate"):
        assert not re.search(rf"\b{later}\b", shown)


def test_no_command(rev):
    rev().fails(2)


@pytest.mark.parametrize("typed, meant", [("upgarde", "upgrade"), ("histroy", "history"), ("stam", "stamp")])
def test_unknown_command_suggests(rev, typed, meant):
    rev(typed).fails(2, typed, meant)


def test_unknown_option_suggests(files):
    files.rev("history", "--verbos").fails(2, "--verbos", "--verbose")
    files.rev("upgrade", "head", "--dry-runn").fails(2, "--dry-runn", "--dry-run")
    files.rev("heads", "--nosuchoption").fails(2, "--nosuchoption")
    files.rev("heads", "-Z").fails(2, "-Z")


@pytest.mark.parametrize("later", ["verify", "lint", "dump", "diff", "import", "squash", "wait", "create", "drop"])
def test_later_commands_are_unknown(rev, later):
    rev(later).fails(2, later)


@pytest.mark.parametrize(
    "arguments", [["upgrade"], ["heads", "extra"], ["show"], ["stamp"], ["history", "-r"], ["upgrade", "a", "b"]]
)
def test_wrong_number_of_arguments(files, arguments):
    files.rev(*arguments).fails(2)


def test_global_options_before_and_after(project, db):
    project.add(*line("a1"))
    (project.root / "rev.yaml").write_text("{}\n")
    project.rev("--url", db.url, "upgrade", "head").ok()
    assert project.rev("current", "-u", db.url).ok().stdout == "a1 (head)\n"
    assert project.rev(f"--url={db.url}", "current").ok().stdout == "a1 (head)\n"


def test_answers_on_stdout_progress_on_stderr(project, db):
    project.add(*line("a1", "b2"))
    upgraded = project.rev("upgrade", "head").ok()
    assert "Running upgrade  -> a1" in upgraded.stderr or "Running upgrade -> a1" in upgraded.stderr
    assert "Running upgrade a1 -> b2, make b2" in upgraded.stderr
    assert "Running" not in upgraded.stdout
    current = project.rev("current").ok()
    assert (current.stdout, current.stderr) == ("b2 (head)\n", "")
    downgraded = project.rev("downgrade", "base").ok()
    assert "Running downgrade b2 -> a1, make b2" in downgraded.stderr


def test_a_remark_follows_the_answer_that_it_is_about(files):
    """In a file or pipe that both streams go to, as on a terminal."""
    files.add(*line("a1"))
    process = files.rev.start("status", "-u", "sqlite:///dev.db", stderr=subprocess.STDOUT)
    shown = process.communicate(timeout=60)[0].decode()
    assert shown.startswith("Database") and shown.endswith("runs what is pending.\n"), shown


def test_progress_tells_how_many(project, db):
    project.add(*line("a1", "b2", "c3"))
    shown = project.rev("upgrade", "head").ok().stderr
    assert re.search(r"\b1/3\b|\b1 of 3\b", shown) and re.search(r"\b3/3\b|\b3 of 3\b", shown), shown


def test_quiet(project, db):
    project.add(*line("a1"))
    upgraded = project.rev("upgrade", "head", "--quiet").ok()
    assert "Running" not in upgraded.stderr
    project.rev("upgrade", "nosuch", "--quiet").fails(2, "nosuch")


def test_no_colour_in_a_pipe(project, db):
    project.draw("a1; b2<a1; c3<a1")
    for command in (["heads"], ["history"], ["upgrade", "head"], ["upgrade", "heads"]):
        project.rev(*command).says_not(ESCAPE)


def test_colour_options(files):
    files.draw("a1; b2<a1")
    assert ESCAPE in files.rev("show", "nosuch", "--color", "always").fails(2).stderr
    assert ESCAPE not in files.rev("show", "nosuch", "--color", "never").fails(2).stderr
    files.rev("heads", "--color", "sometimes").fails(2, "sometimes", "always")


def test_colour_on_a_terminal(files):
    files.draw("a1; b2<a1")
    assert ESCAPE in on_terminal(files.rev, "show", "nosuch")
    assert ESCAPE not in on_terminal(files.rev, "show", "nosuch", NO_COLOR="1")
    assert ESCAPE not in on_terminal(files.rev, "show", "nosuch", TERM="dumb")


def test_foreign_text_cannot_drive_the_terminal(files):
    files.add(Revision("a1", message="evil \x1b]0;title\x07 \x1b[31m \u202e text"))
    shown = on_terminal(files.rev, "history", "--color", "never") + on_terminal(files.rev, "show", "a1", "--color", "never")
    assert "evil" in shown
    for control in ("\x1b", "\x07", "\u202e"):
        assert control not in shown


@pytest.mark.parametrize("arguments", [["history"], ["heads"], ["--help"], ["--version"], ["list_templates"]])
def test_output_that_cannot_be_written_is_a_failure(files, arguments):
    files.draw("a1; b2<a1")
    with open("/dev/full", "wb") as full:
        result = finish(files.rev.start(*arguments, stdout=full), arguments)
    assert result.status == 1, result
    assert result.stderr.strip()


def test_reader_that_went_away_ends_quietly(files):
    files.draw("; ".join(["a0"] + [f"a{number}<a{number - 1}" for number in range(1, 800)]))
    done = subprocess.run(
        ["sh", "-c", '"$1" history --verbose | head -n 1', "sh", str(binary())],
        cwd=files.root, env=clean_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("Rev: a799")
    assert done.stderr == ""


def test_closed_standard_streams(project, db):
    """With 0, 1 and 2 closed, no database file becomes stderr."""
    project.add(*line("a1"))
    done = subprocess.run(
        ["sh", "-c", '"$1" upgrade head 0<&- 1>&- 2>&-', "sh", str(binary())],
        cwd=project.root, env=clean_environment(**project.rev.environment), timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, 1)
    if done.returncode == 0:
        assert db.rows() == ["a1"]


def test_spec_with_a_dash_needs_no_dashes(project, db):
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "head").ok()
    project.rev("downgrade", "-1").ok()
    assert db.rows() == ["a1"]
    project.rev("downgrade", "--", "-1").ok()
    assert db.rows() == []


def test_notices_are_shown(tmp_path, postgresql):
    notice = "DO $$ BEGIN RAISE NOTICE 'hello from the server'; END $$"
    project = Project(tmp_path / "project", postgresql.url).add(Revision("a1", up=[notice]))
    assert "hello from the server" in project.rev("upgrade", "head").ok().stderr
