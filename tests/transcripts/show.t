  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ rev show head
  Rev: b2 (head)
  Parent: a1
  Path: migrations/b2
  
      make b2
  
      Revision ID: b2
      Revises: a1
      Create Date: 2025-10-24 17:40:00+00:00
  
  $ rev show base
  $ rev show current
  $ rev show c3
  ! rev: error: no such revision or branch 'c3'
  !   hint: Type `rev history` to list all revisions.
  [2]
  $ revision b3 b2
  $ rev show b
  ! rev: error: no such revision or branch 'b'
  !   hint: Near: 'b2'. Type `rev history` to list all revisions.
  [2]
