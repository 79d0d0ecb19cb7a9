#!/bin/bash
# Drills on PostgreSQL: while a workload commits rows, of which each is noted, the server
# dies in a random way.  By the steps of doc/backup.md alone it is back, with exactly the
# rows of the chosen moment, and what production had archived and backed up is byte for
# byte what it was.  Prints TAP.
#
# usage: test/process/backup/drill_postgresql.sh [DRILLS]
#
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

drills=${1-2}
mkdir "$tmp/backups" "$tmp/wal" "$tmp/back" "$tmp/far" "$tmp/keys" "$tmp/bin"
chmod 777 "$tmp/backups" "$tmp/wal" "$tmp/back" "$tmp/far"
for key in right wrong; do
	head -c 32 /dev/urandom >"$tmp/keys/$key"
done
chmod -R go= "$tmp/keys"
[ "$(id -u)" -ne 0 ] || chown -R postgres "$tmp/keys"
install -m 755 build/dbcare "$tmp/bin/"
chmod 755 "$tmp/bin"
settings=("dbcare.backup_roots = '$tmp/backups, $tmp/back, $tmp/wal'")
start_server production "${settings[@]}" 'archive_mode = on' "archive_command = '$tmp/bin/dbcare archive-wal \"%p\" $tmp/wal'"
postgresql_new shop
postgresql shop <<<'create table entry (id int primary key, word text)' >"$tmp/out"
right="{\"key_file\": \"$tmp/keys/right\"}"

