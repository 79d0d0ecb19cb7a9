#!/bin/bash
# Rewrites the lists of functions and the expected files of parity scripts from
# PostgreSQL's output; git diff shows the changes.  A test fails if SQLite's
# output differs from PostgreSQL's.
#
# usage: test/accept.sh [NAME ...]
#
# The parity scripts are those that differ from the last commit, and those named.
set -eu
cd "$(dirname "$0")/.."

server=$(mktemp -d)
trap 'test/pg_server.sh stop "$server"; rm -rf "$server"' EXIT
test/pg_server.sh start "$server" fsync=off
. "$server/env"

set -- $(
	{
		printf '%s\n' "$@"
		git status --porcelain --untracked-files=all sql 2>/dev/null |
			sed -n 's#.*sql/\(parity_[a-z_]*\)\.sql$#\1#p'
	} | sort -u
)
failed=0
test/surface.sh --accept || failed=1
test/contract.sh --accept || failed=1
[ $# -eq 0 ] || test/parity.sh --accept "$@" || failed=1
exit "$failed"
