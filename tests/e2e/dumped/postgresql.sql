-- A database with something of everything that pg_dump knows how to write.

CREATE SCHEMA app;
CREATE SCHEMA "Odd ""schema""";
COMMENT ON SCHEMA app IS E'''quotes'', a \\backslash;\n-- no comment;\n\\connect elsewhere\n$$ ; /* none either';

-- Types

CREATE TYPE app.mood AS ENUM ('sad', 'o''k', 'semi;colon', 'back\slash');
CREATE TYPE app.pair AS (x integer, "a b" text COLLATE "C");
CREATE TYPE app.span AS RANGE (subtype = numeric);
CREATE DOMAIN app.positive AS integer DEFAULT 1 CONSTRAINT "more than; nothing" CHECK (VALUE > 0);
CREATE COLLATION app.plain (provider = libc, locale = 'C');
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = simple);

-- Functions

CREATE FUNCTION app.dollars(t text) RETURNS text LANGUAGE plpgsql AS $outer$
DECLARE q text := $$inner; $1 'text'$$;
BEGIN
    -- COMMIT;
    IF t LIKE '%;%' THEN RETURN q || E'\\'; END IF;
    EXECUTE $in$ SELECT 'a;b' $in$;
    RETURN 'CREATE INDEX CONCURRENTLY';
END;
$outer$;
CREATE FUNCTION app.atomic(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT 1;
    SELECT CASE WHEN a > b THEN a ELSE CASE b WHEN 3 THEN 33 ELSE b END END;
END;
CREATE FUNCTION app.expression(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;
CREATE FUNCTION app."weird; name"(OUT "x y" integer, OUT b text[]) RETURNS SETOF record LANGUAGE sql
    AS 'SELECT 1, ARRAY[''a;b'', E''\\n'']';
CREATE FUNCTION app.crlf() RETURNS text LANGUAGE sql AS E'SELECT 1;\r\nSELECT ''a\rb'';\r\n';
CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE OPERATOR app.@-@ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4mi);
CREATE PROCEDURE app.commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE app.atomic_procedure(INOUT a integer) LANGUAGE sql BEGIN ATOMIC SELECT a; SELECT a + 1; END;

-- Tables and their data

CREATE TABLE public.kinds (
    id integer GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5),
    flags boolean[],
    bytes bytea,
    grid integer[][],
    words text[],
    data json,
    datab jsonb,
    at timestamptz,
    many app.positive,
    mood app.mood DEFAULT 'o''k',
    pair app.pair,
    span app.span,
    number numeric,
    huge double precision,
    doubled integer GENERATED ALWAYS AS (many * 2) STORED,
    "odd ""name"", with; \ everything é🐘" text,
    CONSTRAINT "key; of kinds" PRIMARY KEY (id)
);
INSERT INTO public.kinds
    (flags, bytes, grid, words, data, datab, at, many, mood, pair, span, number, huge, "odd ""name"", with; \ everything é🐘")
VALUES
    ('{t,f,NULL}', '\x00ff5c0a27', '{{1,2},{3,NULL}}', ARRAY['a"b', 'c\d', NULL, 'NULL', '', '{,}', E'e\nf', 'g;h'],
     '{"a": "\\n; \u0027"}', '{"b": [1, null, "\\\\"]}', '2024-02-29 12:00:00+02', 3, 'semi;colon',
     ROW(1, 'a,"b') , '[1.5,2)', 'NaN', '-Infinity', E'tab\there, newline\nthere, return\r, backslash \\, \\N, \\.'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('{}', '', '{}', '{}', '""', '""', 'infinity', 1, 'back\slash', ROW(NULL, ''), 'empty', 0.10, 1e300, ''),
    (NULL, NULL, NULL, NULL, NULL, NULL, '-infinity', 7, 'sad', NULL, NULL, -1, 0.1, E'\\.'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, 8, 'sad', NULL, NULL, NULL, NULL, E'\n\\.\n'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9, 'sad', NULL, NULL, NULL, NULL, E'''; COMMIT; --\b\f\v\x01\x7f'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9, 'sad', NULL, NULL, NULL, NULL, ':x :''y'' :"z" $1 %s ?');

