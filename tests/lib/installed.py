"""The build under test, installed into a folder of its own, and programs built against that alone."""

import os
import subprocess
from pathlib import Path

import rev


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def is_sanitized(library):
    """Who loads it would have to be sanitized, too."""
    return any(name in run("nm", "-D", library) for name in ("__asan_init", "__tsan_init"))


class Installed:
    """`meson install` of the build folder that the rev under test lies in."""

    def __init__(self, folder):
        self.build = rev.binary().parent.parent
        run("meson", "install", "-C", self.build, "--no-rebuild", "--destdir", folder)
        self.package = next(Path(folder).rglob("librev.pc"))
        self.library = self.package.parents[1]
        self._say_where_it_is(Path(folder))

    def _say_where_it_is(self, folder):
        """pkg-config is to find it where it is, as if that were its prefix."""
        lines = self.package.read_text().splitlines()
        assert lines[0].startswith("prefix=/")
        self.prefix = folder / lines[0].removeprefix("prefix=/")
        self.package.write_text("\n".join([f"prefix={self.prefix}", *lines[1:]]) + "\n")

    def environment(self, **changes):
        return rev.clean_environment(
            PKG_CONFIG_PATH=self.package.parent,
            LD_LIBRARY_PATH=self.library,
            PATH=f"{self.prefix / 'bin'}:{os.environ['PATH']}",
            **changes,
        )
