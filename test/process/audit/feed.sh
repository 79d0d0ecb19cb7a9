#!/bin/bash
# A program that follows the log while sessions commit out of order misses no entry,
# and reads none twice.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 20000')

writers=5
transactions=50

# write WRITER: its transactions; on PostgreSQL they last up to 60 ms, and some
# are rolled back.
write()
{
	for ((n = 1; n <= transactions; n++)); do
		[ "$engine" = sqlite ] && printf 'begin immediate; ' || printf 'begin; '
		printf 'insert into t values (%d, 0);\n' $(($1 * 1000 + n))
		[ "$engine" = sqlite ] || printf 'select pg_sleep(%s) is null;\n' "0.0$((RANDOM % 7))"
		printf 'update t set n = 1 where id = %d; ' $(($1 * 1000 + n))
		((n % 5)) && echo 'commit;' || echo 'rollback;'
	done | "$engine" shop >>"$tmp/writer"
}

# follow: reads what has come since the last entry that it has read.
follow()
{
	"$engine" shop <<<"select id from dbaudit_log('{\"after\": $(tail -n 1 "$tmp/read")}');" >>"$tmp/read"
}

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" shop
	"$engine" shop >"$tmp/out" <<<"create table t (id integer primary key, n integer); select dbaudit_enable('t');"
	echo 0 >"$tmp/read"
	pids=()
	for ((w = 1; w <= writers; w++)); do
		write $w &
		pids+=($!)
	done
	rounds=0
	while kill -0 "${pids[@]}" 2>"$tmp/gone"; do
		follow
		rounds=$((rounds + 1))
	done
	wait "${pids[@]}"
	follow
	sed -i 1d "$tmp/read"
	is "$(sort "$tmp/read" | uniq -d)" '' "$engine: no entry is read twice"
	[ "$engine" = sqlite ] && table=dbcare_audit_entry || table=dbcare.audit_entry
	"$engine" shop <<<"select entry_id from $table;" | sort >"$tmp/all"
	is "$(sort "$tmp/read" | comm -3 - "$tmp/all")" '' "$engine: no entry is missed"
	# and the beginning of the log
	is "$(wc -l <"$tmp/read")" $((writers * transactions * 4 / 5 * 2 + 1)) "$engine: all entries are there"
	is "$((rounds > 0))" 1 "$engine: the log was read while it was written"
done
finish
