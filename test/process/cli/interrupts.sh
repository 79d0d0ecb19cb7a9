#!/bin/bash
# Ctrl-C at a random moment of every verb that changes something, on both engines: the
# command says what is left, which is the state before or the one after unless the verb
# works in steps, and a repeat completes.  Prints TAP.
#
# usage: interrupts.sh [COUNT]
#
# COUNT is how often each verb is interrupted (default 1; of the verbs half, in make soak
# all); every third time a second Ctrl-C follows.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

count=${1:-1}
rows=3000
dbcare=${DBCARE:-$PWD/build/dbcare}
mkdir -m 777 "$tmp/backups"
start_server server "dbcare.backup_roots='$tmp/backups'"

# Makes $db a copy of a database, and removes what verbs have left outside.
fresh()
{
	rm -rf "$tmp"/backups/{second,again.db*,.[!.]*}
	if [ "$engine" = sqlite ]; then
		rm -f "$tmp/work.db"*
		cp "$tmp/$1.db" "$tmp/work.db"
	else
		"${psql_shell[@]}" -d postgres -c 'drop database if exists work' -c 'drop database if exists again' \
			-c "create database work template $1"
	fi
}

# What can be seen of $db, and outside of it.
state()
{
	local sql="
		select 'schema', dbmigrate_fingerprint();
		-- the pack generates passwords and keys
		select 'rows', table_name, row_count, case when table_name not like '%tenants' and table_name not like '%users'
		    then digest end from dbsync_digest() order by table_name;
		select 'migration', version, state from dbmigrate_status() order by version;
		select 'finding', version, finding, message from dbmigrate_verify();
		select 'saved', count(*), count(undone_at) from dbcheck_quarantine();
		select 'seed', name, state from dbseed_status();
		select 'deleted', count(*) from dbarchive_deleted();
		select 'backup', name from dbbackup_list() order by name;"

	"$engine" work <<<"$sql"
	(cd "$tmp/backups" && find . -mindepth 1 -maxdepth 2 | sort)
	[ "$engine" = sqlite ] || psql -qAtXd postgres -c 'select datname from pg_database order by 1'
}

# Waits until no session but this one uses $db: the server notices late that a client
# has ended.
settle()
{
	[ "$engine" = sqlite ] ||
		until_true postgres "select count(*) = 0 from pg_stat_activity where datname in ('work', 'again')" >/dev/null
}

# Runs the verb; its exit code is in $code.
verb()
{
	code=0
	"$dbcare" --db "$db" --yes "$@" >"$tmp/out" 2>&1 </dev/null || code=$?
}

# once ATOMIC VERB ...: one interrupted run, which lasts $took ms otherwise; prints what
# is wrong.
once()
{
	local atomic=$1 now out moment=$((RANDOM % (took + 1)))

	shift
	code=0
	"$dbcare" --db "$db" --yes "$@" >"$tmp/out" 2>&1 </dev/null &
	sleep_ms "$moment"
	until_begun $!
	kill -INT $! 2>/dev/null || true
	if [ $((RANDOM % 3)) -eq 0 ]; then
		kill -INT $! 2>/dev/null || true
	fi
	wait $! || code=$?
	settle
	now=$(state)
	out=$(cat "$tmp/out")
	case "$code $out" in
		0*) [ "$now" = "$after" ] || echo "after $moment ms: exit 0, but it is not complete: $out" ;;
		2*'Nothing was changed.'*) [ "$now" = "$before" ] || echo "after $moment ms: something was changed: $out" ;;
		2*'completed stay'*) [ "$atomic" = no ] || echo "after $moment ms: the verb has no steps: $out" ;;
		2*'one that did, stays.'*) [ "$now" = "$before" ] || [ "$now" = "$after" ] || echo "after $moment ms: $out" ;;
		# the second one ends the command without a word; what it had not completed stays
		# under a name of its own, until a repeat removes it
		'2 ') now=$(sed '\,^\./\.[^/]*\.tmp\(/\|$\),d' <<<"$now") ;;
		2*) echo "after $moment ms it does not say what is left: $out" ;;
		*) echo "after $moment ms: exit $code: $out" ;;
	esac
	if [ "$atomic" = yes ] && [ "$now" != "$before" ] && [ "$now" != "$after" ]; then
		echo "after $moment ms there is half of it: $(diff <(echo "$before") <(echo "$now"))"
	fi
	[ "$now" != "$after" ] || return 0
	verb "$@"
	now=$(state)
	[ "$code" -eq 0 ] && [ "$now" = "$after" ] ||
		echo "after $moment ms a repeat does not complete it: exit $code: $(cat "$tmp/out") $(diff <(echo "$after") <(echo "$now"))"
}

