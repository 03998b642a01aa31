"""The same revisions as an Alembic project, and Debian's alembic run on it."""

import os
import subprocess
import sys
from pathlib import Path

ENV_PY = """\
import os
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(os.environ["ALEMBIC_URL"])
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

MAKO = '"""${message}"""\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n'

REVISION_PY = """\
\"\"\"{message}\"\"\"
from alembic import op

revision = {id!r}
down_revision = {parents!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


def upgrade():
{up}

def downgrade():
{down}
"""


def one_or_many(names):
    if not names:
        return None
    return names[0] if len(names) == 1 else tuple(names)


def body(statements):
    return "".join(f"    op.execute({statement!r})\n" for statement in statements) or "    pass\n"


class AlembicProject:
    def __init__(self, root, url):
        self.root = Path(root)
        self.url = url
        versions = self.root / "alembic" / "versions"
        versions.mkdir(parents=True)
        (self.root / "alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
        (self.root / "alembic" / "env.py").write_text(ENV_PY)
        (self.root / "alembic" / "script.py.mako").write_text(MAKO)

    def add(self, *revisions):
        for revision in revisions:
            text = REVISION_PY.format(
                id=revision.id,
                message=revision.message,
                parents=one_or_many(revision.parents),
                labels=one_or_many(revision.labels),
                depends_on=one_or_many(revision.depends_on),
                up=body(revision.up),
                down=body(revision.down),
            )
            (self.root / "alembic" / "versions" / f"{revision.id}.py").write_text(text, encoding="utf-8")
        return self

    def __call__(self, *arguments):
        environment = dict(os.environ, ALEMBIC_URL=self.url, PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=self.root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"alembic {arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout
