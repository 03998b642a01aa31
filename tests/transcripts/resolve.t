  $ . "$TESTDIR/setup.sh"
  $ rev init >/dev/null 2>&1
  $ revision a1
  $ revision b2 a1
  $ echo 'transactional: false' >>migrations/b2/revision.yaml
  $ printf 'CREATE TABLE one (id integer);\nINSERT INTO nowhere VALUES (1);\n' >migrations/b2/up.sql

A step that runs statement by statement, and is interrupted:

  $ rev upgrade head
  ! Running upgrade  -> a1, make a1
  !   done in N ms (1 of 2)
  ! Running upgrade a1 -> b2, make b2
  !   1 of 2: CREATE TABLE one (id integer)
  !     done in N ms
  !   2 of 2: INSERT INTO nowhere VALUES (1)
  !   interrupted after N ms (2 of 2)
  ! migrations/b2/up.sql:2:1: error: revision b2: no such table: nowhere
  !   2 | INSERT INTO nowhere VALUES (1);
  !     | ^
  !   statement 2: INSERT INTO nowhere VALUES (1)
  !   hint: 1 of 2 statements are done and stay. `rev resolve b2 --continue` goes on with the one that is not (mend the script before, if need be); `rev resolve b2 --applied` says that you did the rest by hand; `rev resolve b2 --rolled-back` says that nothing of it is left (with --run-down it runs down.sql for that).
  [1]
  $ rev upgrade head
  ! migrations/b2/up.sql:2:1: error: the upgrade of revision b2 was interrupted at statement 2 of 2 (begun TIME by USER@HOST)
  !   2 | INSERT INTO nowhere VALUES (1);
  !     | ^
  !   statement 2: INSERT INTO nowhere VALUES (1)
  !   Nothing of this statement took effect.
  !   hint: 1 of 2 statements are done and stay. `rev resolve b2 --continue` goes on with the one that is not (mend the script before, if need be); `rev resolve b2 --applied` says that you did the rest by hand; `rev resolve b2 --rolled-back` says that nothing of it is left (with --run-down it runs down.sql for that).
  [5]
  $ rev status | sed "s|2[-0-9]* [:0-9]*+00:00|TIME|"
  Database  sqlite:///dev.db
  Current   a1, make a1
  Heads     b2 (head), make b2
  Open      b2: its upgrade is at statement 2 of 2, since TIME
  Pending   b2 (head), make b2
  ! If nobody is running it: `rev resolve b2 --continue`, --applied or --rolled-back.

What is done must stay as it was; what comes may be mended:

  $ printf 'CREATE TABLE other (id integer);\n' >migrations/b2/up.sql
  $ rev resolve b2 --continue
  ! migrations/b2/up.sql: error: what is done of b2 (up to statement 1) is not the same in its script any more
  !   hint: Bring it back as it was: only what comes behind it may change. Or do the rest by hand and type `rev resolve b2 --applied`.
  [5]
  $ printf 'CREATE TABLE one (id integer);\nINSERT INTO one VALUES (1);\n' >migrations/b2/up.sql
  $ rev resolve b2 --continue
  ! Running upgrade a1 -> b2, make b2
  !   2 of 2: INSERT INTO one VALUES (1)
  !     done in N ms
  !   done in N ms (1 of 1)
  ! resolved: the database is at b2
  $ rev resolve b2 --continue
  ! rev: error: no interrupted step of 'b2' awaits anything
  !   hint: There is nothing to resolve: `rev status` shows where the database stands.
  [2]
  $ rev resolve b2
  ! rev: error: how is it to be resolved?
  !   hint: Give one of --continue, --applied, --rolled-back and --accept-changes.
  [2]

A file that was changed after it ran:

  $ revision c3 b2
  $ echo '-- a remark' >>migrations/a1/up.sql
  $ rev upgrade head
  ! migrations/a1/up.sql: error: revision a1 was changed since it was applied (TIME by USER@HOST)
  !   @@ -1,1 +1,2 @@
  !    CREATE TABLE t_a1 (id integer);
  !   +-- a remark
  !   hint: Only comments and white space differ. `rev resolve a1 --accept-changes` records it as it is now; otherwise bring the file back as it was, and put the change into a new revision.
  [5]
  $ rev resolve a1 --accept-changes
  ! resolved: the database is at b2
  $ rev upgrade head
  ! Running upgrade b2 -> c3, make c3
  !   done in N ms (1 of 1)
