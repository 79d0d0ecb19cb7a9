#!/bin/bash
# Health checks against check_postgres: where both look at the same thing, they
# say the same.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if ! command -v check_postgres >/dev/null; then
	skip 'health checks say what check_postgres says' 'check_postgres is not installed'
	finish
fi

# peer ACTION KEY [OPTION ...]: the figure that check_postgres gives for a key.
peer()
{
	local action=$1 key=$2

	shift 2
	check_postgres --dbname=sick --action="$action" "$@" 2>&1 |
		sed -nE "s/.*[ |]$key=([0-9]+).*/\1/p"
}

# ours CHECK COLUMN OBJECT [SQL]: what a check says of an object, after SQL.
ours()
{
	postgresql sick <<-END
		${4-}
		select $2 from dbhealth_checks('{"checks": ["$1"]}') where object = '$3';
	END
}

# near A B TOLERANCE NAME: passed if both are numbers no further apart.
near()
{
	local status=0

	awk -v a="$1" -v b="$2" -v most="$3" \
		'BEGIN { d = a - b; exit !(a != "" && b != "" && d <= most && -d <= most) }' || status=1
	result "$status" "$4" "$1 and $2"
}

# a worker of autovacuum is a connection to one of the two
start_server server autovacuum=off
postgresql_new sick
postgresql sick <<-'END' >"$tmp/made"
	create sequence used maxvalue 1000;
	select setval('used', 931);
	create table parent (id int primary key);
	create table child (parent_id int references parent);
	alter table child disable trigger all;
	begin;
	insert into parent values (1);
	prepare transaction 'hc';
	select pg_create_physical_replication_slot('hc_slot', true);
	create table filler as select repeat('x', 100) from generate_series(1, 10000);
END

hold one sick 'select 1;'
hold two sick 'select 1;'
# each of the two counts the session it asks from, and the one before may not
# have ended yet
used="(regexp_match(message, '\\((\\d+) of'))[1]"
near "$(ours connection_usage "$used" 'the server' 'set dbcare.check_connection_usage_warning = 0;')" \
	"$(peer backends sick)" 1 'connections in use'
release one
release two

near "$(ours xid_wraparound 'round(value * 21444836.48)' 'database sick' 'set dbcare.check_xid_wraparound_warning = 0;')" \
	"$(peer txn_wraparound sick)" 20 'transaction ids used'
is "$(ours sequence_exhaustion 'round(value)' public.used)" "$(peer sequence public.used --warning=1% --critical=99%)" \
	'the share of a sequence that is used'
near "$(ours prepared_xacts value "prepared transaction ''hc''" 'set dbcare.check_prepared_xacts_warning = 0;')" \
	"$(peer prepared_txns sick --warning=0 --critical=1000)" 5 'the age of a prepared transaction'
kept="pg_size_bytes((regexp_match(message, 'keeps ([0-9.]+ \\w+)'))[1])"
near "$(ours replication_slots "$kept" hc_slot)" "$(peer replication_slots hc_slot --warning=1 --critical=1000000000)" \
	1000000 'the log that a slot keeps'
is "$(ours disabled_ri_triggers 'count(*) > 0' public.child)" \
	"$(check_postgres --dbname=sick --action=disabled_triggers | grep -q 'child=>RI_ConstraintTrigger' && echo t)" \
	'foreign keys whose triggers are disabled'
bytes="round(pg_size_bytes((regexp_match(message, '([0-9.]+ .B)'))[1]) / 16777216.0)"
near "$(ours wal_dir_size "$bytes" 'the log' 'set dbcare.check_wal_dir_size_warning = 0;')" "$(peer wal_files files)" \
	1 'files of the log'

# Where they differ, check_postgres is wrong: the sequence may be far from its
# own end, its column is not.
postgresql sick <<-'END' >"$tmp/made"
	create sequence fed;
	create table narrow (id int default nextval('fed'));
	select setval('fed', 2000000000);
END
is "$(ours sequence_exhaustion 'round(value)' public.fed) $(peer sequence public.fed --warning=1% --critical=99%)" \
	'93 0' 'the column that a sequence feeds'
finish
