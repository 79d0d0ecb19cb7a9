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
	sleep 1
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
	result "$(awk "BEGIN { print ($(percentile 0.98 "$tmp/beside") > 50 + $floor) }")" \
		"$engine: writers wait at most 50 ms, as a transaction of the purge takes"
	# a busy SQLite sleeps in steps, and may miss the end of a transaction
	result "$(awk "BEGIN { print ($longest > 150 + 2 * $floor) }")" "$engine: ... and rarely up to 150 ms"
	echo "# $engine: $(wc -l <"$tmp/beside") updates, $(percentile 0.5 "$tmp/beside") ms, 98 %: $(percentile 0.98 "$tmp/beside"), at most $longest; alone $(percentile 0.5 "$tmp/alone"), at most $floor"
done
finish
