  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ rev stamp head
  ! Running stamp  -> b2
  !   done in N ms (1 of 1)
  $ rev stamp head
  ! nothing to do: the database is at b2
  $ rev upgrade head
  ! nothing to do: the database is at b2
  $ rev stamp a1
  ! Running stamp b2 -> a1
  !   done in N ms (1 of 1)
  $ rev stamp +1
  ! rev: error: '+1' is relative, which stamp does not take
  !   hint: Name the revision by its id or label.
  [2]
  $ rev stamp base
  ! Running stamp a1 -> 
  !   done in N ms (1 of 1)
  $ rev current