# interrupt ATOMIC DATABASE VERB ...: Ctrl-C in a verb on copies of a database.
interrupt()
{
	local atomic=$1 base=$2 before after took i began bad=

	shift 2
	fresh "$base"
	before=$(state)
	began=$(milliseconds)
	verb "$@"
	took=$(($(milliseconds) - began))
	settle
	after=$(state)
	[ "$before" != "$after" ] && [ "$code" -eq 0 ] || bad="alone: exit $code: $(cat "$tmp/out")"
	for ((i = 0; i < count && ${#bad} < 2000; i++)); do
		fresh "$base"
		bad+=$(once "$atomic" "$@")
	done
	is "$bad" '' "$engine: $1, interrupted within $took ms, $count times"
}

mkdir "$tmp/files"
for step in 1 2 3; do
	printf -- '-- migrate:up\ncreate table run_%d (id integer primary key, word text);\n' $step
	printf 'insert into run_%d select id, word from item;\n-- migrate:down\ndelete from run_%d;\ndrop table run_%d;\n' \
		$step $step $step
done | awk -v files="$tmp/files" '/migrate:up/ { n++ } { print >(files "/" n "_step.sql") }'

numbers="with recursive c(n) as (select 1 union all select n + 1 from c where n < $rows)"
for engine in postgresql sqlite; do
	db=$(at "$engine" work)
	again=(again --as-superuser)
	[ "$engine" = postgresql ] || again=("$tmp/backups/again.db")
	"${engine}_new" pending
	rm -rf "$tmp/backups"/*
	time=
	[ "$engine" = sqlite ] || time='timestamp '
	"$engine" pending <<-END >"$tmp/made" || cat "$tmp/made"
		create table item (id integer primary key, word text, stars integer);
		insert into item $numbers select n, 'word ' || n, n % 10 from c;
		create table seeded (id integer primary key, word text);
		create table old (id integer primary key, at timestamp);
		insert into old $numbers select n, $time'2020-01-01 00:00:00' from c;
		select dbcheck_rule_add('stars', 'item', 'stars <= 5', '{"repair_sql": "stars = 5"}');
		select dbcare_set('backup_directory', '$tmp/backups');
		select dbarchive_policy('old', '{"timestamp_column": "at", "delete_after_days": 30}');
	END
	seeds=$(awk -v n=600 'BEGIN { for (i = 1; i <= n; i++) printf "%s{\"id\": %d, \"word\": \"w%d\"}", (i > 1 ? "," : ""), i, i }')
	"$engine" pending >"$tmp/made" <<<"select dbseed_add('words', 'seeded', '[$seeds]');"
	"$dbcare" --db "$(at "$engine" pending)" -q backup first
	"$dbcare" --db "$(at "$engine" pending)" -q export "$tmp/backups/rows" --tables item
	db=$(at "$engine" work)
	# the other states that verbs begin with
	for base in applied repaired empty; do
		fresh pending
		case $base in
			applied) verb migrate --dir "$tmp/files" ;;
			repaired) verb repair --rules stars ;;
			empty) "$engine" work <<<'delete from item;' ;;
		esac
		if [ "$engine" = sqlite ]; then
			cp "$tmp/work.db" "$tmp/$base.db"
		else
			"${psql_shell[@]}" -d postgres -c "create database $base template work"
		fi
	done

	while read -r atomic base words; do
		# what stands for several words, or for one with blanks
		case $words in
			backfill) interrupt "$atomic" "$base" backfill shout "update item set word = word || '!'" ;;
			restore-backup) interrupt "$atomic" "$base" restore-backup first "${again[@]}" ;;
			*)
				# shellcheck disable=SC2086
				interrupt "$atomic" "$base" $words
				;;
		esac
	done < <(sample 6 "yes pending migrate --dir $tmp/files" "no pending deploy --dir $tmp/files" 'yes applied rollback --to 0' \
		'no pending backfill' 'yes pending init --pack tenancy' 'yes pending seed' "yes empty import $tmp/backups/rows" \
		'yes pending backup second' 'yes pending restore-backup' 'no pending archive --no-vacuum' \
		'yes pending repair --rules stars' 'yes repaired undo 1')
done
finish
