  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ rev merge heads
  ! rev: error: nothing to merge: there is only one revision to be a parent
  !   hint: `rev heads` lists the heads; a merge takes two or more revisions.
  [2]
  $ revision b2 a1
  $ revision c3 a1
  $ rev merge b2 -m x
  ! rev: error: nothing to merge: there is only one revision to be a parent
  !   hint: `rev heads` lists the heads; a merge takes two or more revisions.
  [2]
  $ rev merge a1 b2 -m x
  ! rev: error: can't merge b2 with a1, which is its ancestor
  !   hint: Leave the ancestor out: b2 has it already.
  [2]
  $ rev merge c3 b2 -m "both sides" --rev-id d4 | sed 's/[0-9]\{8\}_[0-9]\{4\}/DATE_TIME/'
  migrations/DATE_TIME_d4_both_sides
  $ cat migrations/*_d4_*/revision.yaml | sed 's/^create_date:.*/create_date: NOW/'
  revision: "d4"
  down_revision: ["c3", "b2"]
  depends_on: []
  branch_labels: []
  message: "both sides"
  create_date: NOW
  $ rev heads
  d4 (head)
