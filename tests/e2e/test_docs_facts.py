"""What the pages in docs/ say that can be looked up: links, files, tests, commands, options, keys, variables."""

import ast
import functools
import json
import re
import shlex
import shutil
import subprocess
from itertools import count

import pages
import pytest
from projects import Project, line
from rev import REPOSITORY, Rev
from rev import binary as rev_binary

ALL = pages.pages()


def shown(page):
    return str(page.relative_to(REPOSITORY))


@pytest.fixture(params=ALL, ids=shown)
def page(request):
    return request.param


def slugs(page):
    """The anchors of a page's headings, as GitHub makes them."""
    seen = {}
    for _, text in pages.prose(page):
        if re.match(r"#{1,6} ", text):
            text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text.lstrip("#").strip()).lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            number = seen[slug] = seen.get(slug, -1) + 1
            yield f"{slug}-{number}" if number else slug


def test_links_lead_somewhere(page):
    broken = []
    for number, text in pages.prose(page):
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            aim = (page.parent / path).resolve() if path else page
            if not aim.exists() or (anchor and anchor not in slugs(aim)):
                broken.append(f"{shown(page)}:{number}: {target}")
    assert broken == []


def test_the_index_has_every_page():
    index = REPOSITORY / "docs" / "README.md"
    text = index.read_text(encoding="utf-8")
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#]+)", text)}
    assert [shown(page) for page in ALL if page not in linked and page != index] == []


@functools.cache
def names_of_tests(path):
    text = path.read_text(encoding="utf-8")
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def test_files_and_tests_that_are_named_exist(page):
    missing, file = [], None
    for number, text in pages.prose(page):
        for name, test in re.findall(r"`((?:tests|src|include|templates|docs)/[\w./-]+)?(?:::(test_\w+))?`", text):
            file = REPOSITORY / name if name else file
            if re.search(r"[/_-]x\.\w+$|^src/test/", name):  # a name for any; PostgreSQL's sources
                continue
            if name and not file.exists():
                missing.append(f"{shown(page)}:{number}: {name}")
            elif test and test not in names_of_tests(file):
                missing.append(f"{shown(page)}:{number}: {file.name} has no {test}")
    assert missing == []


def test_scripts_and_build_options_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    scripts = set(re.findall(r"\b(?:sh|python3) ((?:docs|tests)/[\w./-]+)", text))
    assert [name for name in scripts if not (REPOSITORY / name).exists()] == []
    options = set(re.findall(r"-D(\w+)=", text)) - {"buildtype", "werror"}
    known = (REPOSITORY / "meson_options.txt").read_text(encoding="utf-8")
    assert [name for name in options if f"option('{name}'" not in known] == []


@functools.cache
def options_of(command):
    """The long and short options that a command's help lists; the program's for None."""
    rev = Rev(REPOSITORY)
    help_text = (rev(command, "--help") if command else rev("--help")).ok().stdout
    section = help_text.split("\nOptions:\n")[1].split("\n\n")[0] if "\nOptions:\n" in help_text else ""
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*|(?<= )-[A-Z]\b", "\n".join(
        row[:30] for row in section.splitlines())))  # fmt: skip


@functools.cache
def commands():
    text = Rev(REPOSITORY)("--help").ok().stdout
    return re.findall(r"^  ([a-z_]+) ", text.split("\nCommands:\n")[1].split("\n\n")[0], re.M)


def command_lines(page):
    """(line number, words) of each `rev …` in the text, and of each line of a block that begins so."""
    for number, text in pages.prose(page):
        for span in re.findall(r"`(rev (?!from util-linux)[^`]+)`", text):
            yield number, span.replace("…", "").split()
    for block in pages.blocks(page):
        for number, text in enumerate(block.text.splitlines(), block.line):
            if match := re.match(r"(?:\$ |> )?((?:\w+=\S+ )*)(rev .*)", text):
                yield number, match.group(2).replace("…", "").split()


