"""The manual pages: there is one of every command, mandoc has nothing to say of them, and they say what the program says."""

import json
import re
import subprocess

import pytest
import rev
from builds import run

SECTIONS = {"rev-migrate": "1", "rev.yaml": "5", "revision.yaml": "5", "librev": "3"}


def tables(program):
    return json.loads(run(program, "help", "--format", "json"))


@pytest.fixture(scope="module")
def facts(installed):
    return tables(installed / "bin" / "rev-migrate")


@pytest.fixture(scope="module")
def pages(installed):
    """name(section) → its text, on lines as long as its paragraphs"""
    shown = {}
    for path in sorted((installed / "share" / "man").rglob("*.[0-9]")):
        text = run("mandoc", "-T", "utf8", "-O", "width=1000", path)
        name, section = path.name.rsplit(".", 1)
        shown[f"{name}({section})"] = re.sub(r".\x08", "", text)
    return shown


def test_every_command_has_a_page(root):
    """Of the build under test: a new command is noticed here first."""
    folder = root / "docs" / "man"
    listed = re.search(r"page_commands = \[(.*?)\]", (folder / "meson.build").read_text(encoding="utf-8"), re.S).group(1)
    commands = [command["name"] for command in tables(rev.binary())["commands"]]
    for name in commands:
        assert (folder / f"rev-{name}.scd").exists(), f"`{name}` has no page: write docs/man/rev-{name}.scd"
        assert f"'{name}'" in listed, f"`{name}`'s page is not made: name it in docs/man/meson.build"
    assert sorted(path.stem for path in folder.glob("rev-*.scd")) == sorted(f"rev-{name}" for name in commands)


def test_all_are_installed(facts, pages):
    expected = [f"{name}({section})" for name, section in SECTIONS.items()]
    expected += [f"rev-migrate-{command['name']}(1)" for command in facts["commands"]]
    assert sorted(pages) == sorted(expected)


def test_mandoc_has_nothing_to_say(installed):
    paths = sorted((installed / "share" / "man").rglob("*.[0-9]"))
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *paths], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def paragraph(text):
    return " ".join(text.replace("`", "").split())


def test_a_page_says_what_the_help_says(facts, pages):
    for command in facts["commands"]:
        page = pages[f"rev-migrate-{command['name']}(1)"]
        assert f"rev-migrate-{command['name']} - {paragraph(command['summary'])}\n" in page
        for option in command["options"]:
            letter = f"-{option['letter']}, " if option["letter"] else ""
            value = f" {option['value']}" if option["value"] else ""
            more = " (may be repeated)" if option["is_list"] else ""
            assert re.search(
                rf"^ +{re.escape(letter)}--{option['name']}{re.escape(value)}\n +{re.escape(paragraph(option['help']))}"
                rf"{re.escape(more)}$",
                page,
                re.M,
            ), f"{command['name']} --{option['name']}\n{page}"
        assert all(f"    {example}\n" in page for example in command["examples"]), page
    for option in facts["options"]:
        assert f"--{option['name']}" in pages["rev-migrate(1)"]


def test_they_speak_of_the_program_as_it_is_called(facts, pages):
    names = "|".join(command["name"] for command in facts["commands"])
    for name, text in pages.items():
        assert "@" not in re.sub(r"\w@\w|://\w+@", "", text), f"{name}: a name that was not put in"
        assert re.findall(rf"\brev (?:{names}|-)\b", text) == [], name


def test_every_reference_to_a_page_of_ours_leads_somewhere(pages):
    for name, text in pages.items():
        named = set(re.findall(r"[\w.-]+\([135]\)", text))
        ours = {page for page in named if page.startswith(("rev", "librev"))}
        assert ours - set(pages) == set(), name


def known_keys(program, folder, arguments):
    """As the program lists them when it is given one that is like none."""
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, env=rev.clean_environment())
    return re.search(r"Known keys: ([\w, ]+)\.", done.stderr).group(1).split(", ")


@pytest.mark.parametrize("page, file", [("rev.yaml(5)", "rev.yaml"), ("revision.yaml(5)", "migrations/one/revision.yaml")])
def test_every_key(installed, pages, tmp_path, page, file):
    (tmp_path / "migrations" / "one").mkdir(parents=True)
    (tmp_path / file).write_text("qqqqqqqqqqqqqqqqqqqqqqqqqqqq: 1\n", encoding="utf-8")
    known = known_keys(installed / "bin" / "rev-migrate", tmp_path, ["heads"])
    keys = pages[page].split("\nKEYS\n")[1].split("\nEXAMPLES\n")[0]
    told = [name for line in re.findall(r"^ {5,7}(\w.*)$", keys, re.M) for name in line.split(", ")]
    assert sorted(told) == sorted(known)


def test_every_function(root, pages):
    headers = "".join(path.read_text(encoding="utf-8") for path in (root / "include").rglob("*.h"))
    declared = re.findall(r"^REV_API [^;(]*?\b(rev_\w+)\(", headers, re.M)
    assert len(declared) > 40
    lines = re.findall(r"^ {5,7}(rev_\w+\(\)(?:, rev_\w+\(\))*)$", pages["librev(3)"], re.M)
    assert sorted(name.removesuffix("()") for line in lines for name in line.split(", ")) == sorted(declared)
