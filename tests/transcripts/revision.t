  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ rev revision -m "Initial schema" --rev-id a1 | sed 's/[0-9]\{8\}_[0-9]\{4\}/DATE_TIME/'
  migrations/DATE_TIME_a1_initial_schema
  $ cat migrations/*/revision.yaml | sed 's/^create_date:.*/create_date: NOW/'
  revision: "a1"
  down_revision: []
  depends_on: []
  branch_labels: []
  message: "Initial schema"
  create_date: NOW
  $ ls migrations/*
  down.sql
  revision.yaml
  up.sql
  $ cat migrations/*/up.sql
  -- Initial schema
  -- The whole file runs in one transaction: all of it happens, or none.
  

A taken or illegal id:

  $ rev revision -m again --rev-id a1
  ! rev: error: the id 'a1' is taken
  !   hint: Revision a1 in migrations/DATE_TIME_a1_initial_schema has it.
  [2]
  $ rev revision -m again --rev-id a-1
  ! rev: error: the id 'a-1' has a character other than A-Z, a-z, 0-9 and _
  !   hint: An id has 1 to 32 of the characters A-Z a-z 0-9 _.
  [2]
  $ rev revision -m again --rev-id head
  ! rev: error: the id 'head' is a reserved word
  !   hint: An id has 1 to 32 of the characters A-Z a-z 0-9 _.
  [2]

Without a message:

  $ rev revision
  ! rev: error: `revision` needs -m MSG
  !   hint: Say in a few words what it does: rev revision -m "add users".
  [2]

Several heads:

  $ revision b2 a1
  $ revision c3 a1
  $ rev revision -m more
  ! rev: error: multiple heads: 'b2', 'c3'; 'head' needs exactly one
  !   hint: The heads are b2 (make b2), c3 (make c3). Add `--head b2@head` to follow one of them, or `rev merge heads` to join them.
  [2]
  $ rev revision -m more --head a1
  ! rev: error: revision a1 is not a head: b2 comes after it
  !   hint: Add --splice to branch off there.
  [2]
  $ rev revision -m more --head b2 --rev-id d4 --branch-label shop --depends-on c3 | sed 's/[0-9]\{8\}_[0-9]\{4\}/DATE_TIME/'
  migrations/DATE_TIME_d4_more
  $ cat migrations/*_d4_more/revision.yaml | sed 's/^create_date:.*/create_date: NOW/'
  revision: "d4"
  down_revision: ["b2"]
  depends_on: ["c3"]
  branch_labels: ["shop"]
  message: "more"
  create_date: NOW
