#!/bin/bash
# Every embedded statement is what its file declares: the engine that it is for
# prepares it, and gives the names of its columns and the number of its parameters.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

"${CC:-cc}" -std=c11 -I. -I"$("${PG_CONFIG:-pg_config}" --includedir)" \
	-o "$tmp/statements" test/process/core/statements.c pg_ext/embedded_sql.c \
	sqlite_ext/embedded_sql.c build/common.a -lpq -lsqlite3 \
	-lpcre2-8 -lcrypto -lm

start_server server
postgresql_new statements
postgresql statements <<<'select dbcare_install();' >"$tmp/installed"

for engine in postgresql sqlite; do
	count=$(cat common/*/sql/*.sql "${engine/postgresql/pg}_ext"/*/sql/*.sql |
		grep -c '^-- columns: ')
	is "$(PGDATABASE=statements "$tmp/statements" "$engine" 2>&1)" \
		"$count statements" "every statement of $engine has the shape it declares"
done
finish
