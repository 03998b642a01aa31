"""Writes projects: the same graph of revisions for rev and for Alembic.

A graph is drawn as in the project's semantics page:

    a; b<a (L); c<a; d<b,c !x

`b<a`: b's parent is a; `c<a,b`: a merge; `!x`: depends on x; `(L)`: a branch label.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from rev import Rev


@dataclass
class Revision:
    id: str
    parents: list = field(default_factory=list)
    depends_on: list = field(default_factory=list)
    labels: list = field(default_factory=list)
    message: str = ""
    # Lists of statements without their semicolon; None: the file is left out.
    up: list = field(default_factory=list)
    down: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)


PART = re.compile(r"^(\w+)(?:<([\w,]+))?((?:\s*(?:![\w,]+|\([\w, ]+\)))*)$")


def draw(text):
    """The revisions of a drawing, each creating a table named after itself."""
    revisions = []
    for part in (piece.strip() for piece in text.split(";")):
        if not part:
            continue
        match = PART.match(part)
        assert match, f"not a drawing of a revision: {part!r}"
        name, parents, rest = match.groups()
        revision = Revision(name, parents.split(",") if parents else [], message=f"make {name}")
        for item in re.findall(r"![\w,]+|\([\w, ]+\)", rest):
            names = [word.strip() for word in item.strip("!()").split(",")]
            (revision.depends_on if item[0] == "!" else revision.labels).extend(names)
        revision.up = [f"CREATE TABLE t_{name} (id integer)"]
        revision.down = [f"DROP TABLE t_{name}"]
        revisions.append(revision)
    return revisions


def line(*names):
    """A drawing's simplest case: each name's parent is the one before it."""
    return draw("; ".join(f"{name}<{before}" if before else name for before, name in zip((None, *names), names)))


def script(statements):
    return "".join(statement + ";\n" for statement in statements)


def quoted(value):
    """A YAML scalar or flow list; JSON's strings are YAML's double-quoted ones, but for what YAML wants escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\ufffe\uffff]", lambda match: f"\\u{ord(match.group()):04x}", text)


class Project:
    """A rev project in a folder, and `rev` run in it."""

    def __init__(self, root, url=None, config=None, **environment):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.migrations = self.root / "migrations"
        self.rev = Rev(self.root, **environment)
        self.configure(url, config)

    def configure(self, url=None, config=None):
        text = (f"url: {quoted(url)}\n" if url else "") + (config or "")
        self.migrations.mkdir(exist_ok=True)
        (self.root / "rev.yaml").write_text(text or "migrations: migrations\n", encoding="utf-8")

    def add(self, *revisions):
        for revision in revisions:
            self.write(revision)
        return self

    def draw(self, text):
        return self.add(*draw(text))

    def folder(self, revision_id):
        """The folder of a revision; there must be one."""
        found = [header.parent for header in self.headers() if f'"{revision_id}"' in header.read_text(encoding="utf-8")]
        found = [path for path in found if read_header(path)["revision"] == revision_id]
        assert len(found) == 1, f"{revision_id}: {found}"
        return found[0]

    def headers(self):
        return sorted(self.migrations.glob("*/revision.yaml"))

    def write(self, revision):
        slug = re.sub(r"\W+", "_", revision.message.lower()).strip("_") or "revision"
        folder = self.migrations / f"20250101_0000_{revision.id}_{slug}"[:120]
        folder.mkdir(parents=True)
        lines = [
            f"revision: {quoted(revision.id)}",
            f"down_revision: {quoted(revision.parents)}",
            f"depends_on: {quoted(revision.depends_on)}",
            f"branch_labels: {quoted(revision.labels)}",
            f"message: {quoted(revision.message)}",
            "create_date: 2025-01-01T00:00:00Z",
        ]
        lines += [f"{key}: {value}" for key, value in revision.extra.items()]
        (folder / "revision.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for name, statements in (("up.sql", revision.up), ("down.sql", revision.down)):
            if statements is not None:
                (folder / name).write_text(script(statements), encoding="utf-8")
        return folder

    def sql(self, revision_id, text, name="up.sql"):
        """Puts an exact text into a revision's script."""
        path = self.folder(revision_id) / name
        path.write_text(text, encoding="utf-8")
        return path


def read_header(folder):
    import yaml

    return yaml.safe_load((Path(folder) / "revision.yaml").read_text(encoding="utf-8"))


def tree(root):
    """Every file below a folder with its bytes: to see that nothing was touched."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(Path(root).rglob("*")) if path.is_file()}