# on NAME: psql connects to this server from now on
on()
{
	# shellcheck source=/dev/null
	. "$tmp/$1/env"
}
# ask SQL: its answer or error
ask()
{
	postgresql shop <<<"$1" 2>&1 || true
}
# work ROWS: commits rows one by one; those whose COMMIT was answered are in the ledger
next=1
work()
{
	local last=$((next + $1 - 1))

	seq "$next" "$last" | sed 's/.*/insert into entry values (&, md5(random()::text)) returning id;/' |
		postgresql shop >>"$tmp/ledger"
	next=$((last + 1))
}
# state: what the table holds
state="select count(*), coalesce(sum(id), 0), md5(string_agg(word, ',' order by id)) from entry"
state()
{
	ask "$state"
}
# kept DIRECTORY ...: the files of production, without their times
kept()
{
	(cd "$tmp" && find "$@" -type f ! -name verified.json -exec sha256sum {} + | sort -k 2)
}
# die: the server is killed, as by a crash of the machine
die()
{
	local pid

	pid=$(head -n 1 "$tmp/production/data/postmaster.pid")
	# the children first lose their parent, and end
	kill -KILL "$pid"
	until [ -z "$(pgrep -P "$pid")" ] && ! kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
	until ! pgrep -f "^postgres: .*$tmp/production" >/dev/null; do sleep 0.02; done
}
# new_backup: that of a drill, of a kind that is chosen, and the options to restore it
new_backup()
{
	local options='"method": "base"' low=$next

	compressed=$((RANDOM % 2))
	encrypted=$((RANDOM % 2))
	decrypt=
	[ $kind != dump ] || options='"method": "dump"'
	[ $compressed -eq 0 ] || options+=', "compress": true'
	[ $encrypted -eq 0 ] || options+=", \"encrypt\": $right"
	[ $encrypted -eq 0 ] || decrypt=", \"decrypt\": $right"
	[ $kind != far ] || options+=", \"to_command\": \"cat >$tmp/far/base-$drill\""
	[ $kind != far ] || decrypt+=", \"from_command\": \"cat $tmp/far/base-$drill\""
	# rows are committed while it is made
	work 30 &
	worker=$!
	is "$(ask "select dbbackup_create('base-$drill', '{$options}') ->> 'name'")" "base-$drill" "$drill: a backup is made ($options)"
	wait $worker
	next=$((next + 30))
	is "$(ask "select dbbackup_verify('base-$drill', '{${decrypt#, }}') ->> 'ok'")" true "$drill: ... it is sound"
	# a dump has the state of one of these moments, in full
	moment=$(ask "select s.* from generate_series($low - 1, $next - 1) as n,
		lateral (select count(*), coalesce(sum(id), 0), md5(string_agg(word, ',' order by id)) from entry where id <= n) as s")
}
# new_moment: chooses what a base backup is restored to
new_moment()
{
	local time

	moment=$(state)
	case $((RANDOM % 3)) in
		0)
			ask "select dbbackup_create('point-$drill', '{\"method\": \"restore_point\"}') is null" >"$tmp/out"
			target=", \"target_name\": \"point-$drill\""
			;;
		1) target=", \"target_lsn\": \"$(ask 'select pg_current_wal_insert_lsn()')\"" ;;
		2)
			# times are written in milliseconds, and the next commit is later than that
			time=$(ask "select to_char(clock_timestamp() + interval '2 ms', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
			target=", \"target_time\": \"$time\""
			until [ "$(ask "select clock_timestamp() > timestamptz '$time' + interval '1 ms'")" = t ]; do :; done
			;;
	esac
}
# archived: all that is committed is in the archive
archived()
{
	ask 'select pg_switch_wal() is null' >"$tmp/out"
	until_true shop "select coalesce(last_archived_wal, '') >= pg_walfile_name(pg_current_wal_insert_lsn() - 1) or last_archived_wal = (select max(name) from pg_ls_waldir() where name < pg_walfile_name(pg_current_wal_insert_lsn())) from pg_stat_archiver"
}
# recover [OPTIONS]: restores to the moment, and starts what was restored
recover()
{
	local answer

	if [ $kind = dump ]; then
		answer=$(ask "select dbbackup_restore('base-$drill', 'rescued', '{\"as_superuser\": true$decrypt}')")
		like "$answer" '"destination": "rescued"' "$drill: the dump is restored"
		return
	fi
	rm -rf "$tmp/back/server"
	answer=$(ask "select dbbackup_restore('base-$drill', '$tmp/back/server', '{\"archive\": \"$tmp/wal\"${1-$target}$decrypt}')")
	like "$answer" '"command": ' "$drill: the backup is restored"
	(cd / && as_server "$(command -v pg_ctl)" -w -D "$tmp/back/server" -l "$tmp/back/log" -o "-p 5433 -k $tmp/back" start) >"$tmp/out" 2>&1
}
# there SQL: the answer of what was restored
there()
{
	if [ $kind = dump ]; then
		postgresql rescued <<<"$1" 2>&1 || true
	else
		(PGHOST=$tmp/back PGPORT=5433 ask "$1")
	fi
}
# end_there: what was restored is not needed any more
end_there()
{
	if [ $kind = dump ]; then
		ask 'drop database rescued' >"$tmp/out"
	else
		(cd / && as_server "$(command -v pg_ctl)" -w -D "$tmp/back/server" -m fast stop) >"$tmp/out" 2>&1
	fi
}
# is_back NAME: what was restored has the rows of the moment
is_back()
{
	local rows code=0

	rows=$(there "$state")
	end_there
	grep -qFx "$rows" <<<"$moment" || code=1
	result $code "$1" "wanted: $moment"$'\n'"got: $rows"
}
# another server, for a machine that is lost
start_rescue()
{
	if [ ! -d "$tmp/rescue" ]; then
		start_server rescue "${settings[@]}"
		postgresql_new shop
	fi
	on rescue
}

# damage HOW: of the file of the table, while the server is down
damage()
{
	file=$tmp/production/data/$(ask "select pg_relation_filepath('entry')")
	test/pg_server.sh stop "$tmp/production"
	cp -a "$file" "$tmp/file"
	"$@"
	test/pg_server.sh start "$tmp/production"
}
undo_damage()
{
	test/pg_server.sh stop "$tmp/production"
	cp -a "$tmp/file" "$file"
	test/pg_server.sh start "$tmp/production"
}
zero()
{
	dd if=/dev/zero of="$file" bs=8192 count=1 conv=notrunc status=none
}
cut_short()
{
	truncate -s $(($(stat -c %s "$file") / 2)) "$file"
}

