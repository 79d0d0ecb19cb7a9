#!/bin/bash
# What the shared libraries export, import and need.
#
# An unnecessary exported symbol can override a symbol of another library in the
# same process.  The SQLite extension exports its entry point alone, the
# PostgreSQL one the functions that PostgreSQL calls.  The core is also linked into
# programs, where its symbols meet theirs.
#
# usage: test/symbols.sh [LIBRARY]
#
# LIBRARY is the SQLite extension linked in another way: its exports and imports
# are checked.
set -eu
cd "$(dirname "$0")/.."

# Names a shared library defines for others.
exports()
{
	nm -D --defined-only "$1" | awk '{ print $NF }' | sort
}

# Fails with the lines of standard input, if there are any.
none()
{
	diff -u --label 'nothing expected' --label "$1" /dev/null -
}

# Names the loader looks for in other libraries, without versions.
imports()
{
	nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }'
}

# Libraries the loader brings along.
needed()
{
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[lib\(.*\)\.so\.[0-9]*\]/\1/p' | sort
}

# A program can have its own SQLite, which exports nothing: the extension calls
# that one through the pointers it gets, never one by name.
sqlite_extension()
{
	diff -u --label expected --label "$1" <(echo sqlite3_dbcare_init) <(exports "$1")
	imports "$1" | { grep '^sqlite3' || true; } | none "$1"
}

if [ $# -gt 0 ]; then
	sqlite_extension "$1"
	exit
fi
sqlite_extension sqlite_ext/dbcare.so
diff -u --label expected --label pg_ext/dbcare.so \
	<(sort pg_ext/exports.txt) <(exports pg_ext/dbcare.so)
# newer minor versions of PostgreSQL have them, older ones would not load the library
imports pg_ext/dbcare.so | { grep -E '^(heap_datum_check|DatumGetHeapTupleHeader)' || true; } | none pg_ext/dbcare.so
# doc/install.md lists them
for library in sqlite_ext/dbcare.so pg_ext/dbcare.so; do
	diff -u --label expected --label "$library" \
		<(printf '%s\n' c crypto m pcre2-8 zstd) <(needed "$library")
done
# sqlite3_api is not there when the extension is linked into a program
nm -A -g --defined-only build/common.a build/sqlite_ext/*/*.o |
	awk 'NF == 3 && $3 !~ /^(dbc|sqlite3_(dbcare_init|api)$)/' | none build/common.a
