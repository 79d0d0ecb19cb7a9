#!/bin/bash
# Many callers at once: every migration runs exactly once, and nobody gets an
# error for having been second.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

callers=8
steps=40
rows=3000

# at_once DATABASE: that many shells get the SQL of standard input at the same
# moment, when all of them are there.  What each says goes to $tmp/answer.N.
at_once()
{
	local sql caller pids=

	sql=$(cat)
	exec 9>"$tmp/gate"
	flock 9
	for ((caller = 1; caller <= callers; caller++)); do
		flock -s "$tmp/gate" echo "${sql//CALLER/$caller}" 9>&- |
			"$engine" "$1" >"$tmp/answer.$caller" 9>&- &
		pids+=" $!"
	done
	await_flock "$tmp/gate" $callers
	exec 9>&-
	for caller in $pids; do
		wait "$caller" || true
	done
}

# How many of the callers got a successful result, and whatever any of them was
# told that is no result.
succeeded()
{
	local caller count=0

	for ((caller = 1; caller <= callers; caller++)); do
		if grep -q '"success": true' "$tmp/answer.$caller"; then
			count=$((count + 1))
		fi
	done
	echo "$count"
	grep -vh '^{' "$tmp"/answer.* | sort | uniq -c || true
}

# How often each step ran, as "steps, runs" and the number in the ledger.
runs()
{
	"$engine" "$1" <<-'END'
		select count(distinct step), count(*),
		    (select count(*) from dbmigrate_status() where state = 'applied')
		from run_log;
	END
}

# Makes a database with run_log, in a journal mode where that is of SQLite.
new_database()
{
	rm -f "$tmp/begun"
	"${engine}_new" "$1"
	{
		[ "$engine" = postgresql ] || echo "pragma journal_mode = $mode;"
		echo 'create table run_log (step integer not null);'
	} | "$engine" "$1" >"$tmp/made"
}

test_apply()
{
	new_database apply
	add_steps "$steps" "$rows" | "$engine" apply >"$tmp/added"
	at_once apply <<<'select dbmigrate_apply();'
	is "$(succeeded)" "$callers" "$where: all $callers callers of apply succeed"
	is "$(runs apply)" "$steps $steps $steps" "$where: each migration ran once"
	is "$(cat "$tmp"/answer.* | grep -c '"applied": \[\]')" $((callers - 1)) \
		"$where: one caller applied, the others found nothing to do"
}

test_add()
{
	new_database adding
	at_once adding <<-END
		$(add_steps "$steps" 10)
		select dbmigrate_apply();
	END
	is "$(succeeded)" "$callers" \
		"$where: all $callers callers that create dbcare's tables, add and apply succeed"
	is "$(runs adding)" "$steps $steps $steps" "$where: each migration they added ran once"
	is "$("$engine" adding <<<"select count(*), count(distinct version)
		from dbmigrate_history() where event = 'register';")" \
		"$steps $steps" "$where: each was registered once"
}

# What tells that the statements before it have run: the file $tmp/begun.
begun()
{
	[ "$engine" = sqlite ] && printf '.shell' || printf '\\!'
	echo " touch $tmp/begun"
}

# Another transaction that has written, and ends meanwhile.
test_transaction()
{
	local other

	new_database busy
	add_steps "$steps" 10 | "$engine" busy >"$tmp/added"
	{
		# SQLite has one writer, PostgreSQL locks what is used
		if [ "$engine" = sqlite ]; then
			echo 'begin immediate;'
		else
			echo 'begin;'
		fi
		echo 'insert into run_log values (0);'
		begun
		sleep 0.8 # the callers wait meanwhile
		echo 'delete from run_log where step = 0; commit;'
	} | "$engine" busy >"$tmp/other" &
	other=$!
	until [ -e "$tmp/begun" ]; do sleep 0.02; done
	at_once busy <<<'select dbmigrate_apply();'
	wait "$other"
	is "$(succeeded)$(cat "$tmp/other")" "$callers" \
		"$where: all succeed while another session has a transaction"
	is "$(runs busy)" "$steps $steps $steps" "$where: each migration ran once beside a writer"
}

# Another transaction that only reads: on SQLite without a
# write-ahead log it keeps the winner from committing until it ends.
test_reader()
{
	local other

	new_database read
	add_steps "$steps" 10 | "$engine" read >"$tmp/added"
	{
		echo 'begin; select count(*) from run_log;'
		begun
		sleep 0.8 # the callers wait meanwhile
		echo 'commit;'
	} | "$engine" read >"$tmp/other" &
	other=$!
	until [ -e "$tmp/begun" ]; do sleep 0.02; done
	at_once read <<<'select dbmigrate_apply();'
	wait "$other"
	is "$(succeeded)" "$callers" "$where: all succeed while another session reads"
}

# A caller that applies inside a transaction and rolls it back.
test_rollback()
{
	local other

	new_database undone
	add_steps "$steps" 10 | "$engine" undone >"$tmp/added"
	{
		echo 'begin; select dbmigrate_apply();'
		begun
		sleep 0.8 # the callers wait meanwhile
		echo 'rollback;'
	} | "$engine" undone >"$tmp/other" &
	other=$!
	until [ -e "$tmp/begun" ]; do sleep 0.02; done
	at_once undone <<<'select dbmigrate_apply();'
	wait "$other"
	is "$(succeeded)" "$callers" \
		"$where: all succeed while another one applies and rolls back"
	is "$(runs undone)" "$steps $steps $steps" "$where: a migration that was rolled back ran again once"
}

# Apply against rollback: data and ledger agree in either order.
test_opposite()
{
	new_database opposite
	add_steps "$steps" 10 | "$engine" opposite >"$tmp/added"
	at_once opposite <<-'END'
		select case CALLER % 2 when 0 then dbmigrate_apply()
		    else dbmigrate_rollback('0') end;
	END
	is "$(succeeded)" "$callers" \
		"$where: callers of apply and of rollback all succeed"
	like "$(runs opposite)" "^(0 0 0|$steps $steps $steps)$" \
		"$where: data and ledger agree after them"
}

start_server server
mapfile -t modes < <(sample 1 'sqlite delete' 'sqlite wal')
for where in postgresql "${modes[@]}"; do
	engine=${where% *}
	mode=${where#* }
	test_apply
	test_add
	test_transaction
	test_reader
	test_rollback
	test_opposite
done
finish
