  $ . "$TESTDIR/setup.sh"
  $ rev upgarde head
  ! rev: error: unknown command 'upgarde'
  !   hint: Did you mean `rev upgrade`?
  [2]
  $ rev upgrade head --dryrun
  ! rev: error: unknown option '--dryrun'
  !   hint: Did you mean --dry-run?
  [2]
  $ rev upgrade head --wait soon
  ! rev: error: --wait takes whole seconds, or a duration such as 500ms or 2min, not 'soon'
  [2]
  $ rev heads --url=
  ! rev: error: --url has an empty value
  [2]
  $ rev heads extra
  ! rev: error: `heads` does not take 'extra'
  !   hint: Usage: rev heads. See `rev heads --help`.
  [2]
  $ rev upgrade --help
  Usage: rev upgrade [OPTIONS] SPEC
  
  Runs the up.sql of every revision that SPEC needs and the database does not have, parents first, each in
  a transaction of its own. When one fails, those before it stay; the next run goes on from there.
  
  Options:
        --dry-run                show the steps in order and touch nothing
        --sql                    print the script that does it, for psql or sqlite3, and touch nothing
        --tag TEXT               with --sql: a comment for the top of the script
        --transaction KIND       migration: one transaction each (default); all: one for the whole command
  
  Examples:
    rev upgrade head
    rev upgrade heads        # all heads, where there are several
    rev upgrade +1           # one more
    rev upgrade 5cd0         # up to the revision whose id begins so
    rev upgrade a813:head --sql | psql -f - \xe2\x80\xa6    # offline, for a database at a813 (esc)
  
  Options of the whole program: `rev --help`.
