#!/bin/bash
# Runs migration sets and schemas of other projects with the extension and over a
# connection without it, and compares all that both find.
#
# usage: test/corpora_wire.sh DIR [SET ...]
#
# DIR has the folders of the tables in test/sets.sh and below.  Each set is
# deployed into two databases, once by the extension and once over the connection:
# results, ledger and schema are equal.  The first database, and those of
# the schemas and packs, are then judged by both: all findings are equal, except
# those that the connection calls unknown, which are counted and listed at the end,
# and memory_overcommit, which it cannot judge.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

if [ $# -lt 1 ] || [ ! -d "$dir" ]; then
	echo "usage: $0 DIR [SET ...]" >&2
	exit 2
fi
# shellcheck source=test/sets.sh
. test/sets.sh
# shellcheck disable=SC2034
choose postgres "${@:2}"
export PGOPTIONS='-c client_min_messages=error' PGTZ=UTC

# Schemas, and files with rows: name, file
schemas='
chinook chinook/ChinookDatabase/DataSources/Chinook_PostgreSql.sql
danbooru danbooru/db/structure.sql
inaturalist inaturalist/db/structure.sql
memos memos/store/migration/postgres/LATEST.sql
synapse synapse/synapse/storage/schema/main/full_schemas/72/full.sql.postgres
synapse_state synapse/synapse/storage/schema/state/full_schemas/72/full.sql.postgres
temporal temporal/schema/postgresql/v12/temporal/schema.sql
temporal_visibility temporal/schema/postgresql/v12/visibility/schema.sql
'

# ---- the two ways to call ----

inside()
{
	psql -qAtX -F '|' -d "$1" 2>&1
}

over()
{
	build/wire/script "dbname=$1" 2>&1
}

# Makes documents and errors of both equal.
normalise()
{
	awk '
		/^(psql:[^ ]* )?ERROR:  / { sub(/^(psql:[^ ]* )?ERROR:  /, "ERROR: ") }
		/^(DETAIL|HINT|LINE [0-9]+|CONTEXT):? / { next }
		{ print }' | test/parity.sh --normalise
}

# What a database is, whoever made it.
state_of="
select dbmigrate_fingerprint();
select dbmigrate_schema();
select version, name, state, reversible, transactional, depends_on, checksum from dbmigrate_status();
select event, version, name, error, checksum from dbmigrate_history() order by event_id;
select * from dbmigrate_verify();
select object_type, object, change, expected, actual from dbmigrate_drift();
select table_name, row_count from dbsync_digest();
"
# What is found in it: a key, "unknown" if it is, and the finding.
findings_of="
select 'digest ' || table_name, '', row_count, digest from dbsync_digest();
select 'check ' || check_id, severity, object, round(value::numeric, 1), unit, message, suggestion, fix_sql, fix_locks, penalty, reason
	from dbhealth_checks('{\"level\": \"full\"}') where check_id <> 'memory_overcommit' order by 1, object, message;
select 'size ' || part, '', coalesce(bytes > 0, false) from dbhealth_size();
select 'table ' || table_name, '', table_name, row_estimate, total_bytes, table_bytes,
	index_bytes, free_bytes, dead_rows, index_count from dbhealth_tables() order by 1;
select 'vacuum ' || table_name, '', table_name, work, reason, threshold, enabled from dbhealth_vacuum() order by 1;
select 'index ' || index_name, '', index_name, table_name, columns, bytes, is_unique, is_valid, constraint_name, duplicate_of
	from dbhealth_indexes() order by 1;
select 'schema', '', dbhealth_schema();
select 'constraint ' || table_name || '.' || constraint_name, coalesce(violations::text, 'unknown'), c.* from dbcheck_constraints(null, '{\"all\": true}') as c order by 1;
select 'orphans ' || table_name || '.' || constraint_name, coalesce(orphans::text, 'unknown'), o.* from dbcheck_orphans() as o order by 1;
select 'run ' || source || ' ' || name, coalesce(violations::text, 'unknown'), r.* from dbcheck_run() as r order by 1, table_name;
select 'integrity ' || object, severity, i.* from dbcheck_integrity() as i order by 1;
select 'events', '', function_name, outcome from dbcare_events() order by event_id;
"

# ---- comparing ----

# differences NAME: prints the differences of two results; fails if there are any.
differences()
{
	diff -U0 "$work/inside" "$work/over" | sed -E "1,2d; /^@@/d; s/^(.{600}).*/\1 .../; s/^/  $1 /" >"$work/different"
	[ ! -s "$work/different" ] || { cat "$work/different"; return 1; }
}

# judge DATABASE: compares what both find.
judge()
{
	local diff_of="select dbmigrate_diff(dbmigrate_schema(), '$empty'); select dbmigrate_diff('$empty', dbmigrate_schema());"

	inside "$1" <<<"$state_of$diff_of$findings_of" | normalise >"$work/inside.all"
	over "$1" <<<"$state_of$diff_of$findings_of" | normalise >"$work/over.all"
	awk -F '|' '$2 == "unknown" { print $1 }' "$work/over.all" | sort -u >"$work/unknown"
	while read -r key; do
		grep -F -m 1 "$key|unknown|" "$work/over.all"
	done <"$work/unknown" >>"$work/all_unknown"
	for side in inside over; do
		awk -F '|' 'NR == FNR { unknown[$0]; next } !($1 in unknown)' "$work/unknown" "$work/$side.all" >"$work/$side"
	done
	findings=$(wc -l <"$work/over")
	differences "$1"
}

# Deploys a set with the extension and over the connection.
deploy_both()
{
	local database=$1 extension=$3
	local -a as_extension=() as_connection=()

	files=$work/files/$1
	cp -r "$dir/$2" "$files"
	chmod -R a+rX,u+w "$files"
	[ -z "$4" ] || find "$files" -type f -exec sed -i "$4" {} +
	extension=${extension#-}
	postgres_new
	createdb "$1.wire"
	[ -z "$extension" ] || psql -qXd "$1.wire" -c "create extension $extension"
	for name in "$1" "$1.wire"; do
		build/dbcare -q --db "dbname=$name" load --dir "$files" >"$work/load" 2>&1 || cat "$work/load"
	done
	inside "$1" <<<'call dbmigrate_deploy();' | normalise >"$work/inside"
	over "$1.wire" <<<'call dbmigrate_deploy();' | normalise >"$work/over"
	differences "$1 deploy" || return
	inside "$1" <<<"$state_of" | normalise >"$work/inside"
	over "$1.wire" <<<"$state_of" | normalise >"$work/over"
	differences "$1 state"
}

# run NAME COMMAND ...: makes a database and judges it; prints a line.
run()
{
	local start=$EPOCHREALTIME good=equal

	findings=0
	if "${@:2}"; then
		psql -qXd "$1" -c 'vacuum analyze'
		judge "$1" || good=different
	else
		good=different
	fi
	printf '%-24s %8d %8d %-9s %7d\n' "$1" "$findings" "$(wc -l <"$work/unknown")" $good \
		$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
	[ $good = equal ] || status=1
}

load_schema()
{
	local database=$1 extension=

	postgres_new
	psql -qX -d "$1" -f "$dir/$2" >/dev/null 2>&1 || true
}

load_pack()
{
	local database=$1 extension=

	postgres_new
	inside "$1" <<<"select dbinit_run('${1#pack_}') ->> 'success';" >"$work/made"
	[ "$(cat "$work/made")" = true ] || { cat "$work/made"; return 1; }
}

status=0
: >"$work/all_unknown"
: >"$work/unknown"
createdb empty
empty=$(over empty <<<'select dbmigrate_schema();' | sed "s/'/''/g")
printf '%-24s %8s %8s %-9s %7s\n' database findings unknown result ms
while read -r set engine path extension changes; do
	[ -n "$set" ] && wanted || continue
	run "$set" deploy_both "$set" "$path" "$extension" "$changes" </dev/null
done <<<"$all_sets"
while read -r set path; do
	engine=postgres
	[ -n "$set" ] && wanted || continue
	run "$set" load_schema "$set" "$path" </dev/null
done <<<"$schemas"
for set in $(ls common/init/packs); do
	! wanted || run "pack_$set" load_pack "pack_$set" </dev/null
done
printf '\nunknown over the connection\n'
sort "$work/all_unknown" | uniq -c
exit $status
