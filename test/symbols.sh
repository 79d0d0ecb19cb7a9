#!/bin/bash
# An unnecessary exported symbol can override a symbol of another library in the
# same process.  The SQLite extension exports its entry point alone, the
# PostgreSQL one the functions that PostgreSQL calls.
set -eu
cd "$(dirname "$0")/.."

# Names a shared library defines for others.
exports()
{
	nm -D --defined-only "$1" | awk '{ print $NF }' | sort
}

diff -u --label expected --label sqlite_ext/dbcare.so \
	<(echo sqlite3_dbcare_init) <(exports sqlite_ext/dbcare.so)
diff -u --label expected --label pg_ext/dbcare.so \
	<(sort pg_ext/exports.txt) <(exports pg_ext/dbcare.so)
