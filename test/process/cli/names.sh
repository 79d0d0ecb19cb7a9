#!/bin/bash
# Names with line ends, escape sequences and marks of direction: no verb prints a line
# that looks like one of the command, neither in a pipe nor on a terminal, and JSON has
# them as they are.  Prints TAP.
#
# usage: test/process/cli/names.sh [WIDTH ...]
#
# WIDTH: columns of the terminals, for each verb (default: one of three in turn).  Of the verbs half
# are tried, in make soak all.
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
start_server server ''
dbcare=${DBCARE:-$PWD/build/dbcare}
export NO_COLOR=1 LC_ALL=C.UTF-8
# shellcheck source=test/process/cli/terminals.bash
. "$(dirname "$0")/terminals.bash"
work=$tmp/work
turn=0
[ $# = 0 ] || widths=$*

fake=$'x\nFAKE  critical\n  CRITICAL  FAKE\n\xe2\x80\xa8FAKE\x1b[2JFAKE\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xc2\x9b'
long="x $(printf '%030d ' 0 0 0)FAKE  critical  0"

# faked OUTPUT: lines that look like those of the command, and what a terminal obeys.
faked()
{
	tr -d '\r' <<<"$1" | sed 's/\x1b\[\(0m\|?25[lh]\|K\)//g' >"$tmp/shown"
	grep -nE '^ {0,2}((CRITICAL|WARNING|HINT:|dbcare:) +)?FAKE' "$tmp/shown" || true
	LC_ALL=C grep -nP '\x1b|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xd8\x9c|\xc2[\x80-\x9f]' "$tmp/shown" || true
}

# verb NAME ARGUMENT ...: runs a verb in a pipe and on terminals.
verb()
{
	local columns bad

	bad=$(faked "$(cd "$work" && timeout 60 "$dbcare" --db "$db" "$@" 2>&1)")
	turn=$(((turn + 1) % 3))
	for columns in ${widths-$((40 + turn * 40 * turn))}; do
		on_terminal "$work" C.UTF-8 "$columns" -- "$dbcare" --db "$db" "$@"
		bad+=$(faked "$output")
	done
	is "$bad" '' "$engine: $(printf '%q ' "$@")"
}

# the names are parameters, so that no shell changes them
export FAKE=$fake LONG=$long
for engine in sqlite postgresql; do
	"${engine}_new" shop
	db=$(at "$engine" shop)
	{
		for name in "$fake" "$long"; do
			id='id integer primary key'
			printf 'create table "%s" (id integer primary key, a integer);\n' "$name"
			printf 'create table "of %s" (%s, "%s" integer references "%s" (id));\n' "$name" "$id" "$name" "$name"
			printf 'create index "a %s" on "of %s" ("%s"); create index "b %s" on "of %s" ("%s");\n' "$name" "$name" "$name" "$name" "$name" "$name"
			[ "$engine" = sqlite ] || printf 'insert into "%s" (id) values (1);\n' "$name"
			[ "$engine" != sqlite ] || printf 'pragma foreign_keys = off; insert into "of %s" values (1, 77);\n' "$name"
		done
	} >"$tmp/names.sql"
	"$engine" shop <"$tmp/names.sql" >"$tmp/out"
	rm -rf "$work"
	mkdir -p "$work/db/migrations"
	python3 - "$work" <<-'END'
		import os, sys
		os.chdir(sys.argv[1])
		name = os.environ['FAKE']
		open('db/migrations/1_a.sql', 'w').write('drop table "%s";\n' % name)
		open(os.environ['FAKE'].replace('/', '_').encode()[:40].decode(errors='ignore') + '.sql', 'w').write('drop table "%s";' % name)
	END
	for words in health 'health --full' report check size growth status load status plan lint 'lint --format github' \
		test drift verify slow alerts metrics; do
		echo "$words"
	done | one_of 2 >"$tmp/verbs"
	while read -r words <&3; do
		# shellcheck disable=SC2086
		verb $words
	done 3<"$tmp/verbs"
	for file in "$work"/*.sql; do
		verb lint "${file##*/}"
	done
	verb check "$fake"
	verb list-deleted "$long"
	verb migrate
	verb soft-delete "$fake" 1
	verb --db "$fake" health
	is "$("$dbcare" --db "$db" health --json | jq -r '[.. | strings | select(contains(env.FAKE))] | length > 0')" true \
		"$engine: JSON has the names as they are"
done

# the verdict is in the first words, not in what a name says
sqlite_new verdict
sqlite verdict >"$tmp/out" 2>&1 <<-'END'
	select dbmigrate_add('1 (healthy)', 'n', 'select 1;') is null;
	select dbmigrate_apply() is null;
	create table p (a integer primary key);
END
for ((i = 0; i < 20; i++)); do
	sqlite verdict >"$tmp/out" <<<"create table c$i (b integer references p (a));
		pragma foreign_keys = off; insert into c$i values (1);"
done
status=0
"$dbcare" --db "$tmp/verdict.db" health --full >"$tmp/out" || status=$?
like "$(head -1 "$tmp/out")" '^[^(]*\((warning|critical|degraded|attention|poor)[^)]*\).*1 \(healthy\)' 'a version that says healthy'
is "$status" 1 '... makes no database healthy'
finish
