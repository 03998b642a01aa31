CREATE TABLE copied (a text, b text);
COPY copied FROM stdin;
1;	'
$$	/*
\\.	\N
 \\.x	--
empty	line
\.
COPY copied (a) FROM STDIN; -- with a comment
2
\.
copy copied from stdin with (format csv, header);
a,b
"3;
",'
\.
/* before */ COPY copied (b, a) FROM stdin /* inside; */ WITH (DELIMITER ';')
;
4;5
\.
COPY (SELECT count(*) FROM copied) TO STDOUT;
COPY copied FROM stdin;
\.
SELECT * FROM copied ORDER BY 1, 2;
