  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ rev status | sed "s|$CRAMTMP|TMP|"
  Database  sqlite:///dev.db
  Current   <base>
  Heads     b2 (head), make b2
  Pending   a1, make a1
            b2 (head), make b2
  ! `rev upgrade head` runs what is pending.
  $ rev upgrade a1 --quiet
  $ rev status | sed "s|$CRAMTMP|TMP|"
  Database  sqlite:///dev.db
  Current   a1, make a1
  Heads     b2 (head), make b2
  Pending   b2 (head), make b2
  ! `rev upgrade head` runs what is pending.
  $ rev status --exit-code >/dev/null
  [3]
  $ rev upgrade head --quiet
  $ rev status --exit-code | sed "s|$CRAMTMP|TMP|"
  Database  sqlite:///dev.db
  Current   b2 (head), make b2
  Heads     b2 (head), make b2
  Pending   nothing
