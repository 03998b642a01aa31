#!/bin/sh
# Builds rev with warnings as errors and runs all its tests, against real SQLite files and a real
# PostgreSQL server that it starts and stops. The last line is "N passed, N failed".
set -u

usage() {
    cat <<'END'
usage: sh tests/run.sh [--sanitize | --coverage | --full] [PYTEST ARGUMENT…]

Builds into build/test and runs the unit tests, the end-to-end tests, the transcripts and the checks
of the tree.
What is missing is installed with apt-get when this runs as root, else named. Nothing is left
outside build/, and the PostgreSQL server is a private one in a temporary folder.

  --sanitize   build into build/sanitize with AddressSanitizer and UBSan; a finding is a failure
               (all but the checks of the tree, which do not depend on it)
  --coverage   build into build/coverage with gcov, run all but the checks and the comparisons with
               psql and Alembic, and show the line coverage of src; too little is a failure
  --full       fuzz every target for ten minutes instead of ten seconds, and try every fault of every
               call on PostgreSQL too: forty minutes and more
  -h, --help   show this

Further arguments go to pytest, for example:
  sh tests/run.sh -k test_4_branch      only the end-to-end tests and checks that match
  sh tests/run.sh -x -vv                stop at the first failure, tell more
END
}

kind='test'
case ${1-} in
-h | --help)
    usage
    exit 0
    ;;
--sanitize | --coverage)
    kind=${1#--}
    shift
    ;;
--full)
    export REV_FUZZ_SECONDS=600 REV_TEST_FULL=1
    shift
    ;;
esac

root=$(cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
cd "$root" || exit 1

python=/usr/bin/python3 # Debian's modules belong to Debian's Python, not to another one in PATH
[ -x "$python" ] || python=python3

missing=
# need PACKAGE COMMAND…: the package is missing if the command fails.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
has() { command -v "$1"; }
has_header() { printf '#include <%s>\n' "$1" | cc -E -; }
has_server() {
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$initdb" ] && return 0
    done
    has initdb
}
has_pooler() { PATH=$PATH:/usr/sbin:/sbin command -v pgbouncer; }
find_missing() {
    missing=
    need gcc has cc
    need g++ has g++
    need libc6-dev has_header stdio.h
    need binutils has nm
    need meson has meson
    need ninja-build has ninja
    need pkg-config has pkg-config
    need git has git
    need libpq-dev pkg-config --exists libpq
    need libsqlite3-dev pkg-config --exists sqlite3
    need sqlite3 has sqlite3
    need libyaml-dev pkg-config --exists yaml-0.1
    need uuid-dev pkg-config --exists uuid
    need libmd-dev pkg-config --exists libmd
    need libjansson-dev pkg-config --exists jansson
    need libcmocka-dev pkg-config --exists cmocka
    need uthash-dev has_header uthash.h
    need postgresql has_server
    need postgresql-client has psql
    need pgbouncer has_pooler
    need graphviz has dot
    need shellcheck has shellcheck
    need dpkg-dev has dpkg-buildpackage
    need debhelper has dh
    need scdoc has scdoc
    need mandoc has mandoc
    need zsh has zsh
    need fish has fish
    need python3 "$python" -c ''
    need python3-pytest "$python" -c 'import pytest'
    need python3-pytest-xdist "$python" -c 'import xdist'
    need python3-cram "$python" -c 'import cram'
    need python3-psycopg2 "$python" -c 'import psycopg2'
    need python3-yaml "$python" -c 'import yaml'
    need python3-sqlalchemy "$python" -c 'import sqlalchemy'
    need alembic "$python" -m alembic --version
    [ "$kind" != coverage ] || need gcovr has gcovr
}

# pgbouncer's package would start a service; the tests bring their own pooler.
policy=/usr/sbin/policy-rc.d
forbids=
forbid_services() {
    if [ ! -e "$policy" ]; then
        forbids=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
}
allow_services() {
    [ -z "$forbids" ] || rm -f "$policy"
    forbids=
}

install_missing() {
    find_missing
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! has apt-get >/dev/null; then
        echo "tests/run.sh: these are missing (Debian's names):$missing" >&2
        echo "install them first: sudo apt-get install$missing" >&2
        return 1
    fi
    echo "installing:$missing"
    # The package would make and start a cluster of its own; the tests bring their own server.
    cluster=/etc/postgresql-common/createcluster.conf
    if [ ! -e "$cluster" ]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >"$cluster"
    fi
    export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
    forbid_services
    # shellcheck disable=SC2086 # a list of package names
    apt-get update -q && apt-get install -q -y --no-install-recommends $missing || return 1
    allow_services
    case $missing in
    *pgbouncer*) update-rc.d pgbouncer disable >/dev/null 2>&1 ;;
    esac
    find_missing
    [ -z "$missing" ] || {
        echo "tests/run.sh: still missing after the installation:$missing" >&2
        return 1
    }
}

