CREATE TABLE w (
  a text DEFAULT ';
'
);
-- comment;
INSERT INTO w VALUES ('x' -- ;
);

COPY w FROM stdin;
1;
\.
SELECT $$
;$$;
SELECT E'a'
'\n;';
DROP TABLE w;
