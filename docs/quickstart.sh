#!/bin/sh
# From a fresh clone to a working rev: installs what the build needs, builds into build/quickstart,
# and runs the main job on SQLite in a temporary folder: two developers branch off one revision,
# `upgrade head` refuses, a merge, an upgrade, a look at the history, one step back.
#
#   sh docs/quickstart.sh
#
# A second run installs nothing and is quick. Nothing outside build/ and the installed packages stays.
set -eu

root=$(cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/quickstart
rev=$build/src/rev

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'quickstart.sh: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# --- what the build needs ------------------------------------------------------------------------

has_header() { printf '#include <%s>\n' "$1" | cc -E - >/dev/null 2>&1; }
can_build() {
    has cc && has meson && has ninja && has pkg-config &&
        pkg-config --exists libpq sqlite3 yaml-0.1 uuid libmd jansson && has_header stdio.h && has_header uthash.h
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        fail "installing needs root: run this as root: $*"
    fi
}

install_packages() {
    if has apt-get; then # Debian, Ubuntu
        as_root apt-get update -q
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
            gcc libc6-dev meson ninja-build pkg-config libpq-dev libsqlite3-dev libyaml-dev uuid-dev libmd-dev libjansson-dev uthash-dev
    elif has dnf; then # Fedora
        as_root dnf install -y \
            gcc meson ninja-build pkgconf-pkg-config libpq-devel sqlite-devel libyaml-devel libuuid-devel libmd-devel jansson-devel \
            uthash-devel
    elif has pacman; then # Arch
        as_root pacman -S --needed --noconfirm \
            gcc meson ninja pkgconf postgresql-libs sqlite libyaml util-linux-libs libmd jansson uthash
    elif has apk; then # Alpine
        as_root apk add \
            build-base meson ninja pkgconf libpq-dev sqlite-dev yaml-dev util-linux-dev libmd-dev jansson-dev uthash-dev
    elif has brew; then # macOS; Homebrew refuses to run as root
        brew install meson ninja pkg-config libpq sqlite libyaml util-linux libmd jansson uthash
    else
        fail "no package manager known here; install a C compiler, meson, ninja, pkg-config, and the development" \
            "files of libpq, SQLite, libyaml, libuuid, libmd, jansson and uthash, then run this again"
    fi
}

if has brew; then # Homebrew keeps these out of the default search path
    for formula in libpq sqlite util-linux; do
        PKG_CONFIG_PATH=$(brew --prefix "$formula" 2>/dev/null || true)/lib/pkgconfig:${PKG_CONFIG_PATH:-}
    done
    CPATH=$(brew --prefix)/include:${CPATH:-}
    export PKG_CONFIG_PATH CPATH
fi

if ! can_build; then
    say "Installing what the build needs"
    install_packages
    can_build || fail "something is still missing: a C compiler, meson, ninja, pkg-config, or the development files of" \
        "libpq, SQLite, libyaml, libuuid, libmd, jansson or uthash"
fi

# --- the build -----------------------------------------------------------------------------------

say "Building into build/quickstart"
if [ ! -f "$build/build.ninja" ]; then
    rm -rf "$build"
    meson setup "$build" "$root"
fi
ninja -C "$build"

# --- the main job --------------------------------------------------------------------------------

unset REV_DATABASE_URL DATABASE_URL # the tour uses a SQLite file of its own, whatever is set here
folder=$(mktemp -d "${TMPDIR:-/tmp}/rev-quickstart.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints the command as one would type it, then runs it.
try() {
    printf '\n$ rev'
    for word in "$@"; do
        case $word in
        *\ *) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$rev" "$@"
}

# new MESSAGE UP DOWN: a revision with this SQL, its path printed by rev.
new() {
    printf "\n\$ rev revision -m '%s'\n" "$1"
    made=$("$rev" revision -m "$1")
    echo "$made"
    printf '%s\n' "$2" >"$made/up.sql"
    printf '%s\n' "$3" >"$made/down.sql"
    printf '  up.sql:   %s\n  down.sql: %s\n' "$2" "$3"
}

say "Ann starts a project: rev.yaml, migrations/, and a SQLite file as its database"
mkdir "$folder/ann"
cd "$folder/ann"
try init
new 'create people' 'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);' 'DROP TABLE person;'
try upgrade head

say "Bob copies the project (git clone), and both add a revision on top of the same parent"
cp -R "$folder/ann" "$folder/bob"
new 'add email' 'ALTER TABLE person ADD COLUMN email TEXT;' 'ALTER TABLE person DROP COLUMN email;'
cd "$folder/bob"
new 'create orders' 'CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER);' 'DROP TABLE orders;'

say "Ann gets Bob's work (git pull): now there are two heads"
cp -R "$folder/bob/$made" "$folder/ann/migrations/"
cd "$folder/ann"
try heads

say "'upgrade head' does not guess which one is meant"
status=0
try upgrade head || status=$?
[ "$status" -eq 2 ] || fail "expected the upgrade to be refused (exit 2), got $status"
echo "(exit status $status, nothing was changed)"

say "A merge revision brings the two lines together"
try merge heads -m 'merge email and orders'
try upgrade head

say "Where the database is, and how it got there"
try current
try history --verbose

say "One step back: the merge is undone, both lines stay applied"
try downgrade -1
try current

say "Done. The program is build/quickstart/src/rev"
cat <<END
Put it in place with:        meson install -C build/quickstart
Linux already has a rev, which reverses lines. To install under another name:
                             meson configure build/quickstart -Dprogram_name=rev-migrate
                             meson install -C build/quickstart
END
