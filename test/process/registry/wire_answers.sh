#!/bin/bash
# False answers of a server: a call over the connection ends with a result or an
# error, not with a fault, whatever the rows look like, and soon.  Prints TAP.
#
# usage: test/process/registry/wire_answers.sh [COUNT [SEED]]
. "$(dirname "$0")/../../lib.sh"

start_server s
psql -qd postgres -c 'create role app login' -c 'create database shop owner app'
# dbops_*() refuse superusers
export PGUSER=app
psql -qd shop -c 'create table p (id int primary key)' \
	-c 'create table c (id int primary key, p int not null references p, n int check (n > 0))' \
	-c 'create table k (i int primary key, b bytea, t timestamptz, n numeric, f real, d date, j jsonb, o boolean)' \
	-c "insert into k select i, '\\x00ff', now(), i / 7.0, i / 7.0, now(), '{\"a\": 1}', true from generate_series(1, 30) as i" \
	-c 'create table q (i int, n int default 3, g int generated always as (i * 2) stored, p int references p, primary key (i, n)) partition by range (i)' \
	-c 'create table q1 partition of q for values from (1) to (10)' -c 'insert into p values (1), (2)' -c 'insert into c values (1, 1, 1), (2, 2, 2)'
calls=(dbmigrate_status dbmigrate_plan dbmigrate_verify dbmigrate_drift dbmigrate_deploy dbmigrate_schema
	dbhealth_checks dbhealth_report dbcheck_run "dbcheck_constraints NULL {\"all\":true}" dbcare_settings dbmonitor_sample
	"dbmigrate_test" "dbmigrate_apply NULL {\"on_error\":\"report\"}" dbmigrate_history
	"dbcheck_repair {\"orphans\":\"quarantine\"}" dbcare_events
	dbsync_digest "dbcheck_row q {\"i\":1,\"p\":5}" "dbsync_digest k {\"range_rows\":1,\"after\":{\"i\":1}}"
	dbhealth_{text,html,metrics,tables,indexes,size,growth,explain,ping,history,optimize} "dbhealth_fix stats_stale"
	dbmigrate_{fingerprint,repair,adopt} "dbmigrate_rollback NULL {\"dry_run\":true}" "dbmigrate_baseline 2"
	dbcheck_{orphans,integrity,rules,quarantine} "dbcheck_undo 1" "dbcheck_row c {\"id\":1}"
	"dbcheck_repair {\"orphans\":\"set_null\",\"dry_run\":false}"
	"dbops_select k {\"filters\":{\"d\":{\"gt\":\"2020-01-01\"}},\"sort\":[\"-t\"]}" "dbops_count k {\"f\":{\"in\":[0.5,1]}}"
	"dbops_insert k {\"i\":99,\"d\":\"2026-01-02\"}" "dbops_upsert p [{\"id\":1},{\"id\":7}]" "dbops_delete c {\"n\":2}"
	"dbops_update k {\"t\":\"2026-01-02T03:04:05Z\"} {\"i\":1} {\"returning\":[\"t\",\"b\"]}" "dbops_execute TABLE/**/k"
	"dbseed_apply" dbinit_{status,packs} "dbinit_run {\"name\":\"p\",\"migrations\":[{\"version\":\"1\",\"up\":\"select/**/1\"}]}"
	"dbseed_add k k [{\"i\":1,\"t\":\"2026-01-02\"}]" dbseed_status
	dbmonitor_{statistics,slow_queries,alerts,status} dbcare_functions dbcare_install)
build/wire/call dbname=shop dbmigrate_add 1 one 'create table one (a int); insert into one values (1)' 'drop table one' \
	then dbmigrate_deploy then dbmigrate_add 2 two 'create table two (a int)' 'drop table two' \
	then dbseed_add p p '[{"id": 1}, {"id": 3}]' '{"mode": "sync"}' then dbseed_add c c '[{"id": 3, "p": {"$ref": {"id": 2}}}]' >/dev/null

first=${2-$((seed % 2 * 10 + 1))}
for ((seed = first; seed < first + ${1-10}; seed++)); do
	read -ra call <<<"${calls[seed % ${#calls[@]}]}"
	rm -rf "$tmp/net"
	mkdir "$tmp/net"
	: >"$tmp/relay"
	python3 test/wire/relay.py "$PGHOST/.s.PGSQL.$PGPORT" "$tmp/net/.s.PGSQL.$PGPORT" "$seed" >"$tmp/relay" 2>"$tmp/relay.error" &
	relay=$!
	until [ -s "$tmp/relay" ]; do sleep 0.02; done
	ended=0
	timeout 60 build/wire/call "dbname=shop host=$tmp/net" "${call[@]}" >"$tmp/answer" 2>&1 || ended=$?
	kill "$relay" 2>/dev/null || true
	wait "$relay" 2>/dev/null || true
	{ [ "$ended" -le 2 ] && ! grep -qE 'Sanitizer|runtime error|SUMMARY' "$tmp/answer" && ! grep -q Traceback "$tmp/relay.error"; } ||
		result 1 "${call[*]}, seed $seed" "$ended $(grep -aE -m 4 'Sanitizer|runtime error| #[0-9] ' "$tmp/answer" | cut -c1-200; tail -2 "$tmp/relay.error")"
done
is "$failed" 0 "$seed answers"
finish
