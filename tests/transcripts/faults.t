What is wrong with the files is told at once, all of it, with file, line and column:

  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 nosuch
  $ revision c3 a1
  $ revision d4 e5
  $ revision e5 d4
  $ echo 'mesage: x' >>migrations/c3/revision.yaml
  $ rev heads
  ! migrations/c3/revision.yaml:5:1: error: unknown key 'mesage'
  !   hint: Did you mean 'message'? Keys of your own begin with x-.
  ! migrations/b2/revision.yaml:2:17: error: down_revision 'nosuch' of revision 'b2' is not present
  !   hint: No revision here has that id. Add the revision that is missing, or correct the reference.
  ! migrations/d4/revision.yaml:2:17: error: cycle is detected in revisions: d4 -> e5 -> d4
  !   hint: Each of these comes after the one before it. Take one of them out of a down_revision.
  [2]
  $ rm -r migrations/c3
  $ rev heads
  ! migrations/b2/revision.yaml:2:17: error: down_revision 'nosuch' of revision 'b2' is not present
  !   hint: No revision here has that id. Add the revision that is missing, or correct the reference.
  ! migrations/d4/revision.yaml:2:17: error: cycle is detected in revisions: d4 -> e5 -> d4
  !   hint: Each of these comes after the one before it. Take one of them out of a down_revision.
  [2]

Two folders with one id:

  $ rm -r migrations/b2 migrations/d4 migrations/e5
  $ cp -r migrations/a1 migrations/copy_of_a1
  $ rev heads
  ! migrations/copy_of_a1/revision.yaml:1:11: error: revision 'a1' is present more than once: in migrations/a1/revision.yaml and in migrations/copy_of_a1/revision.yaml
  !   hint: Give one of the two another id, or remove it.
  [2]

rev.yaml:

  $ rm -r migrations/copy_of_a1
  $ echo 'migratons: here' >>rev.yaml
  $ rev heads
  ! rev.yaml:2:1: error: unknown key 'migratons'
  !   hint: Did you mean 'migrations'?
  [2]
  $ echo 'migrations: migrations' >rev.yaml
  $ rev current
  ! rev: error: no database URL
  !   hint: Give one with --url, -e NAME, REV_DATABASE_URL or DATABASE_URL (exported or in .env beside rev.yaml), or as `url:` in rev.yaml.
  [2]
  $ rev current -e production
  ! rev: error: no environment 'production' in rev.yaml
  !   hint: Add it below `environments:` in rev.yaml.
  [2]
  $ cd "$CRAMTMP" && mkdir empty && cd empty
  $ rev heads
  ! rev: error: no rev.yaml here or in a folder above, and no migrations folder
  !   hint: Run `rev init` to start a project here, or say where one is with -C DIR, -c FILE or -d DIR.
  [2]
