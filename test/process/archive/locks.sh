#!/bin/bash
# How long dbarchive_apply() and dbarchive_purge() hold the write lock of a SQLite
# database, on a table where old rows follow many new ones, which are passed
# quickly.  Prints TAP.
#
# usage: test/process/archive/locks.sh [ROWS]
#
# SQLite has one writer, so this is what others wait for; how long they sleep
# between their tries comes on top.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

rows=${1:-200000}

"${CC:-cc}" -Wall -Wextra -Werror -O2 -o "$tmp/lock_watch" test/process/archive/lock_watch.c -lsqlite3

# watched NAME SQL: a call whose locks are short, about 30 ms; on a busy computer they
# take several times as long
watched()
{
	local longest median

	touch "$tmp/going"
	"$tmp/lock_watch" "$tmp/load.db" "$tmp/going" >"$tmp/held" &
	sqlite load <<<"$2" >"$tmp/out"
	rm "$tmp/going"
	wait $!
	median=$(sort -g "$tmp/held" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }')
	longest=$(sort -g "$tmp/held" | tail -n 1)
	like "$(cat "$tmp/out")" "$3" "$1: the call succeeds"
	result "$(awk "BEGIN { print ($median > 100) }")" "$1: the lock is mostly held for at most 100 ms"
	result "$(awk "BEGIN { print ($longest > 500) }")" "$1: never much longer"
	echo "# $1: $(wc -l <"$tmp/held") times, median $median ms, at most $longest ms"
}

sqlite_new load
sqlite load >"$tmp/made" <<-END
	pragma journal_mode = wal;
	create table item (id integer primary key, made timestamp, note text);
	insert into item with recursive n(i) as (select 1 union all select i + 1 from n where i < $rows)
	    select i, iif(i < $rows * 0.6, '2099-01-01 00:00:00', '2020-01-01 00:00:00'), 'row ' || i from n;
	select dbarchive_enable('item');
	select dbarchive_policy('item', '{"timestamp_column": "made", "delete_after_days": 30}');
END
watched 'a policy that deletes' "select dbarchive_apply();" '"failed": 0'
watched 'purge' "select dbarchive_purge('item', '{\"older_than_days\": 0}');" '"rows": [1-9]'
sqlite load >"$tmp/made" <<<"select dbarchive_policy('item', '{\"remove\": true}'); select dbarchive_disable('item');
	update item set made = '2020-01-01 00:00:00' where id % 3 = 0;
	select dbarchive_policy('item', '{\"timestamp_column\": \"made\", \"archive_after_days\": 30}');"
watched 'a policy that moves' "select dbarchive_apply();" '"failed": 0'
finish
