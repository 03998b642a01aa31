  $ . "$TESTDIR/setup.sh"
  $ rev init >/dev/null 2>&1
  $ revision a1
  $ rev log
  ! nothing has been run here yet
  $ rev upgrade head 2>/dev/null
  ! Running upgrade  -> a1, make a1
  !   done in N ms (1 of 1)
  $ rev downgrade base 2>/dev/null
  ! Running downgrade a1 -> , make a1
  !   done in N ms (1 of 1)
  $ rev log | sed -e 's/[-0-9]* [:0-9]*+00:00/TIME/' -e 's/ *[0-9]* ms  .*@.*/  N ms  USER@HOST/'
  TIME  downgrade  a1  done  N ms  USER@HOST
  TIME  upgrade    a1  done  N ms  USER@HOST
  $ rev log -n 1 | sed -e 's/[-0-9]* [:0-9]*+00:00/TIME/' -e 's/ *[0-9]* ms  .*@.*/  N ms  USER@HOST/'
  TIME  downgrade  a1  done  N ms  USER@HOST
  ! older steps are left out: -n 10 shows more
  $ rev log -n none
  ! rev: error: -n takes a number from 1 to 100000, not 'none'
  [2]
  $ rev show a1 --from-database
  == revision.yaml
  revision: "a1"
  down_revision: []
  message: make a1
  create_date: 2025-10-24T17:40:00Z
  == up.sql
  CREATE TABLE t_a1 (id integer);
  == down.sql
  DROP TABLE t_a1;
