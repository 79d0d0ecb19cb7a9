#!/bin/bash
# Sessions and parallel workers that come and go: for a moment a worker that ends has
# no type, which no check calls a lack of rights.  Prints TAP.
#
# usage: churn.sh [REPORTS]
#
# REPORTS is how many reports are made meanwhile (default 150).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

reports=${1:-150}

start_server server
postgresql_new shop
postgresql shop <<<'create role watcher login; grant pg_monitor to watcher'
postgresql shop <<<'create table t as select n from generate_series(1, 3000) as n; analyze t'
echo 'select count(*) from t;' >"$tmp/script"
export PGOPTIONS='-c min_parallel_table_scan_size=0 -c parallel_setup_cost=0 -c parallel_tuple_cost=0'
pgbench -n -C -c 6 -j 2 -T 600 -f "$tmp/script" shop >/dev/null 2>&1 &
churn=$!
unset PGOPTIONS
until_true shop 'select xact_commit > 200 from pg_stat_database where datname = current_database()'
for role in postgres watcher; do
	is "$(for ((i = 0; i < reports; i++)); do
		echo "select distinct check_id || ' ' || severity || ' ' || reason from dbhealth_checks('{\"checks\":
			[\"long_running_tx\", \"xmin_horizon_held\", \"blocked_sessions\", \"connection_usage\", \"replication_lag\"]}')
			where severity = 'unknown';"
	done | PGUSER=$role "${psql_shell[@]}" -d shop 2>&1 | sort | uniq -c)" '' "$role: nothing is unknown in $reports reports"
done
kill "$churn"
wait "$churn" 2>/dev/null || true
finish