def wrong_words(words):
    """What of a command line the program does not know."""
    known = set(options_of(None))
    command = next((word for word in words[1:] if word in commands()), None)
    if command:
        known |= options_of(command)
    elif len(words) > 1 and re.fullmatch(r"[a-z][a-z_]*", words[1]):
        return [words[1]]
    for word in words[1:]:
        if re.match(r"[|><&;#]|2>", word):
            return []
        name = re.match(r"(--[a-z][a-z-]*|-[A-Za-z]\b)", word.lstrip("["))
        if name and name.group(1) not in known:
            return [word]
    return []


def test_every_command_line_is_one(page):
    found = [f"{shown(page)}:{number}: {' '.join(words)}: {wrong}"
             for number, words in command_lines(page) if (wrong := wrong_words(words))]  # fmt: skip
    assert found == []


def section(page, heading):
    """The lines below a heading, up to the next of its level or above."""
    inside, level = False, heading.split(" ")[0]
    for _, text in pages.prose(page):
        if text == heading:
            inside = True
        elif inside and re.match(rf"#{{1,{len(level)}}} ", text):
            return
        elif inside:
            yield text


def test_commands_md_has_every_command_and_no_other():
    page = REPOSITORY / "docs" / "commands.md"
    listed = re.findall(r"^### `?rev (\w+)`?$", page.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(commands())
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("command", commands())
def test_commands_md_has_every_option(command):
    text = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    part = re.search(rf"^### rev {command}\n(.*?)(?=^###? |\Z)", text, re.M | re.S)
    assert part, f"no section `### rev {command}`"
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", part.group(1)))
    listed = {option for option in options_of(command) if option.startswith("--")}
    assert listed - named == set(), "the page lacks these"
    assert named - listed - options_of(None) == set(), "the page has these, which are none"
    assert re.search(rf"^\$ .*\brev .*{command}\b", part.group(1), re.M), "no example"


def test_commands_md_has_every_option_of_the_program():
    page = REPOSITORY / "docs" / "commands.md"
    named = set(re.findall(r"--[a-z][a-z-]*", "\n".join(section(page, "## Options of every command"))))
    assert named == {option for option in options_of(None) if option.startswith("--")}


def keys_in(source, table):
    """The names in one of the program's tables of keys."""
    text = (REPOSITORY / "src" / source).read_text(encoding="utf-8")
    return set(re.findall(r'"(\w+)"', re.search(rf"{table}\[\w+\] = \{{(.*?)\}};", text, re.S).group(1)))


def keys_on_the_page(heading):
    page = REPOSITORY / "docs" / "configuration.md"
    return {match.group(1) for text in section(page, heading) if (match := re.match(r"\| `(\w+)`", text))}


def test_configuration_md_has_every_key_of_rev_yaml():
    assert keys_on_the_page("## rev.yaml") == keys_in("config/overlay.c", "key_names") | {"environments"}


def test_configuration_md_has_every_key_of_revision_yaml():
    assert keys_on_the_page("## revision.yaml") == keys_in("tree/header.c", "key_names")


def test_the_tables_of_keys_are_the_programs(tmp_path):
    """Each key of the page is taken, and an unknown one is not."""
    project = Project(tmp_path).add(*line("a1"))
    for key in keys_on_the_page("## rev.yaml"):
        (tmp_path / "rev.yaml").write_text(f"{key}: null\n")
        project.rev("heads").says_not("unknown key")
    (tmp_path / "rev.yaml").write_text("nosuchkey: 1\n")
    project.rev("heads").fails(2, "unknown key")


def variables_of_the_program():
    """What src asks the environment for, and what it hands to the programs it starts."""
    found = set()
    for path in sorted((REPOSITORY / "src").rglob("*.c")):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:rv_env_exported|getenv)\("([A-Z_]+)"\)', text))
        found |= set(re.findall(r'"((?:REV_)?DATABASE_URL)"', text))
    return found


def test_configuration_md_has_every_variable():
    assert keys_on_the_page("## The environment") >= variables_of_the_program()


