"""Completion: what the program answers its shells, and bash, zsh and fish themselves."""

import json
import os
import pty
import re
import select
import subprocess
import time

import pytest
from projects import Project, Revision
from rev import Rev, binary, clean_environment, have

COMPLETIONS = binary().parent / "cli" / "completion"
NEWEST, OLDEST = "f00dfeed0001", "5cd038a8f131"


@pytest.fixture
def shop(tmp_path):
    """Two revisions, a label, a tag and two environments."""
    environments = "environments:\n  production: {url: 'sqlite:///p.db'}\n  staging: {url: 'sqlite:///s.db'}\n"
    made = Project(tmp_path / "shop", "sqlite:///dev.db", environments)
    oldest = Revision(OLDEST, labels=["core"], message="first tables", extra={"tags": '["v1"]'})
    return made.add(oldest, Revision(NEWEST, [OLDEST], message="add users: names\tand more"))


def ask(project, *words):
    """word → what it is"""
    shown = project.rev("__complete", *words).ok()
    assert shown.stderr == ""
    return dict((line.split("\t") + [""])[:2] for line in shown.lines)


def test_commands(shop):
    assert ask(shop, "up") == {"upgrade": "run what the database does not have yet, up to SPEC"}
    listed = re.findall(r"^  (\w+) +\S", shop.rev("--help").stdout.split("Options:")[0], re.M)
    assert list(ask(shop, "")) == listed
    assert ask(shop, "nosuch") == {}


def test_every_option_of_every_command(shop):
    for command in ask(shop, ""):
        offered = ask(shop, command, "--")
        assert "--help" in offered and "--verbose" in offered
        own = re.findall(r"^  .{4}--([a-z-]+)", shop.rev(command, "--help").stdout, re.M)
        assert {f"--{name}" for name in own} <= set(offered), command


def test_an_option_is_offered_once_unless_it_is_a_list(shop):
    offered = ask(shop, "revision", "-m", "x", "--head", "base", "--")
    assert "--message" not in offered and "--head" in offered


def test_a_command_without_a_project_is_not_offered_what_it_refuses(shop):
    assert "--url" in ask(shop, "upgrade", "--")
    assert "--url" not in ask(shop, "init", "--")


@pytest.mark.parametrize(
    "words, offered",
    [
        (["--format", ""], ["text", "json"]),
        (["--format=j"], ["--format=json"]),
        (["--color", "a"], ["auto", "always"]),
        (["graph", "--as", ""], ["dot", "mermaid", "svg", "html"]),
        (["split", "--dialect", ""], ["postgresql", "sqlite"]),
        (["upgrade", "--transaction", ""], ["migration", "all"]),
        (["-e", ""], ["production", "staging"]),
        (["upgrade", "head", "--environment=st"], ["--environment=staging"]),
        (["help", "st"], ["stamp", "status"]),
        (["init", "-t", "post"], ["postgresql", ""]),
        (["upgrade", "h"], ["head", "heads"]),
        (["upgrade", "5c"], [OLDEST]),
        (["upgrade", "v"], ["v1"]),
        (["upgrade", "co"], ["core@head"]),
        (["upgrade", "5cd0:h"], ["5cd0:head", "5cd0:heads"]),
        (["history", "-r", "base:f0"], [f"base:{NEWEST}"]),
        (["history", "--rev-range=base:f0"], [f"--rev-range=base:{NEWEST}"]),
        (["revision", "--depends-on", ""], [NEWEST, OLDEST, "core"]),
        (["merge", OLDEST, "f"], [NEWEST]),
        (["resolve", ""], [NEWEST, OLDEST]),
        (["upgrade", "head", ""], []),
        (["heads", ""], []),
        (["--url", ""], []),
        (["--nosuch", ""], []),
        (["upgrade", "--", "--"], []),
        (["split", ""], [""]),
        (["-C", ""], [""]),
    ],
)
def test_words_and_values(shop, words, offered):
    assert list(ask(shop, *words)) == offered


def test_paths_are_the_shells(shop):
    assert shop.rev("__complete", "split", "").ok().stdout == "\tfile\n"
    assert shop.rev("__complete", "-C", "").ok().stdout == "\tfolder\n"


def test_what_a_revision_is(shop):
    """One line, whatever its message holds."""
    assert ask(shop, "show", "f") == {NEWEST: r"add users: names\tand more"}


def test_the_project_that_the_line_names(shop, tmp_path):
    elsewhere = Rev(tmp_path)
    assert elsewhere("__complete", "show", "5").ok().stdout == ""
    assert OLDEST in elsewhere("__complete", "-C", "shop", "show", "5").ok().stdout
    assert OLDEST in elsewhere("__complete", "-c", "shop/rev.yaml", "show", "5").ok().stdout
    assert OLDEST in elsewhere("__complete", "show", "-d", "shop/migrations", "5").ok().stdout


def test_silence_about_what_is_wrong(shop):
    (shop.root / "rev.yaml").write_text("nosuch: key\n", encoding="utf-8")
    shown = shop.rev("__complete", "show", "5").ok()
    assert (shown.stdout, shown.stderr) == ("", "")
    assert shop.rev("__complete").ok().stdout == ""


def test_a_url_on_the_line_is_not_opened(shop):
    shop.rev("__complete", "--url", "sqlite:///made.db", "upgrade", "").ok()
    assert not (shop.root / "made.db").exists()


def test_nothing_acts_on_a_terminal(shop):
    shop.add(Revision("e5c", message="\x1b[31mred\x07"))
    assert "\x1b" not in shop.rev("__complete", "show", "e").ok().stdout


