#!/bin/bash
# kill -9 in the middle of dbcheck_repair() and of dbcheck_undo(): rows and
# quarantine are then what they were before the call or what they are after it,
# and repairing and undoing to the end gives the same rows back.  Prints TAP.
#
# usage: test/process/check/repair_kill.sh [KILLS [ROWS]]
#
# KILLS is the number of kills of each kind (default 1), spread at random over
# the whole length of the call.  SQLite has one of its modes, in make soak both.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-1}
db=run
rows=${2:-5000}

# Two levels of rows without parent, with values of all sorts.
tables()
{
	local kind=blob

	[ "$engine" = sqlite ] || kind=bytea
	cat <<-END
		create table parent (id integer primary key);
		create table child (id integer primary key, parent_id integer references parent (id) on delete cascade,
		    word text, amount double precision, raw $kind);
		create table grandchild (id integer primary key, child_id integer references child (id) on delete set null);
		create index on_parent on child (parent_id);
		create index on_child on grandchild (child_id);
		insert into parent values (1);
	END
	[ "$engine" = sqlite ] || echo 'set session_replication_role = replica;'
	cat <<-END
		insert into child with recursive c(n) as (select 1 union all select n + 1 from c where n < $rows)
		    select n, n % 2, 'word ' || n || ' "é"', n / 7.0, cast('raw ' || n as $kind) from c;
		insert into grandchild with recursive c(n) as (select 1 union all select n + 1 from c where n < $rows)
		    select n, n from c;
	END
}

# A fingerprint of all rows of the tables.
rows_of()
{
	if [ "$engine" = postgresql ]; then
		postgresql "$db" <<-'END'
			select md5(string_agg(child::text, ',' order by id)) from child;
			select md5(string_agg(grandchild::text, ',' order by id)) from grandchild;
		END
	else
		sqlite "$db" <<<'.dump parent child grandchild' | sha256sum
	fi
}

# Rows, quarantine, and on SQLite whether the file is sound.
state_of()
{
	rows_of
	if [ -n "$("$engine" "$db" <<<"$has_tables")" ]; then
		"$engine" "$db" <<<'select count(*), sum(case when undone_at is null then 1 else 0 end) from dbcheck_quarantine()'
	else
		echo '0 '
	fi
	[ "$engine" = postgresql ] || sqlite "$db" <<<'pragma integrity_check'
}

# Recreates the database as it was before the call.
new_database()
{
	[ "$engine" = sqlite ] || "${psql_shell[@]}" -d postgres -c "drop database if exists $db"
	"${engine}_new" "$db"
	[ "$engine" = postgresql ] || sqlite "$db" <<<"pragma journal_mode = $mode" >"$tmp/made"
	tables | "$engine" "$db" >"$tmp/made"
	[ "$1" = "$repair" ] || complete "$repair"
}

# kill_calls CALL NAME: kills a call again and again.
kill_calls()
{
	local i length before after wrong='' hits=0 middle=0 crashed said_at now

	new_database "$1"
	before=$(state_of)
	start_call "$1"
	said_at=$(milliseconds)
	wait "$client"
	length=$(($(milliseconds) - said_at))
	after=$(state_of)
	for ((i = 0; i < kills; i++)); do
		new_database "$1"
		crashed=$(crashes)
		victim=worker
		start_call "$1"
		sleep_ms $((length * (i * 32768 + RANDOM) / 32768 / kills))
		if kill -9 "$worker" 2>>"$tmp/ends"; then
			hits=$((hits + 1))
		else
			victim=none
		fi
		recover
		now=$(state_of)
		[ "$now" = "$before" ] || [ "$now" = "$after" ] || wrong+="a state in between: $now"
		if [ "$now" = "$before" ]; then
			middle=$((middle + 1))
			complete "$1"
		fi
		[ "$1" = "$undo" ] || complete "$undo"
		[ "$(rows_of)" = "$whole" ] || wrong+="other rows: $(rows_of)"
	done
	echo "# $where: $2: $hits of $kills kills hit it, $middle before its end, it takes $length ms"
	is "$wrong" '' "$where: $2 is complete or did not happen, and every row is restored"
}

repair="select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false, \"cascade\": true}');"
undo='select dbcheck_undo(1);'
start_server server autovacuum=off
mapfile -t modes < <(sample 1 'sqlite delete' 'sqlite wal')
for where in postgresql "${modes[@]}"; do
	engine=${where% *}
	mode=${where#* }
	if [ "$engine" = postgresql ]; then
		has_tables="select nspname from pg_namespace where nspname = 'dbcare'"
	else
		has_tables="select name from sqlite_schema where name = 'dbcare_quarantine'"
	fi
	new_database "$repair"
	whole=$(rows_of)
	complete "$repair"
	like "$(cat "$tmp/completed")" "\"message\": \"$rows rows repaired\"" "$where: half of the rows and those that refer to them are removed"
	complete "$undo"
	is "$(rows_of)" "$whole" "$where: undo restores the same rows"
	kill_calls "$repair" 'a repair'
	kill_calls "$undo" 'undoing it'
done
finish
