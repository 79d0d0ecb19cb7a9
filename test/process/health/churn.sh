#!/bin/bash
# Sessions and parallel workers that come and go: for a moment a worker that ends has
# no type, which no check calls a lack of rights.  All reports have the same status,
# beside updates of small tables, too.  Prints TAP.
#
# usage: churn.sh [REPORTS]
#
# REPORTS is how many reports of these checks are made meanwhile (default 150), and a
# tenth as many of all.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

reports=${1:-150}

start_server server fsync=on autovacuum_naptime=1s
postgresql_new shop
postgresql shop <<<'create role watcher login; grant pg_monitor to watcher'
postgresql shop <<<'create table t as select n from generate_series(1, 3000) as n; analyze t'
postgresql shop <<<'create table hot as select n, 0 as value from generate_series(1, 20) as n; alter table hot add primary key (n); vacuum analyze hot'
echo 'select count(*) from t;' >"$tmp/script"
printf '%s\n' '\set n random(1, 20)' 'update hot set value = value + 1 where n = :n;' >"$tmp/updates"
export PGOPTIONS='-c min_parallel_table_scan_size=0 -c parallel_setup_cost=0 -c parallel_tuple_cost=0'
pgbench -n -C -c 6 -j 2 -T 600 -f "$tmp/script" shop >/dev/null 2>&1 &
churn=$!
unset PGOPTIONS
pgbench -n -c 4 -T 600 -f "$tmp/updates" shop >/dev/null 2>&1 &
updates=$!
until_true shop 'select xact_commit > 200 from pg_stat_database where datname = current_database()'
for role in postgres watcher; do
	is "$(for ((i = 0; i < reports; i++)); do
		echo "select distinct check_id || ' ' || severity || ' ' || reason from dbhealth_checks('{\"checks\":
			[\"long_running_tx\", \"xmin_horizon_held\", \"blocked_sessions\", \"connection_usage\", \"replication_lag\"]}')
			where severity = 'unknown';"
	done | PGUSER=$role "${psql_shell[@]}" -d shop 2>&1 | sort | uniq -c)" '' "$role: nothing is unknown in $reports reports"
	for ((i = 0; i < reports / 10; i++)); do
		echo "select r ->> 'status', r ->> 'score', (select string_agg(c ->> 'message', '; ' order by c ->> 'message')
				from jsonb_array_elements(r -> 'checks') as c where cast(c ->> 'penalty' as float8) > 0)
			from (select to_jsonb(dbhealth_report()) as r) as r;"
	done | PGUSER=$role "${psql_shell[@]}" -d shop >"$tmp/reports" 2>&1
	is "$(sort "$tmp/reports" | uniq -c)" "$(printf '%7d %s' $((reports / 10)) "$(grep -m 1 '^healthy [0-9]' "$tmp/reports")")" \
		"$role: all of $((reports / 10)) have the same status, score and findings that cost points"
done
kill "$churn" "$updates"
wait "$churn" "$updates" 2>/dev/null || true
finish
