# shellcheck shell=sh
# Sourced by every transcript: `rev` with each line of its stderr behind "! ", times as N ms or TIME, dates in names as DATE_TIME,
# and `revision`, which writes one by hand so that nothing in the output is random.

export LC_ALL=C.UTF-8 TERM=dumb TZ=UTC0
unset DATABASE_URL REV_DATABASE_URL NO_COLOR

rev() {
    "$REV_BINARY" "$@" 2>"$CRAMTMP/stderr" </dev/null
    rev_status=$?
    sed -e 's/^/! /' -e 's/[0-9][0-9]* ms/N ms/' -e 's/[0-9]\{8\}_[0-9]\{4\}/DATE_TIME/' \
        -e 's/[0-9]\{4\}-[-0-9]*T[:.0-9]*Z/TIME/' -e 's/by [^ )]*@[^ )]*/by USER@HOST/' "$CRAMTMP/stderr"
    return $rev_status
}

# revision ID [PARENT…]: a revision that makes a table of its name.
revision() {
    revision_id=$1
    shift
    mkdir -p "migrations/$revision_id"
    cat >"migrations/$revision_id/revision.yaml" <<END
revision: "$revision_id"
down_revision: [$(printf '"%s", ' "$@" | sed -e 's/"", //' -e 's/, $//')]
message: make $revision_id
create_date: 2025-10-24T17:40:00Z
END
    echo "CREATE TABLE t_$revision_id (id integer);" >"migrations/$revision_id/up.sql"
    echo "DROP TABLE t_$revision_id;" >"migrations/$revision_id/down.sql"
}

# project: a folder with rev.yaml and a SQLite file.
project() {
    mkdir -p "$1/migrations"
    cd "$1" || return
    echo 'url: sqlite:///dev.db' >rev.yaml
}
