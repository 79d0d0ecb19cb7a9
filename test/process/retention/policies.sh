#!/bin/bash
# dbarchive_apply() that is killed while other sessions insert, update and hold
# rows: no row is lost or moved twice, none that is held is moved, and writers do
# not wait for long.  Then changes of the schema, a session that may not write, and
# a full disk.  Prints TAP.
#
# usage: test/process/retention/policies.sh [ROWS [KILLS]]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

rows=${1:-20000}
kills=${2:-2}

# A table whose old rows a policy moves, and what writers do to it.
fill()
{
	echo 'create table item (id integer primary key, made timestamp, worth integer not null, note text);
		create table ledger (what text, worth integer);'
	# the table that rows are moved to
	echo "select dbarchive_policy('item', '{\"timestamp_column\": \"made\", \"archive_after_days\": 30}') is not null;
		$call dbarchive_apply();
		insert into item with recursive n(i) as
		    (select 1 union all select i + 1 from n where i < $rows) select i, '2020-01-01 00:00:00', 0, 'row ' || i from n;"
	if [ "$engine" = postgresql ]; then
		cat <<-'END'
			create function note() returns trigger language plpgsql as $$
			begin
			    insert into ledger values (tg_op, case tg_op when 'UPDATE' then new.worth - old.worth else 0 end);
			    return null;
			end $$;
			create trigger note after insert or update on item for each row execute function note();
			vacuum analyze;
		END
	else
		cat <<-'END'
			create trigger inserted after insert on item begin insert into ledger values ('INSERT', 0); end;
			create trigger updated after update on item begin insert into ledger values ('UPDATE', new.worth - old.worth); end;
		END
	fi
}

# Changes rows where the policy works, and anywhere, until $tmp/going is gone;
# the milliseconds of each statement go to file $tmp/waits.N.
write_rows()
{
	local pause='select pg_sleep(0.002);' number=$((rows * (1 + $1)))

	[ "$engine" = postgresql ] || pause='.shell sleep 0.002'
	while [ -e "$tmp/going" ]; do
		{
			[ "$engine" = sqlite ] && printf '.bail off\n.timeout 60000\n.timer on\n' || printf '%s\n' '\set ON_ERROR_STOP 0' '\timing on'
			while [ -e "$tmp/going" ]; do
				number=$((number + 1))
				cat <<-END
					insert into item values ($number, '2020-01-01 00:00:00', 0, 'new') returning 'done';
					$pause
					update item set worth = worth + 1
					where id = (select coalesce(max(id), 0) + $((1 + RANDOM % 3000)) from item_archive where id <= $rows) returning 'done';
					$pause
					update item set worth = worth + 1 where id = $((1 + (RANDOM * 32768 + RANDOM) % rows)) returning 'done';
					$pause
				END
				sleep 0.01
			done
		} | "$engine" "$db" | awk '
			/^done/ { done = 1; next }
			done && /^Time: / { print $2; done = 0 }
			done && /^Run Time: / { print $4 * 1000; done = 0 }' >>"$tmp/waits.$1" || true
	done
}

hold_rows()
{
	while [ -e "$tmp/going" ]; do
		printf '%s\n' "$timeout" "select dbarchive_hold('item', $((1 + (RANDOM * 32768 + RANDOM) % rows)), 'r') is not null;" |
			"$engine" "$db" >>"$tmp/held" 2>&1 || true
		sleep 0.05
	done
}

# Waits until the policy has come that far, or ends.
until_moved()
{
	local until=$((SECONDS + 600)) place

	until place=$("$engine" "$db" <<<"$timeout select coalesce(max(id), 0) from item_archive where id <= $rows;" 2>&1) &&
		[[ $place =~ ^[0-9]+$ ]] && [ "$place" -ge "$1" ]; do
		[ $SECONDS -lt $until ] && kill -0 "$client" 2>>"$tmp/ends" || return 0
		sleep 0.02
	done
}

# percentile SHARE: of the milliseconds that writers waited
percentile()
{
	sort -g "$tmp"/waits.* | awk -v share="$1" '{ x[NR] = $1 } END { print x[int((NR - 1) * share) + 1] }'
}

# check NAME SQL: a query whose result must be 0
check()
{
	is "$("$engine" "$db" <<<"$2")" 0 "$engine: $1"
}

# applied PATTERN NAME [SQL]: what apply returns, after SQL in the same session
applied()
{
	like "$("$engine" "$db" <<<"${3-} $call dbarchive_apply();" || true)" "$1" "$engine: $2"
}

start_server server log_lock_waits=on deadlock_timeout=1s
db=load
for engine in postgresql sqlite; do
	call=call timeout=
	[ "$engine" = postgresql ] || call=select timeout='.timeout 60000
