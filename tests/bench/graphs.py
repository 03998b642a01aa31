"""Projects of many revisions, in the three shapes that a history has, the same at every run."""

from dataclasses import dataclass
from pathlib import Path

BRANCHES = 100


def chain(i):
    return [i - 1] if i else []


def ladder(i):
    """A branch point and a merge point every ten revisions, with two lines between them."""
    step = i % 10
    if step == 0:
        return [i - 2, i - 1] if i else []
    return [i - min(step, 2)]


def parallel(i):
    """A hundred lines from one base that never meet."""
    return [max(i - BRANCHES, 0)] if i else []


def revision_id(i):
    """Twelve hex digits that look random: the odd factor gives no id twice."""
    return f"{(i * 0x9E3779B97F4A7C15 + 0x5CD038A8F131) % (1 << 48):012x}"


def up(i):
    return f"CREATE TABLE bench_{i} (id integer PRIMARY KEY, name text)"


def down(i):
    return f"DROP TABLE bench_{i}"


@dataclass(frozen=True)
class Project:
    root: Path
    count: int

    @property
    def migrations(self):
        return self.root / "migrations"

    @property
    def head(self):
        """Of a chain."""
        return revision_id(self.count - 1)


def _write(folder, i, parents, has_scripts):
    name = f"2025{i // 40320 % 12 + 1:02d}{i // 1440 % 28 + 1:02d}_{i // 60 % 24:02d}{i % 60:02d}"
    revision = folder / f"{name}_{revision_id(i)}_create_table_{i}"
    revision.mkdir()
    listed = ", ".join(f'"{revision_id(parent)}"' for parent in parents)
    (revision / "revision.yaml").write_text(
        f'revision: "{revision_id(i)}"\ndown_revision: [{listed}]\ndepends_on: []\nbranch_labels: []\n'
        f'message: "create table {i}"\ncreate_date: "2025-01-01T00:00:00Z"\n'
    )
    if has_scripts:
        (revision / "up.sql").write_text(up(i) + ";\n")
        (revision / "down.sql").write_text(down(i) + ";\n")


def project(setting, shape, count, has_scripts=True):
    """Made once, for all benchmarks that share it. What only reads headers needs no scripts: three times the files."""
    made = Project(setting.folder / f"{shape.__name__}-{count}{'' if has_scripts else '-headers'}", count)
    if not made.root.exists():
        made.migrations.mkdir(parents=True)
        (made.root / "rev.yaml").write_text("migrations: migrations\n")
        for i in range(count):
            _write(made.migrations, i, shape(i), has_scripts)
    return made
