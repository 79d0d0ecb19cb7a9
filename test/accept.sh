#!/bin/bash
# Rewrites the lists of functions and the expected files of parity scripts from
# what the engines give; git diff shows what that changes.  A test that is not ok
# is one where SQLite gives something else than PostgreSQL.
#
# usage: test/accept.sh [NAME ...]
#
# Without names, the parity scripts that differ from the last commit.
set -eu
cd "$(dirname "$0")/.."

server=$(mktemp -d)
trap 'test/pg_server.sh stop "$server"; rm -rf "$server"' EXIT
test/pg_server.sh start "$server" fsync=off
. "$server/env"

if [ $# -eq 0 ]; then
	set -- $(git status --porcelain --untracked-files=all sql |
		sed -n 's#.*sql/\(parity_[a-z_]*\)\.sql$#\1#p')
fi
failed=0
test/surface.sh --accept || failed=1
[ $# -eq 0 ] || test/parity.sh --accept "$@" || failed=1
exit "$failed"
