CREATE TABLE größe (é text, 移行 integer); SELECT é, 移行 FROM größe; DROP TABLE größe;
SELECT 'naïve; 🐘', $移$;$移$, "é" FROM (SELECT 1 AS é) AS x;
SELECT 0.; SELECT 1.5e1 AS e;
SELECT a_1$ FROM (SELECT 3 AS a_1$) AS z;
SELECT current_user	,	1
;SELECT 2;SELECT 3;
SELECT CASE WHEN true THEN 'begin' ELSE 'end;' END AS "begin", 1 AS "end";
SAVEPOINT s; ROLLBACK TO s; RELEASE s;
