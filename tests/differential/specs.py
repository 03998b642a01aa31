"""Random specs of every kind, and the grammar that says which texts are specs."""

import re
from dataclasses import dataclass

from graphs import RESERVED

SPEC = re.compile(r"^(?:([^@:+]+)@)?(?:([^@:+]+?)??)(?:([+-])([0-9]+))?$")


@dataclass(frozen=True)
class Spec:
    where: str | None
    symbol: str | None
    sign: str | None
    count: int | None

    @property
    def is_bare(self):
        """Counted from where the database is."""
        return self.sign is not None and self.symbol is None


def parse(text):
    """The parts of a spec; None if the text is not one."""
    match = SPEC.match(text)
    if not match:
        return None
    where, symbol, sign, digits = match.groups()
    if not symbol and not sign:
        return None
    return Spec(where, symbol or None, sign, int(digits) if digits else None)


class Specs:
    """Draws specs that a person might type on this graph with these rows, and some that nobody should."""

    def __init__(self, chance, graph):
        self.chance = chance
        self.graph = graph
        self.rows = set()

    def one_of(self, *pairs):
        return self.chance.choices([value for value, _ in pairs], [weight for _, weight in pairs])[0]

    def id(self):
        """Any id; more often one that is applied or stands right above."""
        applied = sorted(self.graph.applied(self.rows))
        if applied and self.chance.random() < 0.4:
            return self.chance.choice(applied)
        return self.chance.choice(self.graph.ids) if self.graph.ids else "nothing"

    def prefix(self):
        name = self.chance.choice(self.graph.names) if self.graph.names else "nothing"
        return name[: self.chance.randint(1, len(name))]

    def label(self):
        return self.chance.choice(list(self.graph.declaring)) if self.graph.declaring else self.id()

    def unknown(self):
        return self.id() + self.chance.choice(("x", "zz", "_0"))

    def name(self):
        return self.one_of((self.id, 10), (self.prefix, 3), (self.label, 3), (self.unknown, 0.3))()

    def symbol(self):
        return self.one_of((self.name(), 10), ("head", 1), ("heads", 0.7), ("base", 1.5), ("current", 0.15))

    def where(self):
        pick = self.one_of((self.label, 6), (self.row, 4), (self.name, 5), (self.reserved, 0.3), (self.unknown, 0.3))
        return pick()

    def row(self):
        rows = sorted(self.rows)
        return self.chance.choice(rows) if rows else self.name()

    def reserved(self):
        return self.chance.choice(RESERVED)

    def count(self):
        return self.one_of(("1", 10), ("2", 6), ("3", 3), ("4", 1.5), ("0", 0.7), ("01", 0.2), ("15", 0.5), ("99", 0.2))

    def odd(self):
        """What is not a spec, or hardly."""
        return self.chance.choice(
            (
                f"{self.id()}-1x",
                f"{self.id()}+2{self.prefix()}",
                f"{self.id()}-",
                f"{self.id()}+",
                f"{self.where()}@",
                f"@{self.symbol()}",
                f"{self.where()}@{self.where()}@{self.symbol()}",
                f"{self.id()}:{self.id()}",
                f"{self.id()}--1",
                f"{self.id()}+1-1",
                f"{self.id()}{self.chance.choice(' .%*')}",
                "",
                "+",
                "+1+1",
                "@",
            )
        )

    def any(self, signs="+-"):
        sign = self.chance.choice(signs)
        made = self.one_of(
            (lambda: self.symbol(), 10),
            (lambda: self.one_of(("head", 1), ("heads", 2), ("base", 2)), 4),
            (lambda: f"{self.where()}@{self.one_of(('head', 2), ('heads', 1), ('base', 2))}", 6),
            (lambda: f"{self.where()}@{self.name()}", 4),
            (lambda: f"{sign}{self.count()}", 5),
            (lambda: f"{self.symbol()}{self.chance.choice('+-')}{self.count()}", 5),
            (lambda: f"{self.where()}@{sign}{self.count()}", 5),
            (lambda: f"{self.where()}@{self.symbol()}{self.chance.choice('+-')}{self.count()}", 3),
            (self.odd, 1),
        )
        return made()

    def upgrade(self):
        return self.any("++++++-")

    def downgrade(self):
        if self.rows and self.chance.random() < 0.45:
            return self.likely_downgrade()
        return self.any("------+")

    def likely_downgrade(self):
        """One that may well undo something: a revision below a row, or a few steps down."""
        row = self.row()
        below = self.chance.choice(sorted(self.graph.full_below[row]))
        return self.one_of(
            (below, 6),
            (f"{self.where()}@{below}", 3),
            (f"{row}@{below}", 3),
            (f"-{self.count()}", 5),
            ("-1", 3),
            (f"{row}@-{self.count()}", 3),
            (f"{below}-{self.count()}", 2),
            (f"{self.where()}@base", 2),
            ("base", 0.5),
        )

    def stamps(self):
        """One to three; several are mostly such that none needs another."""
        count = self.one_of((1, 6), (2, 3), (3, 1))
        if count > 1 and self.graph.ids and self.chance.random() < 0.6:
            return self.independent(count)
        plain = self.chance.random() < 0.8
        return [self.plain() if plain else self.any() for _ in range(count)]

    def independent(self, count):
        found = self.graph.maximal(set(self.chance.sample(self.graph.ids, min(count, len(self.graph.ids)))))
        return self.chance.sample(sorted(found), len(found))

    def plain(self):
        """What stamp takes."""
        return self.one_of(
            (self.name(), 10),
            ("heads", 1),
            ("head", 1),
            ("base", 0.7),
            (f"{self.where()}@head", 1),
            (f"{self.where()}@heads", 0.7),
            (f"{self.where()}@base", 1),
            (f"{self.where()}@{self.name()}", 1),
        )

    def lower_end(self):
        return self.one_of(
            ("", 3),
            ("base", 2),
            (self.name(), 10),
            ("current", 2),
            (f"-{self.count()}", 3),
            (f"{self.where()}@base", 2),
            (f"{self.where()}@{self.name()}", 1),
            ("head", 0.4),
            ("heads", 0.4),
            (f"{self.name()}{self.chance.choice('+-')}{self.count()}", 1),
            (self.any(), 0.5),
        )

    def upper_end(self):
        return self.one_of(
            ("", 3),
            ("head", 2),
            ("heads", 3),
            (self.name(), 10),
            ("current", 2),
            (f"+{self.count()}", 3),
            (f"{self.where()}@+{self.count()}", 1),
            (f"{self.where()}@head", 1),
            (f"{self.where()}@heads", 1),
            (f"{self.name()}{self.chance.choice('+-')}{self.count()}", 2),
            (self.any(), 0.5),
        )

    def range(self):
        """A:B, mostly with A below B."""
        if self.graph.ids and self.chance.random() < 0.35:
            upper = self.id()
            return f"{self.chance.choice(sorted(self.graph.full_below[upper]))}:{upper}"
        return f"{self.lower_end()}:{self.upper_end()}"
