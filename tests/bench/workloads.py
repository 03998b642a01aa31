"""The texts that the benchmarks run: each a file of about a wanted size, the same at every run."""

from dataclasses import dataclass
from pathlib import Path

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november".split()
CREATE = "CREATE TABLE bench_rows (id integer PRIMARY KEY, name text NOT NULL, amount numeric, note text);\n"
INSERT = "INSERT INTO bench_rows (id, name, amount, note)"
STATEMENT_BYTES = 2_000_000


@dataclass(frozen=True)
class Workload:
    path: Path
    rows: int  # that bench_rows holds afterwards

    @property
    def size(self):
        return self.path.stat().st_size


def _note(number):
    return " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 5))


def inserts(path, size):
    """Single-row INSERTs of about a hundred bytes."""
    count = 0
    with path.open("w") as out:
        written = out.write(CREATE)
        while written < size:
            written += out.write(f"{INSERT} VALUES ({count}, 'it''s {count}', {count % 1000}.25, '{_note(count)}');\n")
            count += 1
    return Workload(path, count)


def long_inserts(path, size):
    """INSERTs of two megabytes each, one row a line."""
    count = 0
    with path.open("w") as out:
        written = out.write(CREATE)
        while written < size:
            begun = written
            written += out.write(f"{INSERT} VALUES\n")
            while written < begun + STATEMENT_BYTES:
                written += out.write(f"({count}, 'it''s {count}', {count % 1000}.25, '{_note(count)}'),\n")
                count += 1
            written += out.write(f"({count}, 'last', 0, NULL);\n")
            count += 1
    return Workload(path, count)


def copy(path, size):
    """COPY with its data, as pg_dump writes it."""
    count = 0
    with path.open("w") as out:
        written = out.write(CREATE + "COPY bench_rows (id, name, amount, note) FROM stdin;\n")
        while written < size:
            written += out.write(f"{count}\tit's {count}\t{count % 1000}.25\t{_note(count)}\n")
            count += 1
        out.write("\\.\n")
    return Workload(path, count)


def _thousand(first):
    """A thousand statements of the kinds that people write; they leave 650 rows."""
    table = f"bench_{first // 1000}"
    yield f"CREATE TABLE {table} (id integer PRIMARY KEY, name text)"
    yield f"CREATE INDEX {table}_name ON {table} (name)"
    for i in range(first, first + 700):
        yield f"-- row {i}\n{INSERT}\n    VALUES ({i}, 'it''s {i}', {i}, '{_note(i)}')"
    for i in range(first, first + 50):
        yield f"DELETE FROM bench_rows WHERE id = {i}"
    for i in range(first + 50, first + 250):
        yield f"UPDATE bench_rows SET name = 'x;y', amount = amount + 1 WHERE id = {i} /* one; row */"
    for i in range(48):
        yield f"INSERT INTO {table} (id, name) VALUES ({i}, 'a \"name\" -- no comment')"


def mixed(path, statements):
    """Short statements of several kinds, with comments; their number must be a multiple of a thousand."""
    with path.open("w") as out:
        out.write(CREATE)
        for first in range(0, statements, 1000):
            out.writelines(f"{sql};\n" for sql in _thousand(first))
    return Workload(path, statements // 1000 * 650)