temporary=
child=
cleanup() {
    trap '' INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null
        wait "$child" 2>/dev/null
    fi
    allow_services
    [ -z "$temporary" ] || rm -rf "$temporary"
}
stop() {
    cleanup
    trap - EXIT
    exit "$1"
}
trap cleanup EXIT
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP

# run COMMAND…: in the background, so that a signal to this script reaches it at once.
run() {
    "$@" </dev/null &
    child=$!
    wait "$child"
    status=$?
    child=
    return "$status"
}

give_up() {
    echo "tests/run.sh: $1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

install_missing || give_up "cannot run without what is named above"

parent=/tmp # PostgreSQL's account must get through to its folder
[ "$(id -u)" -eq 0 ] || parent=${TMPDIR:-/tmp}
temporary=$(mktemp -d "$parent/rev-tests.XXXXXX") || exit 1
chmod 711 "$temporary"
export TMPDIR="$temporary" LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1

build=$root/build/$kind
folders='tests/e2e tests/transcripts tests/split tests/differential tests/checks'
options=-Dwerror=true
case $kind in
sanitize)
    folders='tests/e2e tests/transcripts tests/split tests/differential'
    # Without werror: gcc warns of what its own instrumentation puts in. The plain build is the strict one.
    options='-Db_sanitize=address,undefined'
    export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:strict_string_checks=1:detect_stack_use_after_return=1:exitcode=99
    export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=99 LSAN_OPTIONS=exitcode=99
    ;;
coverage)
    folders='tests/e2e tests/transcripts'
    options='-Db_coverage=true -Dbuildtype=debug' # unoptimized: every line is where it was written
    ;;
esac

if [ ! -f "$build/build.ninja" ]; then
    rm -rf "$build"
    # shellcheck disable=SC2086 # a list of options
    run meson setup "$build" -Dtests=true $options || give_up "meson setup failed"
fi
run ninja -C "$build" || give_up "the build failed"

unit=$build/meson-logs/testlog.junit.xml
scenarios=$build/pytest.xml
coverage=$build/coverage.xml
rm -f "$unit" "$scenarios" "$coverage"
find "$build" -name '*.gcda' -delete # what earlier runs counted

run "$python" tests/lib/postgres_server.py run -- meson test -C "$build" --no-rebuild --print-errorlogs
unit_status=$?

# Many tests wait for locks and servers: one process more than there are processors keeps these busy. Each has a server
# of its own.
workers=$(($(getconf _NPROCESSORS_ONLN) + 1))
[ "$workers" -le 8 ] || workers=8

export REV_BINARY="$build/src/rev"
# shellcheck disable=SC2086 # a list of folders
run "$python" -m pytest -q -c /dev/null --rootdir "$root/tests" -p no:cacheprovider --basetemp "$temporary/pytest" \
    -p xdist -n "$workers" --dist loadfile \
    --junitxml "$scenarios" -o junit_family=xunit2 --tb=short "$@" $folders
scenario_status=$?

echo
set -- "unit tests=$unit" "scenarios=$scenarios"
if [ "$kind" = coverage ]; then
    "$python" tests/lib/coverage.py "$build" "$coverage"
    set -- "$@" "coverage=$coverage"
fi
"$python" tests/lib/totals.py "$@"
total_status=$?
[ "$unit_status" -eq 0 ] && [ "$scenario_status" -eq 0 ] && [ "$total_status" -eq 0 ]
