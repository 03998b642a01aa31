  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ rev history
  $ revision a1
  $ revision b2 a1
  $ revision c3 a1
  $ revision d4 b2 c3
  $ rev history
  b2, c3 -> d4 (head) (mergepoint), make d4
  a1 -> c3, make c3
  a1 -> b2, make b2
  <base> -> a1 (branchpoint), make a1
  $ rev upgrade b2 --quiet
  $ rev history --indicate-current
  b2, c3 -> d4 (head) (mergepoint), make d4
  a1 -> c3, make c3
  a1 -> b2 (current), make b2
  <base> -> a1 (branchpoint), make a1
  $ rev history -r b2:d4
  b2, c3 -> d4 (head) (mergepoint), make d4
  a1 -> b2, make b2
  $ rev history -r :current
  a1 -> b2, make b2
  <base> -> a1 (branchpoint), make a1
  $ rev history -r d4:b2
  ! rev: error: requested range 'd4:b2' does not refer to ancestor/descendant revisions along the same branch
  !   hint: 'd4' is not needed by what the range ends with. Write the older end first.
  [2]
  $ rev history -r b2
  ! rev: error: history range 'b2' has no colon
  !   hint: History range requires [start]:[end], [start]: or :[end], as in `-r base:b2`.
  [2]
  $ rev history -r a1:b2 --verbose
  Rev: b2
  Parent: a1
  Path: migrations/b2
  
      make b2
  
      Revision ID: b2
      Revises: a1
      Create Date: 2025-10-24 17:40:00+00:00
  
  Rev: a1 (branchpoint)
  Parent: <base>
  Branches into: b2, c3
  Path: migrations/a1
  
      make a1
  
      Revision ID: a1
      Revises: 
      Create Date: 2025-10-24 17:40:00+00:00
  
