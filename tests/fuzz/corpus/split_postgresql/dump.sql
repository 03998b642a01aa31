\restrict abc
SET standard_conforming_strings = off;
SELECT pg_catalog.set_config('search_path', '', false);
COPY public.t (a) FROM stdin;
1;	'
\.
BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT AND CHAIN; \i x
CREATE INDEX CONCURRENTLY i ON t (a); REINDEX (VERBOSE, CONCURRENTLY off) TABLE t; VACUUM (FULL);
ALTER TABLE IF EXISTS ONLY a."b" DETACH PARTITION c.d CONCURRENTLY;
