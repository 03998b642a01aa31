-- A database with something of everything that the shell's .dump knows how to write.

PRAGMA foreign_keys = OFF;
CREATE TABLE child (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'it''s; --', up INTEGER REFERENCES parent (id));
INSERT INTO child VALUES (1, 2), (70, 1);
INSERT INTO parent VALUES (1, 'a', 2), (2, char(10) || 'b;' || char(13, 10) || '-- no comment' || char(9) || 'é🐘', 1);
DELETE FROM child WHERE id = 70;
CREATE TABLE kinds (
    a INT, b REAL, c TEXT, d BLOB, e ANY,
    twice INT GENERATED ALWAYS AS (a * 2) STORED, more INT AS (a + 1),
    CHECK (a <> 13 OR c = ';')
) STRICT;
INSERT INTO kinds VALUES
    (1, 0.1, 'x', x'00ff5c0a27', 1), (NULL, NULL, NULL, NULL, NULL), (-4611686018427387904, 1e300, '', x'', 'text'),
    (2, 9e999, 'a''b;c', x'3b', 1.5), (3, -0.0, 'BEGIN; COMMIT; END;', zeroblob(3), NULL);
CREATE TABLE "odd ""name""; --" ([a b] TEXT, `c;d` TEXT, "select" INTEGER, UNIQUE ([a b]) ON CONFLICT REPLACE);
INSERT INTO "odd ""name""; --" VALUES ('.mode list', '/* ', 1), ('
.dump', 'CASE WHEN 1 THEN 2 END;', 2);
CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO keyed VALUES ('a', 1), ('b', NULL);
CREATE TABLE many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT i, hex(i * 7919) || ';''' AS text FROM n;
CREATE INDEX "index; of many" ON many (text COLLATE NOCASE DESC, i + 1) WHERE i > 5;
CREATE VIEW seen AS SELECT a, CASE WHEN b > 1 THEN ';' ELSE 'END;' END AS "c;" -- no; end
    FROM kinds;
CREATE TABLE log (what TEXT);
CREATE TRIGGER "on; parent" AFTER UPDATE OF name ON parent WHEN new.name <> ';' BEGIN
    INSERT INTO log VALUES (CASE WHEN new.id = 1 THEN 'one; END;' ELSE 'more' END);
    -- END;
    UPDATE child SET parent_id = (SELECT max(id) FROM parent) WHERE parent_id = old.id;
END;
CREATE TRIGGER instead INSTEAD OF DELETE ON seen BEGIN SELECT RAISE(ABORT, 'not; this'); END;
CREATE VIRTUAL TABLE found USING fts5 (title, body, tokenize = 'unicode61');
INSERT INTO found VALUES ('a;b', 'the body''s text'), ('c', 'END;');
ANALYZE;