def publish(folder):
    """The project as a git repository whose origin/main it is."""
    name = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for words in (["init"], ["add", "."], [*name, "commit", "-m", "all"], ["update-ref", "refs/remotes/origin/main", "HEAD"]):
        subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def test_what_to_type_in_the_readme_can_be_typed(tmp_path):
    """The table of the README, each line in a project of its own that has a revision to go."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    table = readme.split("| to do | type |")[1].split("\n\n")[0]
    for number, typed in zip(count(), re.findall(r"`(rev [^`]+)`", table)):
        folder = tmp_path / str(number)
        project = Project(folder, "sqlite:///dev.db").add(*line("5cd038a8f131", "9c27a41f06be", "b8d21c77e490"))
        project.rev("upgrade", "9c27").ok()
        project.rev("bundle", "--output", "shop.bundle").ok()
        publish(folder)
        assert project.rev(*shlex.split(typed)[1:]).status in (0, 3), typed


def json_page():
    return (REPOSITORY / "docs" / "json.md").read_text(encoding="utf-8")


def keys_of(answer):
    return set((answer[0] if isinstance(answer, list) else answer).keys())


@pytest.fixture
def answers(tmp_path):
    """A project in which each command has something to answer in JSON."""
    project = Project(tmp_path / "project", "sqlite:///test.db").add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()

    def ask(*words):
        return json.loads(project.rev(*words, "--format", "json").stdout)

    return ask


def test_json_md_has_every_key_of_a_revision_and_of_a_statement(answers, tmp_path):
    (tmp_path / "x.sql").write_text("SELECT 1;\n")
    for heading, words in (("A revision", ["show", "a1"]), ("A statement", ["split", str(tmp_path / "x.sql")])):
        block = json_page().split(f"## {heading}")[1].split("    }")[0]
        assert set(re.findall(r'^      "(\w+)":', block, re.M)) == keys_of(answers(*words)), heading


JSON_COMMANDS = [["status"], ["current"], ["log"], ["check"], ["doctor"], ["show", "a1", "--from-database"],
                 ["upgrade", "head"], ["revision", "-m", "more"], ["init", "elsewhere"], ["list_templates"]]  # fmt: skip


@pytest.mark.parametrize("words", JSON_COMMANDS, ids=" ".join)
def test_json_md_has_every_key_of_an_answer(words, answers):
    name = "show --from-database" if len(words) == 3 and words[0] == "show" else words[0]
    row = re.search(rf"^\| (?=[^|]*`{name}`)[^|]*\| (.*)", json_page(), re.M).group(1)
    listed = re.search(r"\{([^}]*)\}", row).group(1)
    assert set(re.findall(r'"(\w+)"', listed)) == keys_of(answers(*words))


def messages():
    """(heading, what is printed below it) of each message on the page for troubleshooting."""
    text = (REPOSITORY / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        heading, _, rest = part.partition("\n")
        printed = "\n".join(re.findall(r"^```console\n(.*?)^```", rest.split("\n## ")[0], re.M | re.S))
        if printed:
            yield pytest.param(heading, printed, id=heading)


@pytest.mark.parametrize("heading, printed", messages())
def test_a_message_to_look_up_is_one_that_is_printed(heading, printed):
    """test_docs.py sees to it that what stands below is what is printed."""
    for words in heading.split(", ")[0].split("…"):
        assert words.strip() in printed


def bench(*words):
    command = ["/usr/bin/python3", "tests/bench/run.py", *words]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done
    return done.stdout


def test_the_benchmarks_that_are_named_are_there():
    """They take too long to be run here; their names are looked up."""
    text = (REPOSITORY / "docs" / "performance.md").read_text(encoding="utf-8")
    lines = re.findall(r"^    REV_BINARY=\S+ /usr/bin/python3 tests/bench/run\.py(.*)$", text, re.M)
    assert len(lines) > 3
    for words in lines:
        assert bench("--list", *words.split())


def test_a_benchmark_runs(tmp_path):
    """On a copy, which lies in no build folder: nobody asks there how it was built."""
    binary = shutil.copy(rev_binary(), tmp_path / "rev")
    said = bench("--binary", str(binary), "--short", "--rounds", "1", "start-version")
    assert re.search(r"^start-version +wall .* sqlite3 -version ", said, re.M), said