'
	"${engine}_new" "$db"
	[ "$engine" = postgresql ] || sqlite "$db" <<<'pragma journal_mode = wal' >"$tmp/made"
	fill | "$engine" "$db" >"$tmp/made"
	rm -f "$tmp"/waits.* "$tmp/held"
	touch "$tmp/going"
	write_rows 1 &
	writers=$!
	write_rows 2 &
	writers+=" $!"
	hold_rows &
	writers+=" $!"
	started=$(milliseconds)
	for ((i = 1; i <= kills; i++)); do
		crashed=$(crashes)
		start_call "$timeout$call dbarchive_apply();"
		until_moved $((rows * i / (kills + 1)))
		if kill -9 "$worker" 2>>"$tmp/ends"; then
			[ "$engine" = sqlite ] || await_restart
		fi
		wait "$client" 2>>"$tmp/ends" || true
	done
	applied '"failed": 0' "it completes after $kills kills" "$timeout"
	ended=$(milliseconds)
	rm "$tmp/going"
	# shellcheck disable=SC2086
	wait $writers
	applied '"error": null' 'what came meanwhile follows' "$timeout"
	check 'no row is lost, and none is there twice' \
		"select (select count(*) from item) + (select count(*) from item_archive) - $rows - (select count(*) from ledger where what = 'INSERT')"
	check '... and no change of a row' \
		'select (select sum(worth) from item) + (select sum(worth) from item_archive) - (select coalesce(sum(worth), 0) from ledger)'
	check 'no row is in both tables' 'select count(*) from item as i join item_archive as a on a.id = i.id'
	check 'no row that is held is moved' "select count(*) from dbarchive_holds() as h join item_archive as a on cast(a.id as text) = cast(h.row_key as text)"
	check '... and all others are' "select count(*) from item where cast(id as text) not in (select cast(row_key as text) from dbarchive_holds())"
	if [ "$engine" = postgresql ]; then
		is "$(grep -cE 'still waiting for (ShareLock on transaction|ExclusiveLock on tuple)' "$tmp/server/log" || true)" 0 "$engine: no writer waits for a lock for a second"
	else
		# a busy SQLite sleeps in steps, and may miss the end of a transaction; who
		# waits for a call waits for a third of all calls
		most=$(((ended - started) / 10))
		[ $most -gt 250 ] || most=250
		result "$(awk "BEGIN { print ($(percentile 0.98) > $most) }")" "$engine: 98 % of the writers do not wait for a call"
	fi
	echo "# $engine: $rows rows in $((ended - started)) ms with $kills kills, $(sort -g "$tmp"/waits.* | wc -l) statements of writers, $(grep -cx 't\|1' "$tmp/held") rows held; statements took $(percentile 0.5) ms, 98 %: $(percentile 0.98), at most $(percentile 1)"

	# ---- between two runs ----

	"$engine" "$db" >"$tmp/made" <<-'END'
		insert into item values (-1, '2020-01-01 00:00:00', 0, 'parent'), (-2, '2020-01-01 00:00:00', 0, 'none');
		create table child (id integer primary key, item_id integer references item);
		insert into child values (1, -1);
	END
	applied '"rows": 1,' 'a foreign key appears'
	check '... and its parent stays' 'select 1 - count(*) from item where id = -1 and not exists (select 1 from item where id = -2)'
	"$engine" "$db" >"$tmp/made" <<-'END'
		delete from child;
		alter table item drop column note;
	END
	applied '"rows": 1,' 'a column is dropped'
	check '... and the rest of the row is moved' 'select 1 - count(*) from item_archive where id = -1 and note is null'
	"$engine" "$db" <<<"insert into item values (-3, '2020-01-01 00:00:00', 0)"
	if [ "$engine" = postgresql ]; then
		applied 'read-only transaction' 'a session that may not write' 'set default_transaction_read_only = on;'
	else
		applied 'readonly database' 'a connection that may not write' 'pragma query_only = on;'
		"$engine" "$db" <<-END
			insert into item with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
			    select -100 - i, '2020-01-01 00:00:00', 0 from n;
			vacuum;
		END
		pages=$(sqlite "$db" <<<'pragma page_count;')
		applied 'full' 'a full disk' "pragma max_page_count = $pages;"
		check '... loses no row' 'select count(*) - 20001 from (select id from item where id < -2 union select id from item_archive where id < -2)'
		check '... and none is there twice' 'select count(*) from item as i join item_archive as a on a.id = i.id'
	fi
	applied '"failed": 0' 'the next run completes'
	check '... and moves all rows' 'select count(*) from item where id < 0'
	"$engine" "$db" <<<'alter table item rename column made to made_at; insert into item values (-4, '\''2020-01-01 00:00:00'\'', 0);'
	applied '"failed": 1' 'the column with the time is gone'
	check '... and rows stay' 'select 1 - count(*) from item where id = -4'
done
finish