ways=(crash lost cut zeroed key copy disk)
kinds=(base base dump far)
first=$RANDOM
for ((drill = 1; drill <= drills; drill++)); do
	way=${ways[(first + drill) % ${#ways[@]}]}
	kind=${kinds[RANDOM % ${#kinds[@]}]}
	target=
	new_backup
	work $((RANDOM % 200 + 1))
	if [ $kind != dump ]; then
		new_moment
		work $((RANDOM % 100 + 1))
		[ $((RANDOM % 4)) -gt 0 ] || { target= && moment=$(state); }
		archived
	fi
	now=$(state)
	before=$(kept backups wal far)
	name="$drill ($way, $kind, ${target:-latest})"
	case $way in
		crash)
			work 20 &
			worker=$!
			until [ "$(state)" != "$now" ]; do :; done
			die
			wait $worker || true
			test/pg_server.sh start "$tmp/production"
			acknowledged=$(grep -cE '^[0-9]+$' "$tmp/ledger")
			rows=$(ask 'select count(*) from entry')
			is "$((rows >= acknowledged && rows <= acknowledged + 1))" 1 "$name: the server recovers all rows whose commit was answered"
			next=$(($(ask 'select max(id) from entry') + 1))
			ask 'table entry' | cut -d ' ' -f 1 >"$tmp/ledger"
			if [ $kind != dump ] && [ -z "$target" ]; then
				moment=$(state)
				target=", \"target_lsn\": \"$(ask 'select pg_current_wal_insert_lsn()')\""
			fi
			archived
			before=$(kept backups wal far)
			recover
			is_back "$name: beside it a copy has the rows of the moment"
			;;
		lost)
			die
			mv "$tmp/production/data" "$tmp/lost"
			start_rescue
			recover
			is_back "$name: another server restores the rows of the moment"
			mv "$tmp/lost" "$tmp/production/data"
			on production
			test/pg_server.sh start "$tmp/production"
			;;
		zeroed | cut)
			if [ $way = cut ]; then
				damage cut_short
				found='block [0-9]+'
			else
				damage zero
				found='block 0 is empty'
			fi
			like "$(ask "select problem from dbcheck_integrity('{\"level\": \"full\"}') where object = 'public.entry'")" "$found" "$name: the damage is named"
			before=$(kept backups wal far)
			recover
			is_back "$name: the rows of the moment are restored"
			undo_damage
			;;
		key)
			there=$tmp/back/server
			[ $kind != dump ] || there=rescued
			wrong=${decrypt/right/wrong}
			[ -n "$decrypt" ] || wrong=", \"decrypt\": ${right/right/wrong}"
			[[ $wrong = *wrong* ]] || wrong+=", \"decrypt\": ${right/right/wrong}"
			like "$(ask "select dbbackup_restore('base-$drill', '$there', '{${wrong#, }}')")" \
				'cannot be read|is not encrypted' "$name: with another key nothing is restored"
			is "$(find "$tmp/back" -mindepth 1 -maxdepth 1 ! -name log | wc -l) $(ask "select count(*) from pg_database where datname ~ 'rescued|dbcare'")" '0 0' "$name: ... and nothing is left"
			recover
			is_back "$name: with the right one the rows of the moment are"
			;;
		copy)
			# somebody looks at a copy, and writes there
			recover
			there "insert into entry values (-1, 'of the copy'); select pg_switch_wal() is null; checkpoint" >"$tmp/out"
			end_there
			[ $kind = dump ] || is "$(diff <(kept backups wal far) <(echo "$before"))" '' "$name: a copy writes nothing to the archive"
			recover
			is_back "$name: the next restore has nothing of it"
			;;
		disk)
			if [ "$(id -u)" -eq 0 ] && mkdir -p "$tmp/back/small" && mount -t tmpfs -o size=8m tmpfs "$tmp/back/small" 2>/dev/null; then
				chmod 777 "$tmp/back/small"
				[ $kind = dump ] ||
					like "$(ask "select dbbackup_restore('base-$drill', '$tmp/back/small/server', '{\"archive\": \"$tmp/wal\"$target$decrypt}')")" 'ERROR' "$name: a full disk is an error"
				is "$(ls -A "$tmp/back/small")" '' "$name: ... that leaves nothing"
				mount -o remount,size=4k "$tmp/back/small"
				for method in dump base; do
					like "$(ask "select dbbackup_create('full', '{\"method\": \"$method\", \"directory\": \"$tmp/back/small\"}')")" 'ERROR.*' "$name: a backup on a full disk is an error ($method)"
					is "$(ls -A "$tmp/back/small")" '' "$name: ... that leaves nothing ($method)"
				done
				umount "$tmp/back/small"
			fi
			rm -rf "$tmp/back/small"
			recover
			is_back "$name: the rows of the moment are restored where there is space"
			;;
	esac
	# production goes on archiving where it is alive; what was there stays as it was
	is "$(comm -23 <(echo "$before" | sort) <(kept backups wal far | sort))" '' "$name: archive and backups are what they were"
	rm -rf "$tmp/back/server" "${tmp:?}/backups/base-$drill" "$tmp/far/base-$drill"
done
finish
