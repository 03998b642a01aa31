  $ . "$TESTDIR/setup.sh"
  $ cat >up.sql <<'EOF'
  > -- tables first
  > CREATE TABLE t (
  >     id integer,
  >     name text DEFAULT 'a;b'
  > );
  > ;
  > COPY t FROM stdin;
  > 1	it's;
  > \.
  > CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
  > BEGIN
  >     PERFORM 1;
  > END
  > $$; SELECT f();
  > CREATE INDEX CONCURRENTLY i ON t (id);
  > \echo done
  > COMMIT
  > EOF
  $ rev split up.sql --dialect postgresql
     1  2-5        16-78          CREATE TABLE     CREATE TABLE t ( id integer, name text DEFAULT 'a;b' )
     2  7          82-99          copy             COPY t FROM stdin
     3  10-14      112-195        CREATE FUNCTION  CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM \xe2\x80\xa6 (esc)
     4  14         197-207        SELECT           SELECT f()
     5  15         209-246        no_transaction   CREATE INDEX CONCURRENTLY i ON t (id)
     6  16         248-258        shell            \echo done
     7  17         259-265        commit           COMMIT
  $ rm up.sql

Without --dialect, the project's database says which one it is.

  $ cat >trigger.sql <<'EOF'
  > CREATE TRIGGER g AFTER INSERT ON t BEGIN
  >   DELETE FROM u; DELETE FROM v;
  > END;
  > VACUUM
  > EOF
  $ rev split trigger.sql
  ! rev: error: in which dialect is the script? No project says it: no rev.yaml here or in a folder above, and no migrations folder
  !   hint: Give --dialect postgresql or --dialect sqlite.
  [2]
  $ project shop
  $ rev split ../trigger.sql
     1  1-3        0-76           CREATE TRIGGER   CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; DELETE FROM v;\xe2\x80\xa6 (esc)
     2  4          78-84          no_transaction   VACUUM
  $ rev split ../trigger.sql --dialect postgresql
     1  1-2        0-56           CREATE TRIGGER   CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u
     2  2          58-71          DELETE           DELETE FROM v
     3  3          73-76          commit           END
     4  4          78-84          no_transaction   VACUUM
  $ rev split ../trigger.sql --url postgresql://localhost/x --format json
  [
   {"line":1,"sql":"CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  DELETE FROM u","end_line":2,"start":0,"end":56,"kind":"plain","command":"CREATE TRIGGER","data":null},
   {"line":2,"sql":"DELETE FROM v","end_line":2,"start":58,"end":71,"kind":"plain","command":"DELETE","data":null},
   {"line":3,"sql":"END","end_line":3,"start":73,"end":76,"kind":"commit","command":"END","data":null},
   {"line":4,"sql":"VACUUM","end_line":4,"start":78,"end":84,"kind":"no_transaction","command":"VACUUM","data":null}
  ]
  $ rev split ../trigger.sql --dialect mysql
  ! rev: error: --dialect takes postgresql or sqlite, not 'mysql'
  [2]

A statement that never ends is shown, and is an error.

  $ printf 'SELECT 1;\nSELECT (2,\n   $x$;\n' >open.sql
  $ rev split open.sql --dialect postgresql
     1  1          0-8            SELECT           SELECT 1
     2  2-3        10-29          SELECT           SELECT (2, $x$; 
  ! open.sql:3:4: error: the last statement never ends
  !   3 |    $x$;
  !     |    ^
  !   statement 2: SELECT (2,
  !        $x$;
  !   hint: A quote, comment, parenthesis, $$ body or BEGIN \xe2\x80\xa6 END begins here that is never closed. (esc)
  [2]
  $ rev split open.sql --format json --dialect postgresql
  [
   {"line":1,"sql":"SELECT 1","end_line":1,"start":0,"end":8,"kind":"plain","command":"SELECT","data":null},
   {"line":2,"sql":"SELECT (2,\n   $x$;\n","end_line":3,"start":10,"end":29,"kind":"plain","command":"SELECT","data":null}
  ]
  ! open.sql:3:4: error: the last statement never ends
  !   3 |    $x$;
  !     |    ^
  !   statement 2: SELECT (2,
  !        $x$;
  !   hint: A quote, comment, parenthesis, $$ body or BEGIN \xe2\x80\xa6 END begins here that is never closed. (esc)
  [2]
  $ rev split nosuch.sql
  ! nosuch.sql: error: can't be read: No such file or directory
  [1]
  $ rev split
  ! rev: error: `split` needs FILE
  !   hint: Usage: rev split FILE. See `rev split --help`.
  [2]
  $ rev split --help
  Usage: rev split [OPTIONS] FILE
  
  Shows where every statement of a script begins and ends, as it would be run: its number, its lines, its
  bytes (from the first to behind the last), its command (or its kind, where that matters to whoever runs
  it), and how it begins. FILE may be -, which is standard input. No database is used, and no project either
  if --dialect is given.
  
  A statement that never ends (a quote left open) is shown, too, and makes the exit status 2.
  
  Options:
        --dialect NAME           postgresql or sqlite (default: the one of the project's URL)
  
  Examples:
    rev split up.sql
    rev split --dialect postgresql dump.sql --format json
    rev split --dialect sqlite - <script.sql
  
  Options of the whole program: `rev --help`.
