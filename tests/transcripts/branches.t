  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ rev branches
  $ revision b2 a1
  $ revision c3 a1
  $ echo 'branch_labels: [billing]' >>migrations/c3/revision.yaml
  $ revision d4 b2 c3
  $ rev branches
  a1 (branchpoint)
     -> b2
     -> c3 (billing)
  
  $ rev branches --verbose
  Rev: a1 (branchpoint)
  Parent: <base>
  Branches into: b2, c3
  Path: migrations/a1
  
      make a1
  
      Revision ID: a1
      Revises: 
      Create Date: 2025-10-24 17:40:00+00:00
  
     -> b2, make b2
     -> c3 (billing), make c3
  
