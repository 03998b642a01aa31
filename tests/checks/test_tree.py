"""The tree itself: what lies where, what a build would forget, what must not be in a public repository."""

import re

TOP = {"src", "include", "templates", "tests", "docs", "meson.build", "meson_options.txt", "README.md", "LICENSE"}
# A folder of somebody's machine (examples say /home/me); written so that this line does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home(?!/me\b)|Users|root|work)/\w")


def test_top_level(root, tree_files):
    entries = {path.relative_to(root).parts[0] for path in tree_files}
    assert {name for name in entries - TOP if not name.startswith(".")} == set()


def test_every_source_is_named_in_its_folders_meson_build(root):
    forgotten = []
    for path in sorted((root / "src").rglob("*.c")):
        named = False
        for folder in path.parents:
            listing = folder / "meson.build"
            if listing.exists() and re.search(rf"\b{re.escape(path.stem)}\b", listing.read_text(encoding="utf-8")):
                named = True
            if folder == root / "src":
                break
        if not named:
            forgotten.append(str(path.relative_to(root)))
    assert forgotten == []


def test_every_unit_test_mirrors_a_source(root):
    """tests/unit/<room>/test_<file>.c belongs to src/<room>/<file>.c, and meson knows it."""
    listing = (root / "tests" / "meson.build").read_text(encoding="utf-8")
    for path in sorted((root / "tests" / "unit").rglob("test_*.c")):
        room, name = path.parent.relative_to(root / "tests" / "unit"), path.stem.removeprefix("test_")
        assert (root / "src" / room / f"{name}.c").exists(), f"{path.relative_to(root)} mirrors nothing"
        assert re.search(rf"['/]{name}'", listing), f"{path.relative_to(root)} is not in tests/meson.build"


def test_no_path_of_a_machine(root, tree_files):
    found = []
    for path in tree_files:
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(root)}: {match.group()}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


def test_text_files_end_in_one_newline_and_hold_no_tabs_or_trailing_space(root, tree_files):
    wrong = []
    for path in tree_files:
        if path.suffix not in (".c", ".h", ".py", ".sh", ".md", ".build", ".yaml"):
            continue
        text = path.read_text(encoding="utf-8")
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            wrong.append(f"{path.relative_to(root)}: end of file")
        if re.search(r"[ \t]+$", text, re.M):
            wrong.append(f"{path.relative_to(root)}: trailing space")
        if path.suffix in (".c", ".h", ".py") and "\t" in text:
            wrong.append(f"{path.relative_to(root)}: tab")
    assert wrong == []


def test_every_c_file_says_what_it_is_for(root):
    silent = [
        str(path.relative_to(root))
        for path in sorted((root / "src").rglob("*.c"))
        if not path.read_text(encoding="utf-8").lstrip().startswith("/*")
    ]
    assert silent == []
