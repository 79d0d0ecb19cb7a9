#!/bin/bash
# How long writers wait while dbarchive_purge() runs: a session that updates one row
# again and again, alone and beside a purge.  Prints TAP.
#
# usage: test/process/archive/waits.sh [ROWS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

rows=${1:-150000}

# The milliseconds of each of some updates, until file $tmp/going is gone; a
# statement without a wait follows each.
updates()
{
	local pause='select pg_sleep(0.002);'

	[ "$engine" = postgresql ] || pause='.shell sleep 0.002'
	{
		[ "$engine" = sqlite ] && printf '.timeout 60000\n.timer on\n' || printf '%s\n' '\timing on'
		while [ -e "$tmp/going" ]; do
			printf "update counter set n = n + 1 returning 'done';\n%s\n" "$pause"
			sleep 0.004
		done
	} | "$engine" shop | awk '
		/^done/ { done = 1; next }
		done && /^Time: / { print $2; done = 0 }
		done && /^Run Time: / { print $4 * 1000; done = 0 }' >"$tmp/$1"
}

# percentile SHARE FILE
percentile()
{
	sort -g "$2" | awk -v share="$1" '{ x[NR] = $1 } END { print x[int((NR - 1) * share) + 1] }'
}

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" shop
	[ "$engine" = postgresql ] || sqlite shop <<<'pragma journal_mode = wal' >"$tmp/made"
	"$engine" shop >"$tmp/made" <<-END
		create table account (id integer primary key, name text);
		create table counter (n integer);
		insert into counter values (0);
		insert into account with recursive n(i) as
		    (select 1 union all select i + 1 from n where i < $rows) select i, 'name ' || i from n;
		select dbarchive_enable('account');
		delete from account;
	END
	touch "$tmp/going"
	updates alone &
	sleep 1 # of updates
	rm "$tmp/going"
	wait
	touch "$tmp/going"
	updates beside &
	if [ "$engine" = sqlite ]; then call=select; else call=call; fi
	answer=$("$engine" shop <<<"$call dbarchive_purge('account', '{\"older_than_days\": 0}');")
	rm "$tmp/going"
	wait
	like "$answer" "\"rows\": $rows," "$engine: all rows are purged"
	floor=$(percentile 1 "$tmp/alone")
	longest=$(percentile 1 "$tmp/beside")
	# on a busy machine both take longer, and SQLite sleeps in steps, so that it may miss
	# the end of a transaction; who waits for all of the purge waits for seconds
	transaction=$(sed -E 's/.*"longest_ms": ([0-9.]+).*/\1/' <<<"$answer")
	result "$(awk "BEGIN { x = $(percentile 0.98 "$tmp/beside"); print (x > $transaction + $floor && x > 250) }")" \
		"$engine: 98 % of the writers wait at most as long as a transaction of the purge takes"
	result "$(sed -nE 's/.*"batches": ([0-9]+).*"duration_ms": ([0-9]+).*/\1 \2/p' <<<"$answer" | awk '{ seen = 1; bad = $2 / $1 > 250 } END { print !seen || bad }')" \
		"$engine: ... a fraction of a second on average"
	echo "# $engine: $(grep -oE '"(batches|duration_ms|longest_ms)": [0-9]+' <<<"$answer" | paste -sd ' '), $(wc -l <"$tmp/beside") updates, $(percentile 0.5 "$tmp/beside") ms, 98 %: $(percentile 0.98 "$tmp/beside"), at most $longest; alone $(percentile 0.5 "$tmp/alone"), at most $floor"
done

# A purge that waits for a row that another session has locked does not keep
# others from the rows before it.
engine=postgresql
postgresql shop >"$tmp/made" <<-'END'
	create table page (id integer primary key, deleted_at timestamptz);
	insert into page select i, '2020-01-01' from generate_series(1000, 1, -1) as i;
	select dbarchive_enable('page', '{"mode": "flag"}') is not null;
END
hold locker shop 'select from page where id = 1 for update;'
postgresql shop <<<"call dbarchive_purge('page', '{\"older_than_days\": 0}')" >"$tmp/answer" 2>&1 &
purge=$!
until_true shop "select exists (select from pg_stat_activity where query like 'call%' and wait_event_type = 'Lock')" >"$tmp/made"
is "$(postgresql shop <<<"set lock_timeout = '1s'; update page set deleted_at = null where id = 40 returning id" 2>&1)" 40 \
	'a writer does not wait for what a purge waits for'
release locker
wait "$purge" || true
like "$(cat "$tmp/answer")" '"rows": 999,' '... and the purge deletes the rest'
finish
