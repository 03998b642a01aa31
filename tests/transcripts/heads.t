  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ rev heads
  $ revision a1
  $ revision b2 a1
  $ revision c3 a1
  $ echo 'branch_labels: [billing]' >>migrations/c3/revision.yaml
  $ rev heads
  b2 (head)
  c3 (billing) (head)
  $ rev heads --verbose
  Rev: b2 (head)
  Parent: a1
  Path: migrations/b2
  
      make b2
  
      Revision ID: b2
      Revises: a1
      Create Date: 2025-10-24 17:40:00+00:00
  
  Rev: c3 (head)
  Parent: a1
  Branch names: billing
  Path: migrations/c3
  
      make c3
  
      Revision ID: c3
      Revises: a1
      Create Date: 2025-10-24 17:40:00+00:00
  
  $ revision d4 b2
  $ echo 'depends_on: [billing]' >>migrations/d4/revision.yaml
  $ rev heads
  c3 (billing) (effective head)
  d4 (head)
  $ rev heads --resolve-dependencies
  d4 (head)
