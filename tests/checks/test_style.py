"""Formatting and shell scripts, by the tools that know; and how our own messages name the program."""

import re
import shutil
import subprocess

import pytest


def tool(name):
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")


def test_clang_format(root, tree_files):
    tool("clang-format")
    files = [str(path) for path in tree_files if path.suffix in (".c", ".h")]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr[-4000:]


def test_shellcheck(tree_files):
    tool("shellcheck")
    scripts = [path for path in tree_files if path.suffix in (".sh", ".bash") or path.read_bytes()[:64].startswith(b"#!/")]
    scripts = [path for path in scripts if path.suffix in (".sh", ".bash") or b"sh" in path.read_bytes().split(b"\n")[0]]
    assert len(scripts) >= 3
    done = subprocess.run(["shellcheck", *map(str, scripts)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def test_advice_names_the_program(root):
    """Under another program_name `rev` is another program. The mark in a picture is no advice."""
    commands = "|".join(path.stem[4:] for path in sorted((root / "src" / "cli").glob("cmd_*.c")))
    advice = re.compile(rf'"(?:[^"\\\n]|\\.)*\brev (?:{commands})\b')
    for path in sorted((root / "src").rglob("*.[ch]")):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        found = [match[0] for match in advice.finditer(code) if not match[0].startswith('"drawn by ')]
        assert not found, f"{path}: {found}"
