#!/bin/bash
# Runs the official test suite of JSON Schema, draft 2020-12, on both engines
# and prints how much of it passes.
#
# usage: test/json_suite.sh [DIR]
#
# DIR is tests/draft2020-12 of the suite; left out, it is taken from the Debian
# package libtest-json-schema-acceptance-perl, installed or downloaded.
#
# What the standard requires must pass, but for tests that need a schema from
# elsewhere, which dbcare does not fetch, and for what jsonb cannot hold.  What
# is optional is counted only; there format is asserted.  VERBOSE=1 names the
# optional tests that fail.
set -euo pipefail
cd "$(dirname "$0")/.."

package=libtest-json-schema-acceptance-perl
inside=usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance
work=$(mktemp -d)
# Stops the server and removes everything.
cleanup()
{
	test/pg_server.sh stop "$work/pg" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# Prints where the suite is, if it can be had.
find_suite()
{
	if [ $# -gt 0 ]; then
		echo "$1"
	elif [ -d "/$inside" ]; then
		echo "/$inside/tests/draft2020-12"
	elif (cd "$work" && apt-get -q download $package >&2 &&
		dpkg -x $package*.deb .) 2>"$work/log"; then
		echo "$work/$inside/tests/draft2020-12"
	fi
}

# Writes the cases of a file: number, file, group, test and whether it is valid;
# and the call of each.  Strings keep the escapes the file has.
write_cases()
{
	sqlite3 -batch <<-END
		create temp table cases as
			select row_number() over (order by groups.id, test.id) + $2 as number,
				groups.value -> 'schema' as schema,
				test.value -> 'data' as data,
				test.value ->> 'valid' as valid,
				groups.value ->> 'description' as name,
				test.value ->> 'description' as part
			from json_each(readfile('$suite/$1')) as groups
			join json_each(groups.value, '\$.tests') as test;
		.separator "\t"
		.output $work/cases.new
		select number, '$1', name, part, valid from cases order by number;
		.output $work/calls.new
		select printf('select ''case %d'';%sselect dbcheck_json(%s), '
			|| '(select count(*) = 0 from dbcheck_json_errors(%s));',
			number, char(10), arguments, arguments)
		from (select number, printf('%Q, %Q$3', data, schema) as arguments
			from cases) order by number;
	END
	cat "$work/cases.new" >>"$work/cases"
	cat "$work/calls.new" >>"$work/calls"
}

# Writes the cases of all files there are.
write_suite()
{
	local number=0 file

	while read -r file; do
		case $file in
			optional/*) write_cases "$file" "$number" ", ''{\"format\": true}''" ;;
			*) write_cases "$file" "$number" '' ;;
		esac
		number=$(wc -l <"$work/cases")
	done
}

on_sqlite()
{
	{
		echo .load ./sqlite_ext/dbcare
		cat "$work/calls"
	} | stdbuf -oL sqlite3 -batch 2>&1 || true
}

on_postgresql()
{
	{
		echo 'create extension if not exists dbcare;'
		cat "$work/calls"
	} | psql -qAtX -d postgres 2>&1 | sed 's/^t|t$/1|1/; s/^f|f$/0|0/'
}

# compare ENGINE: compares the results on standard input with the expected ones.
compare()
{
	awk -F '\t' -v engine="$1" -v cases="$work/cases" '
		/^case [0-9]+$/ { number = substr($0, 6); next }
		!(number in got) { got[number] = $0 }
		END {
			while ((getline <cases) > 0) {
				kind = $2 ~ /^optional/ ? "optional" : "required"
				total[kind]++
				if (got[$1] == $5 "|" $5)
					passed[kind]++
				else if (got[$1] ~ /which is not in it| is known$/)
					remote[kind]++
				else if (got[$1] ~ /unsupported Unicode escape/)
					beyond[kind]++
				else if (kind == "required" || ENVIRON["VERBOSE"]) {
					printf "# %s: %s: %s: %s\n#	wanted %s, got %s\n", engine,
						$2, $3, $4, $5, got[$1]
					failed = failed || kind == "required"
				}
			}
			for (kind in total)
				printf "%s, %s: %d of %d pass (%.1f %%), %d need a schema from " \
					"elsewhere, %d are beyond jsonb\n", engine, kind, passed[kind],
					total[kind], 100 * passed[kind] / total[kind], remote[kind],
					beyond[kind]
			exit failed
		}'
}

suite=$(find_suite "$@")
if [ ! -d "$suite" ]; then
	echo "skipped: the suite is not there, and neither is apt-get download"
	exit 0
fi
: >"$work/cases"
: >"$work/calls"
write_suite < <(cd "$suite" && find . -name '*.json' | sed 's|^\./||' | sort)
chmod a+rx "$work"
test/pg_server.sh start "$work/pg"
# shellcheck source=/dev/null
. "$work/pg/env"
status=0
on_sqlite | compare SQLite || status=1
on_postgresql | compare PostgreSQL || status=1
exit $status
