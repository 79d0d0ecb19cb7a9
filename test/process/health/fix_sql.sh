#!/bin/bash
# Every check that offers a fix_sql: its fault is made, the fix_sql is run as it
# is printed, and the finding must be gone.  The faults are the sections of
# faults_postgresql.sql and faults_sqlite.sql; the test fails if a check with
# fix_sql has none.  The title of a section is the check, and maybe "no fix" (the
# check must offer none) or "from N" (the first version of the engine that has
# the fault).  Prints TAP.
# shellcheck source=test/lib.sh
# shellcheck disable=SC2317
. "$(dirname "$0")/../../lib.sh"

faults=$PWD/test/process/health/faults

# offering ENGINE: the checks of an engine that offer a fix_sql: by their SQL, or,
# without SQL, those of rows and records.
offering()
{
	local check file place

	case $1 in postgresql) place=pg_ext ;; *) place=sqlite_ext ;; esac
	sed -nE 's/^DBC_CHECK\((\w+),.*/\1/p' common/health/checks_*.def | sort -u |
		while read -r check; do
			for file in {common,$place}/health/sql/"$check".sql; do
				if [ -e "$file" ] && { ! grep -qE 'null( as text\))? as fix_sql' "$file" ||
					grep -q 'CREATE EXTENSION' "$file"; }; then
					echo "$check"
				fi
			done
		done
	sed -nE 's/^\t\{"(\w+)", .*/\1/p' common/health/row_checks.c | grep -E 'orphan|rules'
	sed -nE 's/^\t\{"(\w+)", find_\w+_triggers.*/\1/p' common/health/record_checks.c
}

# titles ENGINE: the sections of faults.
titles()
{
	sed -nE 's/^-- ---- (.*) ----$/\1/p' "${faults}_$1.sql"
}

# fault ENGINE TITLE: a section.
fault()
{
	awk -v title="-- ---- $2 ----" '/^-- ---- .* ----$/ { on = $0 == title; next } on' \
		"${faults}_$1.sql"
}

# What is left of the findings that had a fix_sql, and the words for the result.
left="dbhealth_checks('{\"checks\": [\"CHECK\"]}') as c
	where exists (select 1 from before as b where coalesce(b.object, '') = coalesce(c.object, ''))
		and (c.severity in ('info', 'warning', 'critical', 'unknown') or c.fix_sql is not null)"
begin="create temp table before as select object, fix_sql
		from dbhealth_checks('{\"checks\": [\"CHECK\"]}') where fix_sql is not null;
	create temp table others as select count(*) as n from dbhealth_checks('{\"checks\": [\"CHECK\"]}')
		where severity in ('info', 'warning', 'critical') and fix_sql is null;"
result="select case when not exists (select 1 from before) then 'no fix for ' || n || ' found'
	else (select case count(*) when 0 then 'fixed' else count(*) || ' left' end from LEFT) end from others;"

# run_postgresql CHECK TITLE: makes the fault, runs the fix_sql, prints the result.
# What other processes do after a fix_sql takes a moment.  Errors of a fault are
# part of it.
run_postgresql()
{
	"${psql_shell[@]}" -d postgres -c 'drop database if exists faulty with (force)' \
		-c 'create database faulty template base'
	{
		# what a fault calls to have statistics counted
		printf '%s\n' '\o /dev/null' "select case when current_setting('server_version_num')::int < 150000
			then 'select pg_sleep(0.6); select pg_sleep(0.6), pg_stat_clear_snapshot();'
			else 'select pg_stat_force_next_flush();' end as flush \\gset"
		fault postgresql "$2"
		printf '\\set ON_ERROR_STOP on\n%s\n' "$begin"
		printf '\\o %s\nselect distinct fix_sql from before;\n\\o /dev/null\n\\i %s\n' "$tmp/fixes" "$tmp/fixes"
		printf 'select count(*) > 0 as waiting from LEFT \\gset\n'
		for _ in {1..100}; do
			printf '\\if :waiting\n\\! sleep 0.05\nselect count(*) > 0 as waiting from LEFT \\gset\n\\endif\n'
		done
		printf '\\o\n%s\n' "$result"
	} | sed "s/LEFT/${left//$'\n'/ }/; s/CHECK/$1/" | "${psql_shell[@]}" -d faulty 2>&1 |
		tail -n 1 || true
}

# run_sqlite CHECK TITLE: the same.
run_sqlite()
{
	sqlite_new faulty
	{
		printf '.output /dev/null\n.dbconfig defensive off\n'
		fault sqlite "$2"
		printf '.bail on\n%s\n.output %s\nselect distinct fix_sql from before;\n' "$begin" "$tmp/fixes"
		printf '.output /dev/null\n.read %s\n.output stdout\n%s\n' "$tmp/fixes" "$result"
	} | sed "s|LEFT|${left//$'\n'/ }|; s/CHECK/$1/; s|FILE|$tmp/faulty.db|
		s|^\.open\$|.open $tmp/faulty.db\n.load ./sqlite_ext/dbcare|" |
		sqlite faulty || true
}

# version ENGINE: its version, as in the titles.
version()
{
	case $1 in
	postgresql) postgresql postgres <<<"select current_setting('server_version_num')::int / 10000" ;;
	sqlite) sqlite none <<<"select '3' || substr('00' || json_extract('[' || replace(sqlite_version(), '.', ',') || ']', '\$[1]'), -3)" ;;
	esac
}

start_server server autovacuum=off wal_level=logical max_prepared_transactions=9 \
	max_wal_senders=9 shared_preload_libraries="''"
postgresql_new base
postgresql base <<<'create extension dblink'

for engine in postgresql sqlite; do
	is "$(offering $engine | sort -u | grep -vxFf <(titles $engine | sed 's/,.*//') || true)" '' \
		"$engine: every check that offers a fix_sql has a fault"
	while read -r title; do
		check=${title%%,*}
		if [[ $title =~ from\ ([0-9]+) ]] && [ "$(version $engine)" -lt "${BASH_REMATCH[1]}" ]; then
			skip "$engine: $title" 'an older version'
			continue
		fi
		[[ $title == *'no fix'* ]] && expected='no fix for 1 found' || expected=fixed
		is "$(run_$engine "$check" "$title")" "$expected" "$engine: $title"
	done < <(titles $engine)
done
finish
