-- Every kind of quote, with a semicolon, a comment's beginning and another quote in it.
SELECT ';', '--', '/*', '$$', 'it''s; "', '\', '';
SELECT E'\';', e'a\\', E'''\';''', E'\\', E'\x27;', E'a''b\'';
SELECT U&'d\0061t;\+000061', U&"\0063;" FROM (SELECT 1 AS "c;") AS u;
SELECT U&'d!0061t;' UESCAPE '!';
SELECT B'1', X'1F', N'a;', 'x'';';
SELECT "a;""b" FROM (SELECT 1 AS "a;""b") AS q;
SELECT 'goes '
    'on; '
  -- and on;
    'here;';
SELECT E'goes\''
    'on;\n';
SELECT 'ends with a backslash\';
SELECT 'line
break; -- no comment
', 1;
SELECT 1 AS e, 2 AS E1, 3 AS u;
SELECT e FROM (SELECT ';' AS e) AS x;
