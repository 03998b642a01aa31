CREATE TABLE a (x integer); CREATE TABLE b (x integer);
CREATE RULE r AS ON INSERT TO a DO ALSO (
    INSERT INTO b VALUES (NEW.x);
    DELETE FROM b WHERE x = (SELECT 7); -- ;)
); INSERT INTO a VALUES (1), (7);
CREATE RULE s AS ON DELETE TO a DO (UPDATE b SET x = 2; NOTIFY n);
SELECT ((1) + (2)); SELECT * FROM b; DROP TABLE a; DROP TABLE b;
CREATE SCHEMA made
    CREATE TABLE c (d integer)

    CREATE VIEW v AS SELECT d FROM c
    CREATE INDEX i ON c (d);
DROP SCHEMA made CASCADE;
CREATE TABLE begin_table (atomic integer, "case" integer, "end" integer); DROP TABLE begin_table;
