#!/bin/bash
# Programs whose SQLite was built without a function: its pointer is null.  The
# extension does without it, or is not loaded and names it; no call kills the program.
# Of the pointers that may be null some are tried, in make soak all.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

library=$PWD/sqlite_ext/dbcare.so
header=$(echo '#include <sqlite3ext.h>' | cc -E -x c - | sed -n 's/^# [0-9]* "\(.*sqlite3ext.h\)".*/\1/p' | head -n 1)
sed -n '/^struct sqlite3_api_routines/,/^};/p' "$header" |
	sed 's|/\*.*\*/||' | tr '\n' ' ' | tr ';' '\n' | sed -nE 's/^[^(]*\( ?\*([a-z0-9_A-Z]+)\).*/\1/p' >"$tmp/members"
cc -o "$tmp/host" test/process/registry/host.c -lsqlite3 -ldl
required=$(sed -nE 's/^DBCSL_API\((.*), .*/\1/p' sqlite_ext/core/api.def)
# of newer versions
late='deserialize error_offset'
optional=$late\ $(sed -nE 's/^DBCSL_API_OPTIONAL\((.*), .*/\1/p' sqlite_ext/core/api.def)
is "$(printf '%s\n' $required $optional | sort | comm -23 - <(sort "$tmp/members"))" '' 'api.def names members of the table'

# what is called by name where SQLite is linked
functions=$({
	sed -nE 's/^DBCSL_API(_OPTIONAL)?\(.*, (.*)\)/sqlite3_\2/p' sqlite_ext/core/api.def
	printf 'sqlite3_%s\n' $late
} | sort)
is "$(nm -u build/inside/sqlite_ext/*/*.o | awk '/ sqlite3_/ { print $2 }' | sort -u)" "$functions" \
	'api.def has every function that the extension calls'

# every function of dbcare, and what comes to something
sqlite_new list
{
	cat <<-'END'
		create table parent (id integer primary key, name text); insert into parent values (1, 'a'); create table child (id integer primary key, parent_id integer references parent); create index c on child (parent_id);
		select dbbackup_create('b') is not null
		select dbbackup_verify('b', '{"restore": true}') ->> 'ok'
		select dbbackup_create('next', '{"incremental_from": "b", "compress": true}') ->> 'kind'
		select step, problem from dbbackup_plan('b', 'restored.db')
		select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one') is not null
		select dbmigrate_test() ->> 'success'
		select dbmigrate_apply(null, '{"backup": true}') ->> 'applied'
		select rule, severity from dbmigrate_lint('create table x (a, b); alter table parent drop column name; create table y as select * from parent;')
		select dbmigrate_add('2', 'broken', 'create tabel two (x)') is not null
		select dbmigrate_apply('2')
		select dbarchive_vacuum()
		select check_id from dbhealth_checks('{"level": "full"}') where severity = 'unknown' and check_id not in ('disk_free')
		select dbmonitor_start(3600) is not null
		select dbmonitor_sample() is not null
		select dbmonitor_stop() is not null
		select dbhealth_optimize('{"steps": ["analyze", "reindex", "vacuum"], "dry_run": false}') ->> 'success'
		pragma journal_mode = wal
		select dbbackup_follow_start('{"directory": "host.db-followed"}') ->> 'here'
		insert into parent values (2, 'followed')
		select dbbackup_follow_stop() ->> 'problem'
		select problem from dbbackup_list('{"directory": "host.db-followed"}')
		pragma journal_mode = delete
		select dbbackup_restore('b', null, '{"replace": true, "confirm": "host.db"}') ->> 'name'
		select count(*) from parent
	END
	functions_of sqlite | while read -r name class result; do
		[ "$name" = dbcare_uninstall ] || case $result in
			ROWS) echo "select count(*) >= 0 from $name($(arguments_of "$name" sqlite))" ;;
			*) echo "select $name($(arguments_of "$name" sqlite)) is null and false" ;;
		esac
	done
} >"$tmp/calls"

# run MEMBER ...: the results without these, and the exit code.
run()
{
	local code=0 numbers

	numbers=$(printf '%s\n' "$@" | awk 'NR == FNR { number[$1] = NR - 1; next } NF { print number[$1] }' "$tmp/members" -)
	rm -rf "$tmp"/host.db*
	# shellcheck disable=SC2086
	(cd "$tmp" && timeout 300 ./host "$library" host.db $numbers <calls 2>&1) || code=$?
	echo "exit $code"
}

run >"$tmp/wanted"
like "$(cat "$tmp/wanted")" 'exit 0$' 'every call is made'
run $(sort "$tmp/members" | comm -23 - <(printf '%s\n' $required $optional | sort)) >"$tmp/got"
is "$(grep -c . "$tmp/got")" "$(grep -c . "$tmp/wanted")" 'what is not in api.def is not called'
bad=
for member in $required; do
	got=$(run "$member")
	[[ $got = "dbcare needs sqlite3_"*" which this SQLite was built without"*"exit 2" ||
		($member = @(mprintf|libversion*) && $got = *'exit 2') ]] || bad+=" $member: $got"
done
is "$bad" '' 'without what it needs the extension is not loaded, and names it'
for member in $(sample 4 $optional); do
	run "$member" >"$tmp/got"
	is "$(tail -n 1 "$tmp/got")" 'exit 0' "$member: the program lives"
	case $member in
		trace_v2) wanted=$(printf 'dbcare: %s\n' 'slow executions are not recorded' 'statements are not counted' \
			'this SQLite is built without sqlite3_trace_v2()') ;;
		*) wanted= ;;
	esac
	is "$(diff "$tmp/wanted" "$tmp/got" | sed -n 's/^> \(dbcare: [^.]*\).*/\1/p' | sort -u)" "$wanted" "$member: nothing else is refused"
done
run $optional >"$tmp/got"
is "$(tail -n 1 "$tmp/got")" 'exit 0' 'without all of them'
finish
