  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ revision c3 a1
  $ rev upgrade head
  ! rev: error: multiple heads: 'b2', 'c3'; 'head' needs exactly one
  !   hint: The heads are b2 (make b2), c3 (make c3). Type `rev upgrade heads` for all of them, `rev upgrade b2@head` for one, or `rev merge heads` to join them.
  [2]
  $ rev upgrade heads --dry-run
  upgrade  -> a1, make a1
  upgrade a1 -> b2, make b2
  upgrade a1 -> c3, make c3
  ! 3 steps would run; nothing was touched
  $ ls
  migrations
  rev.yaml
  $ rev upgrade heads
  ! Running upgrade  -> a1, make a1
  !   done in N ms (1 of 3)
  ! Running upgrade a1 -> b2, make b2
  !   done in N ms (2 of 3)
  ! Running upgrade a1 -> c3, make c3
  !   done in N ms (3 of 3)
  $ rev upgrade heads
  ! nothing to do: the database is at b2, c3
  $ rev current
  b2 (head)
  c3 (head)

A failing statement: what was before it stays, the step itself leaves no trace.

  $ revision d4 b2 c3
  $ revision e5 d4
  $ cat >migrations/e5/up.sql <<END
  > CREATE TABLE customer (id integer);
  > INSERT INTO customer (id)
  >     SELECT nosuch FROM customer;
  > END
  $ rev upgrade head
  ! Running upgrade b2, c3 -> d4, make d4
  !   done in N ms (1 of 2)
  ! Running upgrade d4 -> e5, make e5
  !   rolled back after N ms (2 of 2)
  ! migrations/e5/up.sql:3:12: error: revision e5: no such column: nosuch
  !   3 |     SELECT nosuch FROM customer;
  !     |            ^
  !   statement 2: INSERT INTO customer (id)
  !         SELECT nosuch FROM customer
  [1]
  $ rev current
  d4 (mergepoint)

Refused before anything runs:

  $ echo 'COMMIT;' >migrations/e5/up.sql
  $ rev upgrade head
  ! migrations/e5/up.sql:1:1: error: COMMIT can't stand in a revision's script
  !   1 | COMMIT;
  !     | ^
  !   statement 1: COMMIT
  !   hint: Each revision is one transaction of its own: take the statement out (a pair of BEGIN and COMMIT around the whole file is fine, and so are savepoints), or write `transactional: false` in revision.yaml to commit each statement by itself.
  [2]
  $ rm migrations/e5/up.sql
  $ rev upgrade head
  ! migrations/e5: error: revision e5 has no up.sql
  !   hint: Create migrations/e5/up.sql; an empty file is a step that does nothing.
  [2]
  $ rev upgrade
  ! rev: error: `upgrade` needs SPEC
  !   hint: Usage: rev upgrade SPEC. See `rev upgrade --help`.
  [2]
  $ rev upgrade nosuch
  ! rev: error: no such revision or branch 'nosuch'
  !   hint: Type `rev history` to list all revisions.
  [2]
  $ rev upgrade +5
  ! rev: error: relative revision '+5' didn't produce 5 migrations
  !   hint: There are not so many revisions above the start.
  [2]
  $ rev upgrade head --url mysql://localhost/x
  ! rev: error: --url: no driver for URLs that begin with 'mysql://'
  !   hint: Write postgresql://user@host/database, a libpq keyword string such as service=NAME, or sqlite:///file.db.
  [2]
  $ rev upgrade head --url 'postgresql://me:secret@word@localhost/x'
  ! rev: error: --url: the URL's user or password holds a raw '@', '/' or '?'
  !   hint: Percent-encode it: '@' is written %40, '/' %2F, '?' %3F, ':' %3A and '%' %25.
  [2]
