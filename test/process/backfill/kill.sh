#!/bin/bash
# kill -9 in the middle of dbmigrate_backfill() while others update the same
# table: every row is changed once, and no update of the others is lost.  Prints
# TAP, and how long the others had to wait.
#
# usage: test/process/backfill/kill.sh [KILLS [ROWS [OPTIONS]]]
#
# KILLS is the number of kills (default 3), spread over the ROWS (default 20000)
# of the table.  OPTIONS are those of the backfill.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-3}
rows=${2:-20000}
options=${3-'{"batch_ms": 5, "pause_ms": 10}'}
db=run

# A table, filled.
table_sql="
	create table account (id integer primary key, balance integer not null default 0,
	    done integer not null default 0);
	insert into account (id) with recursive n(i) as
	    (select 1 union all select i + 1 from n where i < $rows) select i from n;"

call()
{
	[ "$engine" = sqlite ] && printf 'select' || printf 'call'
	printf " dbmigrate_backfill('all', 'update account set done = done + 1', '%s');" "$options"
}

# Updates of the table, again and again, until the file $tmp/updating
# is gone.
updates()
{
	while [ -e "$tmp/updating" ]; do
		printf "update account set balance = balance + 1 where id = %d returning 'changed';\n" \
			$((1 + (RANDOM * 32768 + RANDOM) % rows))
		sleep 0.01
	done
}

# Makes such updates in sessions that tell how long each took; a session ends
# when its server does.
update_all()
{
	while [ -e "$tmp/updating" ]; do
		if [ "$engine" = postgresql ]; then
			{ echo '\timing on' && updates; } | PGAPPNAME=updater psql -qAtX -d "$db" 2>>"$tmp/ends" || true
			sleep 0.1
		else
			{ printf '.timeout 60000\n.timer on\n' && updates; } |
				sqlite3 -batch -bail "$tmp/$db.db" 2>&1
		fi
	done >"$tmp/updates"
}

# How many rows the backfill has done.
rows_seen()
{
	"$engine" "$db" <<<"select rows_seen from dbmigrate_backfills() where name = 'all'" 2>&1
}

# Waits until it has done so many, or ends.
until_seen()
{
	local until=$((SECONDS + 60)) seen

	until seen=$(rows_seen) && [[ $seen =~ ^[0-9]+$ ]] && [ "$seen" -ge "$1" ]; do
		[ $SECONDS -lt $until ] && kill -0 "$client" 2>>"$tmp/ends" || return 0
		sleep 0.01
	done
}

start_server server
for where in postgresql 'sqlite delete' 'sqlite wal'; do
	engine=${where% *}
	"${engine}_new" "$db"
	[ "$engine" = postgresql ] || sqlite "$db" <<<"pragma journal_mode = ${where#* }" >"$tmp/made"
	"$engine" "$db" <<<"$table_sql"
	: >"$tmp/updating"
	update_all &
	updater=$!
	hits=0
	started=$(milliseconds)
	for ((i = 1; i <= kills; i++)); do
		crashed=$(crashes)
		start_call "$(call)"
		until_seen $((rows * i / (kills + 1)))
		if kill -9 "$worker" 2>>"$tmp/ends"; then
			hits=$((hits + 1))
			[ "$engine" = sqlite ] || await_restart
		fi
		wait "$client" 2>>"$tmp/ends" || true
	done
	like "$("$engine" "$db" <<<"$(call)")" '"state": "complete"' "$where: it completes after $kills kills"
	took=$(($(milliseconds) - started))
	rm "$tmp/updating"
	wait "$updater"
	is "$("$engine" "$db" <<<'select count(*), min(done), max(done) from account')" "$rows 1 1" \
		"$where: every row is changed once"
	changed=$(grep -c '^changed' "$tmp/updates")
	balance=$("$engine" "$db" <<<'select sum(balance) from account')
	# a kill may come between the commit of an update and the news of it
	status=0
	[ "$changed" -le "$balance" ] && [ "$balance" -le $((changed + hits)) ] || status=1
	result $status "$where: no update of others is lost" "$changed updates, a balance of $balance"
	"$engine" "$db" <<<'select batches, longest_ms from dbmigrate_backfills()' >"$tmp/figures"
	read -r batches longest <"$tmp/figures"
	echo "# $where: $hits kills, $rows rows in $took ms, $batches batches of at most $longest ms; $changed updates took at most $(
		sed -nE 's/^Time: ([0-9.]+) ms.*/\1/p; s/^Run Time: real ([0-9.]+) .*/\1 1000/p' "$tmp/updates" |
			awk '{ ms = $1 * ($2 ? $2 : 1); list[NR] = ms; if (ms > most) most = ms; if (ms > 100) late++ }
				END { printf "%d ms, %d of them more than 100 ms", most, late }')"
done
finish
