  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ revision c3 a1
  $ rev upgrade heads --quiet
  $ rev downgrade
  ! rev: error: `downgrade` needs SPEC
  !   hint: Usage: rev downgrade SPEC. See `rev downgrade --help`.
  [2]
  $ rev downgrade -1
  ! rev: error: '-1' is ambiguous with multiple current revisions: 'b2', 'c3'
  !   hint: Say which: `rev downgrade b2@-1` or `rev downgrade c3@-1`.
  [2]
  $ rev downgrade b2@-1 --dry-run
  downgrade b2 -> a1, make b2
  ! 1 step would run; nothing was touched
  $ rev downgrade b2@-1
  ! Running downgrade b2 -> a1, make b2
  !   done in N ms (1 of 1)
  $ rev current
  c3 (head)
  $ rev downgrade b2
  ! rev: error: destination 'b2' is not a valid downgrade target from current heads
  !   hint: 'b2' is not applied: the database is at 'c3'. To go up, type `rev upgrade b2`.
  [2]
  $ rev downgrade c3
  ! nothing to do: the database is at c3
  $ rm migrations/a1/down.sql
  $ rev downgrade base
  ! warning: migrations/a1/down.sql was changed since it was applied (*); down.sql runs as it is now (glob)
  ! migrations/a1: error: revision a1 is irreversible: it has no down.sql
  !   hint: Write migrations/a1/down.sql, or choose a target above this revision. Nothing was run.
  [1]
  $ rev downgrade a1
  ! Running downgrade c3 -> a1, make c3
  !   done in N ms (1 of 1)
  $ rev current
  a1 (branchpoint)
