"""Who may include whom: every `#include "room/…"` in src against the one table."""

import re

# room → what it may include besides itself, <rev/…> and base: rooms, or single headers.
ROOMS = {
    "base": [],
    "sql": [],
    "graph": [],
    "config": [],
    "tree": ["config", "graph/descriptor.h"],
    "db": ["config", "sql"],
    "project": ["config", "tree", "graph"],
    "plan": ["graph"],
    "migrate": ["config", "sql", "graph", "tree", "project", "plan", "db"],
    "schema": ["sql", "db"],
    "lint": ["sql", "tree"],
    "import": ["sql", "config", "tree"],
    "command": [
        "sql", "graph", "config", "tree", "db", "project", "plan", "migrate", "schema", "lint", "import",
    ],
    "cli": [],
}  # fmt: skip
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# Libraries whose headers stay inside the .c files of one room.
WRAPPED = {
    "libpq-fe.h": "db",
    "sqlite3.h": "db",
    "yaml.h": "base",
    "uthash.h": "base",
    "jansson.h": "cli",
    "sha2.h": "base",
    "uuid/uuid.h": "base",
    "uuid.h": "base",
}


def sources(root):
    return sorted((root / "src").rglob("*.[ch]"))


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def test_every_include_goes_down_the_house(root):
    wrong = []
    for path in sources(root):
        room = path.relative_to(root / "src").parts[0]
        allowed = {room, "base", *ROOMS.get(room, [])}
        for mark, name in includes(path):
            if mark == '"' and "/" in name and not allowed & {name, name.split("/")[0]}:
                wrong.append(f'{path.relative_to(root)} includes "{name}"')
    assert not wrong, "\n".join(wrong)


def test_every_include_of_ours_names_its_room(root):
    """A bare "x.h" would hide from the check above."""
    wrong = []
    for path in sources(root):
        for mark, name in includes(path):
            if mark == '"' and "/" not in name and name not in ("config.h",):
                wrong.append(f'{path.relative_to(root)} includes "{name}"')
    assert not wrong, "\n".join(wrong)


def test_every_folder_is_a_room(root):
    folders = {path.name for path in (root / "src").iterdir() if path.is_dir()}
    assert folders <= set(ROOMS)
    assert {"base", "graph", "cli"} <= folders


def test_public_headers_include_only_public_ones(root):
    wrong = []
    for path in (root / "include").rglob("*.h"):
        for mark, name in includes(path):
            if mark == '"' or ("/" in name and not name.startswith(("rev/", "sys/"))):
                wrong.append(f"{path.relative_to(root)}: {name}")
    assert not wrong, "\n".join(wrong)


def test_library_headers_stay_in_their_room(root):
    wrong = []
    for path in sources(root):
        room = path.relative_to(root / "src").parts[0]
        for _, name in includes(path):
            if name in WRAPPED and (room != WRAPPED[name] or path.suffix == ".h"):
                wrong.append(f"{path.relative_to(root)} includes <{name}>")
    assert not wrong, "\n".join(wrong)
