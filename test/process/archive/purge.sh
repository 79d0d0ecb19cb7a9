#!/bin/bash
# dbarchive_purge() that is killed while other sessions hold rows and write:
# what was held is kept, the rest is purged once, and nobody waits for long.
# Prints TAP.
#
# usage: test/process/archive/purge.sh [KILLS [ROWS]]
#
# Each engine has one of the modes, in make soak both.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

kills=${1:-2}
rows=${2:-2000}

# The table, with all rows deleted by commands of ten rows each.
fill()
{
	cat <<-END
		create table account (id integer primary key, balance integer not null default 0);
		insert into account (id) with recursive n(i) as
		    (select 1 union all select i + 1 from n where i < $rows) select i from n;
		select dbarchive_enable('account', '{"mode": "$mode"}') is not null;
	END
	if [ "$mode" = flag ]; then
		echo "update account set deleted_at = '2020-01-01', deletion_id = id / 10;"
	else
		seq 1 10 "$rows" | awk '{ print "delete from account where id between " $1 " and " $1 + 9 ";" }'
	fi
}

call()
{
	[ "$engine" = sqlite ] && printf 'select' || printf 'call'
	printf " dbarchive_purge('account', '{\"older_than_days\": 0, \"batch_ms\": 5, \"pause_ms\": 10}');"
}

# One text in mode trash, another in mode flag.
if_trash()
{
	[ "$mode" = trash ] && printf '%s' "$1" || printf '%s' "$2"
}

# How many deleted rows there are.
left()
{
	"$engine" "$db" <<<"select count(*) from $kept"
}

# Waits until no more than so many are left, or the call ends.
until_left()
{
	local until=$((SECONDS + 60)) count

	until count=$(left 2>&1) && [[ $count =~ ^[0-9]+$ ]] && [ "$count" -le "$1" ]; do
		[ $SECONDS -lt $until ] && kill -0 "$client" 2>>"$tmp/ends" || return 0
		sleep 0.01
	done
}

# Runs a statement that may wait for others.
run_one()
{
	{ [ "$engine" = postgresql ] || echo '.timeout 60000'; echo "$1"; } | "$engine" "$db"
}

# Holds rows and adds rows until $tmp/holding is gone; the files held and waits
# have what was held and how long each statement took.
hold_rows()
{
	local id started number=$rows

	while [ -e "$tmp/holding" ]; do
		id=$((1 + (RANDOM * 32768 + RANDOM) % rows))
		number=$((number + 1))
		started=$(milliseconds)
		if answer=$(run_one "select dbarchive_hold('account', $id, 'r');" 2>&1) &&
			[[ $answer = *'"reason"'* ]]; then
			echo "$id" >>"$tmp/held"
			echo $(($(milliseconds) - started)) >>"$tmp/waits"
		fi
		run_one "insert into account (id) values ($number) returning 'added';" >>"$tmp/added" 2>>"$tmp/ends" || true
		sleep 0.05
	done
}

start_server server
modes=(trash flag)
for engine in postgresql sqlite; do
	for mode in $(sample 1 "${modes[@]}"); do
		where="$engine, $mode"
		own=$([ "$engine" = sqlite ] && echo dbcare_ || echo dbcare.)
		kept=$(if_trash "${own}trash" 'account where deleted_at is not null')
		db=run_$mode
		"${engine}_new" "$db"
		[ "$engine" = postgresql ] || sqlite "$db" <<<'pragma journal_mode = wal' >"$tmp/made"
		fill | "$engine" "$db" >"$tmp/made"
		is "$(left)" "$rows" "$where: all rows are deleted"
		rm -f "$tmp"/{held,waits,added}
		touch "$tmp/held" "$tmp/waits" "$tmp/added" "$tmp/holding"
		hold_rows &
		holder=$!
		began=$(milliseconds)
		for ((i = 1; i <= kills; i++)); do
			crashed=$(crashes)
			start_call "$(call)"
			until_left $((rows - rows * i / (kills + 1)))
			if kill -9 "$worker" 2>>"$tmp/ends"; then
				[ "$engine" = sqlite ] || await_restart
			fi
			wait "$client" 2>>"$tmp/ends" || true
		done
		"$engine" "$db" <<<"$(call)" >"$tmp/answer" 2>&1
		# who waits for a call waits for a third of all
		most=$((($(milliseconds) - began) / 3))
		[ $most -gt 1000 ] || most=1000
		rm "$tmp/holding"
		wait "$holder"
		like "$("$engine" "$db" <<<"$(call)")" '"rows": 0' "$where: it completes after $kills kills"
		held=$(sort -un "$tmp/held" | paste -sd,)
		is "$("$engine" "$db" <<<"select count(*) from $kept $(if_trash "where row_key in ('${held//,/\', \'}')" "and id in ($held)")")" \
			"$(sort -un "$tmp/held" | wc -l)" "$where: each row that was held is kept"
		is "$("$engine" "$db" <<<"select count(*) from $kept $(if_trash "where batch_id not in
			(select t.batch_id from ${own}trash as t where t.row_key in (select h.row_key from ${own}hold as h))" "and cast(id as text) not in (select h.row_key from ${own}hold as h)")")" \
			0 "$where: all others are purged"
		is "$("$engine" "$db" <<<"select count(*) from account $(if_trash '' 'where deleted_at is null')")" \
			"$(grep -c '^added' "$tmp/added")" "$where: rows that were added stay"
		result $(($(sort -n "$tmp/waits" | tail -n 1) > most)) "$where: nobody waits for a call"
		echo "# $where: $(wc -l <"$tmp/held") held, statements took at most $(sort -n "$tmp/waits" | tail -n 1) ms with the start of a client"
	done
	modes=(flag trash)
done
finish
