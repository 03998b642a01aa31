"""What is so on a terminal only: lines that fit its width, a line that moves."""

import re
import unicodedata

import pytest
from projects import Project, Revision
from terminal import on_terminal

WIDE = "データベースの表を作るという長い説明文がここにあります、とても長いのです"
LONG = "a message that goes on and on, so that it does not fit into one line of eighty columns"
LISTS = [["history"], ["history", "--graph"], ["status"], ["upgrade", "heads", "--dry-run"]]


@pytest.fixture
def shop(tmp_path):
    project = Project(tmp_path / "project", "sqlite:///test.db")
    add = [Revision("5cd038a8f131", message=LONG), Revision("9c27a41f06be", ["5cd038a8f131"], message=WIDE)]
    return project.add(*add)


def width(text):
    text = re.sub("\x1b\\[[0-9;]*[mK]", "", text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


@pytest.mark.parametrize("columns", [30, 60, 80])
@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_lists_fit(shop, command, columns):
    rows = on_terminal(shop.rev, *command, "--quiet", columns=columns).splitlines()
    assert rows and max(width(row) for row in rows) <= columns, rows
    assert all(width(row) >= columns - 1 for row in rows if "…" in row), "a wide character may leave one column"
    assert any("…" in row for row in rows), rows


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_what_fits_is_whole(shop, command):
    shown = on_terminal(shop.rev, *command, "--quiet", "--color", "never", columns=200)
    assert shown == shop.rev(*command, "--quiet").ok().stdout
    assert LONG in shown and WIDE in shown


@pytest.mark.parametrize("command", ["history", "log", "heads"])
def test_with_verbose_nothing_is_cut(shop, command):
    shop.rev("upgrade", "head").ok()
    shown = on_terminal(shop.rev, command, "--verbose", "--color", "never", columns=30)
    assert shown == shop.rev(command, "--verbose").ok().stdout


def test_log_fits_and_its_columns_stand_below_each_other(shop):
    shop.rev("upgrade", "head").ok()
    shop.rev("downgrade", "-1").ok()
    rows = on_terminal(shop.rev, "log", columns=40).splitlines()
    assert [width(row) for row in rows] == [40, 40, 40]
    assert len({row.index("9c27a41f06be") if "9c27a41f06be" in row else row.index("5cd038a8f131") for row in
                shop.rev("log").ok().lines}) == 1  # fmt: skip


def moved(shown):
    """Each state of a line that moves."""
    return [state for row in shown.split("\n") for state in row.split("\r") if state]


@pytest.mark.parametrize("columns", [62, 80])
def test_progress_is_one_line_a_step_that_is_written_again(shop, columns):
    shown = on_terminal(shop.rev, "upgrade", "head", columns=columns)
    states = moved(shown)
    assert len(shown.splitlines()) == 2 + 2, "two steps, each written twice"
    assert max(width(state) for state in states) < columns, states
    assert [bool(re.search(r"\(\d of 2, \d+ ms\)$", state)) for state in states] == [False, True, False, True]


def test_with_one_transaction_for_all_no_line_takes_the_place_of_another(shop):
    """What is done is told after the one COMMIT, when other lines have come."""
    shown = on_terminal(shop.rev, "upgrade", "head", "--transaction", "all", "--color", "never")
    assert "\r" not in shown
    assert re.findall(r"\(\d of 2\)", shown) == ["(1 of 2)", "(2 of 2)"] * 2


@pytest.mark.parametrize("how", [["--no-progress"], ["TERM"]])
def test_plain_progress(shop, how):
    environment = {"TERM": "dumb"} if how == ["TERM"] else {}
    shown = on_terminal(shop.rev, "upgrade", "head", *(how if not environment else []), "--color", "never", **environment)
    assert "\r" not in shown and "\x1b" not in shown
    assert shown.count("done in") == 2


def test_an_error_does_not_stand_on_the_line_that_moves(shop):
    shop.sql("9c27a41f06be", "nonsense;")
    shown = on_terminal(shop.rev, "upgrade", "head", "--color", "never")
    (row,) = [row for row in shown.split("\n") if "error:" in row]
    assert row.startswith("migrations/")


def test_quiet_is_quiet(shop):
    assert on_terminal(shop.rev, "upgrade", "head", "--quiet") == ""


def commands(shop):
    return re.findall(r"^  ([a-z_]+) ", shop.rev("--help").ok().stdout.split("\nOptions:\n")[0], re.M)


def test_help_fits(shop):
    for command in [None, *commands(shop)]:
        words = [command, "--help"] if command else ["--help"]
        rows = on_terminal(shop.rev, *words, columns=80).splitlines()
        assert max(width(row) for row in rows) <= 80, rows
        plain = shop.rev(*words).ok().stdout
        assert "\n".join(rows).split() == plain.split(), "the same words"


def test_help_on_a_narrow_and_on_a_wide_terminal(shop):
    narrow = on_terminal(shop.rev, "upgrade", "--help", columns=30).split("\nExamples:")[0]
    assert max(width(row) for row in narrow.splitlines()[2:] if "--" not in row) <= 30, narrow
    wide = on_terminal(shop.rev, "upgrade", "--help", columns=300).splitlines()
    assert 90 < max(width(row) for row in wide) <= 120


def test_help_continues_below_the_words(shop):
    rows = on_terminal(shop.rev, "upgrade", "--help", columns=70).splitlines()
    option = next(i for i, row in enumerate(rows) if "--transaction KIND" in row)
    assert rows[option + 1].startswith(" " * 31) and rows[option + 1][31] != " "


def test_no_color(shop):
    assert "\x1b[" in on_terminal(shop.rev, "history")
    assert "\x1b[" not in on_terminal(shop.rev, "history", NO_COLOR="1")