CREATE TABLE "Odd ""schema"""."Table; --" ("select" serial PRIMARY KEY, "'" text DEFAULT '''; --', " " integer);
INSERT INTO "Odd ""schema"""."Table; --" (" ") VALUES (1), (2);
CREATE TABLE public.no_columns ();
INSERT INTO public.no_columns DEFAULT VALUES;
CREATE TABLE public.no_rows (id integer);
CREATE TABLE public.many AS
    SELECT n AS id, md5(n::text) AS hash, repeat(E'x\ty\\', 5) AS filler FROM generate_series(1, 20000) AS n;
CREATE TABLE public.long AS SELECT repeat(E'a line\n\\.\n', 200000) AS text;
CREATE SEQUENCE public.owned OWNED BY public.many.id;
ALTER TABLE public.many ALTER id SET DEFAULT nextval('public.owned');
SELECT setval('public.owned', 123456);
CREATE SEQUENCE app."free; sequence" AS smallint START 5 INCREMENT BY -2 MINVALUE -100 MAXVALUE 5 CYCLE;
SELECT nextval('app."free; sequence"'), nextval('app."free; sequence"');
CREATE SEQUENCE app.untouched;

CREATE TABLE public.parent (
    id integer PRIMARY KEY,
    up integer REFERENCES public.parent DEFERRABLE INITIALLY DEFERRED,
    period int4range,
    EXCLUDE USING gist (period WITH &&),
    CHECK (id > 0) NO INHERIT
);
CREATE TABLE public.child (
    parent_id integer REFERENCES public.parent ON DELETE CASCADE ON UPDATE SET NULL,
    UNIQUE NULLS NOT DISTINCT (parent_id)
);
INSERT INTO public.parent VALUES (2, 1, '[1,5)'), (1, 2, NULL), (3, NULL, '[5,9)');
INSERT INTO public.child VALUES (1), (NULL);
ALTER TABLE public.child ADD CONSTRAINT later CHECK (parent_id < 100) NOT VALID;
CREATE TABLE public.heir (extra text) INHERITS (public.no_rows);
INSERT INTO public.heir VALUES (1, 'inherited');
CREATE UNLOGGED TABLE public.unlogged (id integer);
INSERT INTO public.unlogged VALUES (1);

CREATE TABLE public.events (id bigint GENERATED BY DEFAULT AS IDENTITY, at date NOT NULL, what text)
    PARTITION BY RANGE (at);
CREATE TABLE public.events_2023 PARTITION OF public.events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE public.events_2024 PARTITION OF public.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY LIST (what);
CREATE TABLE app."events 2024 a" PARTITION OF public.events_2024 FOR VALUES IN ('a;b', 'c''d', NULL);
CREATE TABLE public.events_rest PARTITION OF public.events DEFAULT;
INSERT INTO public.events (at, what) VALUES ('2023-05-05', 'x'), ('2024-05-05', 'a;b'), ('2024-06-06', NULL), ('1999-01-01', 'y');
CREATE TABLE public.hashed (id integer) PARTITION BY HASH (id);
CREATE TABLE public.hashed_0 PARTITION OF public.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE public.hashed_1 PARTITION OF public.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO public.hashed SELECT generate_series(1, 10);

CREATE INDEX "index; on (many)" ON public.many USING btree (hash DESC NULLS LAST, id) INCLUDE (filler) WHERE id > 100;
CREATE INDEX ON public.many ((lower(hash) || ';'));
CREATE INDEX ON public.events (what);
CREATE STATISTICS app.stats (dependencies, mcv) ON id, (hash || ';') FROM public.many;
ALTER TABLE public.kinds CLUSTER ON "key; of kinds";
ALTER TABLE public.many ALTER hash SET STATISTICS 500, ALTER filler SET STORAGE EXTERNAL, SET (fillfactor = 70);
ALTER TABLE public.many REPLICA IDENTITY FULL;

-- Views, rules, triggers, policies

CREATE VIEW public.seen WITH (security_barrier) AS
    SELECT id, "odd ""name"", with; \ everything é🐘" AS "v;", many - -1 AS m FROM public.kinds WHERE bytes <> '\x3b'
    WITH LOCAL CHECK OPTION;
CREATE VIEW public.forward AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW app.summary AS SELECT count(*) AS n, max(hash) AS last FROM public.many;
CREATE MATERIALIZED VIEW app.empty AS SELECT * FROM app.summary WITH NO DATA;
CREATE UNIQUE INDEX ON app.summary (n);
CREATE RECURSIVE VIEW app.numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 5;
CREATE RULE redirect AS ON INSERT TO public.no_rows WHERE new.id < 0
    DO INSTEAD (INSERT INTO public.heir VALUES (new.id, 'a;b'); UPDATE public.parent SET up = NULL WHERE false;);
CREATE RULE nothing AS ON DELETE TO public.forward DO INSTEAD NOTHING;
CREATE FUNCTION app.touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trigger fired: %;', TG_ARGV[0];
END $$;
CREATE TRIGGER "a; trigger" BEFORE INSERT OR UPDATE OF id, extra ON public.heir FOR EACH ROW
    WHEN (new.extra IS DISTINCT FROM ';') EXECUTE FUNCTION app.touched('it''s; \ an argument', '');
CREATE CONSTRAINT TRIGGER checked AFTER DELETE ON public.child DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION app.touched();
CREATE TRIGGER with_tables AFTER INSERT ON public.many REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION app.touched();
ALTER TABLE public.heir DISABLE TRIGGER "a; trigger";
ALTER TABLE public.many ENABLE ALWAYS TRIGGER with_tables;
CREATE FUNCTION app.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG '%', tg_tag; END $$;
CREATE EVENT TRIGGER watcher ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION app.watch();
ALTER TABLE public.kinds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "a; policy" ON public.kinds AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (many > 1) WITH CHECK (mood <> 'o''k');
GRANT SELECT (id), INSERT ON public.kinds TO PUBLIC;
REVOKE EXECUTE ON FUNCTION app.dollars FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;

-- The rest

CREATE FOREIGN DATA WRAPPER nobody OPTIONS (a 'it''s; \');
CREATE SERVER nowhere FOREIGN DATA WRAPPER nobody;
CREATE FOREIGN TABLE public.far (id integer OPTIONS (b ';')) SERVER nowhere;
COMMENT ON COLUMN public.kinds."odd ""name"", with; \ everything é🐘" IS 'it''s; \. ';
COMMENT ON FUNCTION app.dollars IS E'\\.\n';
COMMENT ON TRIGGER "a; trigger" ON public.heir IS '/*';
COMMENT ON TYPE app.mood IS '$outer$';
COMMENT ON VIEW public.seen IS '--';
COMMENT ON CONSTRAINT "key; of kinds" ON public.kinds IS E'a\n\n\nb';
