#!/bin/bash
# A hot standby: READ functions give the rows that they give on its primary,
# WRITE functions refuse with 25006, and once promoted it goes on.  PostgreSQL
# alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Waits until the standby has what the primary wrote.
catch_up()
{
	local wanted until=$((SECONDS + 60))

	wanted=$(on server postgres <<<'select pg_current_wal_flush_lsn();')
	until [ "$(on standby postgres <<<"select pg_last_wal_replay_lsn() >= '$wanted';")" = t ]; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.05
	done
}

# on SERVER DATABASE: runs SQL there.
on()
{
	PGHOST=$tmp/$1 postgresql "$2"
}

# Functions and checks whose rows are not compared: of each server's own state,
# of what it counts for itself, of what a primary alone does.
own_functions='dbhealth_connections dbhealth_fleet dbhealth_html dbhealth_metrics
	dbhealth_report dbhealth_statistics dbhealth_text dbmonitor_statistics'
own_checks='archiver_failing insert_only_unvacuumed prepared_xacts replication_slots
	standby_missing stats_stale subscription_errors unused_indexes vacuum_overdue
	xmin_horizon_held'

# What READ functions give on a server.
reads_on()
{
	PGHOST=$tmp/$1 postgresql_reads "$2" "set application_name = 'reads';" |
		awk -v functions="$own_functions" -v checks="$own_checks" '
			BEGIN {
				n = split(functions " " checks, names)
				for (i = 1; i <= n; i++) own[names[i]] = 1
			}
			/^-- / { skipped = $2 in own }
			/^-- / || !skipped && !($1 in own)'
}

start_server server
postgresql_new bare
postgresql_new filled
{
	echo "$filled_sql"
	echo "select dbmigrate_add('3', 'broken', 'select no_such()');"
	echo "select dbmigrate_apply('3', '{\"on_error\": \"report\"}');"
} | postgresql filled >"$tmp/made"
pg_basebackup -D "$tmp/standby/data" -R -c fast >"$tmp/copied" 2>&1
start_server standby
catch_up
is "$(on standby filled <<<'select pg_is_in_recovery();')" t 'a standby runs'

for db in bare filled; do
	for server in server standby; do
		reads_on $server $db >"$tmp/$server.rows"
	done
	is "$(grep -c '^-- ' "$tmp/standby.rows") $(grep ERROR "$tmp/standby.rows")" \
		"$(count_read postgresql) " "$db: every READ function answers on a standby"
	is "$(cat "$tmp/standby.rows")" "$(cat "$tmp/server.rows")" "$db: with the rows of the primary"
	is "$(PGHOST=$tmp/standby outcomes WRITE $db |
		sed -E 's/cannot execute .* (in a read-only transaction|during recovery)$/.../')" \
		"$(each_of WRITE postgresql '25006 ...')" "$db: no WRITE on a standby"
done
like "$(on standby filled <<<'select dbhealth_ping();')" '"read_only": true' 'dbhealth_ping on a standby is read-only'

hash='$scrypt$ln=4,r=1,p=1$c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg'
is "$(on standby filled <<<"select dbseed_password_verify('x', '$hash'), dbseed_password_verify('x', dbseed_password_hash('x'));")" \
	'f t' 'passwords are hashed and verified on a standby'

# What the primary does next shows on the standby.
on server filled <<<"select dbmigrate_add('2.5', 'between', 'create table between_them (id integer primary key)');
	select dbmigrate_apply('2.5');" >"$tmp/applied"
catch_up
is "$(on standby filled <<<'select dbmigrate_version();')" 2.5 'a standby sees what is applied next'
is "$(on standby filled <<<'select dbmigrate_fingerprint();')" \
	"$(on server filled <<<'select dbmigrate_fingerprint();')" 'with the same fingerprint'
is "$(on standby filled <<<'select count(*) from dbmigrate_verify();')" 0 'a standby verifies'

# Indexes are tried without being built.
on server bare <<<"create table asked as select i as a from generate_series(1, 20000) as i; analyze asked;" >"$tmp/made"
catch_up
is "$(on standby bare <<<"select index_sql from dbhealth_advise('delete from asked where a = 1');")" \
	'CREATE INDEX CONCURRENTLY asked_a_idx ON public.asked (a);' 'a standby advises an index'

# Rows that were never sent cannot be verified; those that were can.
on server bare <<<"create unlogged table fleeting (id integer primary key, n integer check (n > 0));
	create table kept (id integer primary key, n integer);
	insert into kept values (1, 1), (2, 2);
	alter table kept add constraint n check (n < 2) not valid;" >"$tmp/made" || true
catch_up
is "$(on standby bare <<<"select constraint_name, violations, sample_keys from dbcheck_constraints('kept');
	select constraint_name, message from dbcheck_constraints('fleeting');")" \
	'n 1 [2]
fleeting_pkey cannot access temporary or unlogged relations during recovery
fleeting_n_check cannot access temporary or unlogged relations during recovery' \
	'a standby verifies rows, but for those of unlogged tables'

is "$(on standby filled <<<'select pg_promote();')" t 'the standby is promoted'
on standby filled <<<"select dbmigrate_add('3', 'mended', 'create table mended (id integer)');
	select dbmigrate_apply()->'applied';" >"$tmp/applied" || true
is "$(tail -n 1 "$tmp/applied")" '["3"]' 'the promoted standby applies'
finish