# bash, as it calls a completion function: the line, cut at its COMP_WORDBREAKS.
BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
read -ra COMP_WORDS < <(sed -E 's/([=:])/ \1 /g' <<<"$2")
[[ $2 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_rev_complete
printf '%s\n' "${COMPREPLY[@]}"
"""


def in_path(tmp_path):
    """`rev` under its name, wherever the build put it."""
    folder = tmp_path / "path"
    folder.mkdir(exist_ok=True)
    if not (folder / "rev").exists():
        (folder / "rev").symlink_to(binary())
    return clean_environment(PATH=f"{folder}:{os.environ['PATH']}", HOME=tmp_path)


@pytest.mark.parametrize(
    "line, offered",
    [
        ("rev up", ["upgrade"]),
        ("rev upgrade 5", [OLDEST]),
        ("rev upgrade 5cd0:h", ["head", "heads"]),
        ("rev --format=", ["text", "json"]),
        ("rev --format=j", ["json"]),
        ("rev history --rev-range=5cd0:f", [NEWEST]),
        ("rev -e p", ["production"]),
        ("rev -C ~/shop show f", [NEWEST]),
        ("rev -C '../shop' show f", [NEWEST]),
        ("rev split mig", ["migrations"]),
        ("rev --config=rev.", ["rev.yaml"]),
        ("rev -C mi", ["migrations"]),
        ("rev nosuch ", [""]),
    ],
)
def test_bash(shop, tmp_path, line, offered):
    command = ["bash", "--norc", "-c", BASH, "bash", COMPLETIONS / "rev", line]
    done = subprocess.run(command, cwd=shop.root, env=in_path(tmp_path), capture_output=True, text=True)
    assert (done.stdout.splitlines() or [""], done.stderr) == (offered, "")


class Terminal:
    """An interactive shell, to type at."""

    def __init__(self, command, cwd, env):
        self.child, self.master = pty.fork()
        if self.child == 0:
            os.chdir(cwd)
            os.execvpe(command[0], command, {**env, "TERM": "dumb", "COLUMNS": "200"})
        self.shown = ""

    def type(self, text, expected):
        """Types, and waits until the shell has shown what is expected."""
        start = len(self.shown)
        os.write(self.master, text.encode())
        deadline = time.monotonic() + 20
        while not re.search(expected, self.shown[start:]):
            assert time.monotonic() < deadline, f"no {expected!r} in {self.shown[start:]!r}"
            if select.select([self.master], [], [], 0.5)[0]:
                self.shown += os.read(self.master, 65536).decode("utf-8", "replace")

    def close(self):
        os.close(self.master)
        os.waitpid(self.child, 0)


@pytest.fixture
def terminal(shop, tmp_path):
    opened = []

    def start(*command):
        opened.append(Terminal(command, shop.root, in_path(tmp_path)))
        return opened[-1]

    yield start
    for shell in opened:
        shell.close()


def test_bash_at_a_terminal(terminal):
    shell = terminal("bash", "--norc", "--noprofile", "-i")
    shell.type(f"PS1='> '; source {COMPLETIONS / 'rev'}; echo rea''dy\n", r"ready\r?\n.*> ")
    shell.type("rev upg\t", r"rev upgrade ")
    shell.type("5\t", rf"{OLDEST} ")
    shell.type("--format=j\t", r"--format=json ")
    shell.type("-e pro\t", r"-e production ")


@pytest.mark.skipif(not have("zsh"), reason="zsh is not installed")
def test_zsh_at_a_terminal(terminal):
    shell = terminal("zsh", "-f", "-i")
    setup = f"PS1='> '; unsetopt zle_bracketed_paste; fpath=({COMPLETIONS} $fpath); autoload -U compinit"
    shell.type(f"{setup}; compinit -u -D; echo rea''dy\n", r"ready\r?\n.*> ")
    shell.type("rev upg\t", r"rev upgrade ")
    shell.type("5\t", rf"{OLDEST} ")
    shell.type("--format=j\t", r"--format=json ")
    shell.type("-e pro\t", r"-e production ")
    shell.type("\x15rev show \t", rf"{NEWEST} +-- add users: names")
    shell.type("\x15rev -C ~/shop show 5\t", rf"{OLDEST} ")
    shell.type("\x15rev history -r 5cd0:f\t", rf"5cd0:{NEWEST}")
    shell.type("\x15rev --config=rev.\t", r"--config=rev\.yaml")


@pytest.mark.skipif(not have("fish"), reason="fish is not installed")
@pytest.mark.parametrize(
    "line, offered",
    [
        ("rev upg", {"upgrade": "run what the database does not have yet, up to SPEC"}),
        ("rev show f", {NEWEST: "add users"}),
        ("rev upgrade 5cd0:hea", {"5cd0:head": "the newest revision", "5cd0:heads": ""}),
        ("rev --format=j", {"--format=json": ""}),
        ("rev -e ", {"production": "", "staging": ""}),
        ("rev -C ~/shop show f", {NEWEST: "add users"}),
        ("rev split re", {"rev.yaml": ""}),
        ("rev --config=rev.", {"--config=rev.yaml": ""}),
        ("rev -d mi", {"migrations/": ""}),
    ],
)
def test_fish(shop, tmp_path, line, offered):
    script = f"source {COMPLETIONS / 'rev.fish'}; complete -C {json.dumps(line)}"
    command = ["fish", "--no-config", "-c", script]
    done = subprocess.run(command, cwd=shop.root, env=in_path(tmp_path), capture_output=True, text=True)
    shown = dict((part.split("\t") + [""])[:2] for part in done.stdout.splitlines())
    assert list(shown) == list(offered), done
    assert all(shown[word].startswith(what) for word, what in offered.items()), shown
