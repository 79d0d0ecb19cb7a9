#!/bin/bash
# Monitoring purges deleted rows once a day, at the time that dbarchive_schedule()
# says, with no more rights than the owner of dbcare's tables.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# await QUERY RESULT NAME: waits until a query has a result, for two minutes at most.
await()
{
	local got= i

	for ((i = 0; i < 600; i++)); do
		got=$("$engine" shop <<<"$1")
		[ "$got" != "$2" ] || break
		sleep 0.2
	done
	is "$got" "$2" "$3"
}

start_server server "shared_preload_libraries='dbcare'"
for engine in postgresql sqlite; do
	"${engine}_new" shop
	if [ "$engine" = postgresql ]; then
		own=dbcare.
	else
		own=dbcare_
	fi
	"$engine" shop >"$tmp/out" <<-'END'
		create table thing (id integer primary key);
		create table page (id integer primary key, deleted_at timestamp);
		insert into thing values (1), (2);
		insert into page (id) values (1), (2);
		select dbarchive_enable('thing') is null, dbarchive_enable('page') is null;
		select dbarchive_delete('page', 1) is null;
		delete from thing where id = 1;
		create table visit (id integer primary key, at date);
		insert into visit values (1, '2020-01-01'), (2, '2999-01-01');
		select dbarchive_policy('visit', '{"timestamp_column": "at", "archive_after_days": 90}') is null;
		select dbarchive_policy('thing', '{"purge_deleted_after_days": 100}') is null;
		create table memo (id integer primary key, at date, note text);
		insert into memo values (1, '2020-01-01', 'n');
		select dbarchive_enable('memo') is null;
		delete from memo;
		select dbarchive_policy('memo', '{"timestamp_column": "at", "archive_after_days": 9000, "purge_deleted_after_days": null,
		    "where": "note <> ''\"purge_deleted_after_days\": 1''"}') is null;
	END
	like "$("$engine" shop <<<"select dbarchive_schedule('03:00')" || true)" 'monitoring is off.*dbmonitor_start' \
		"$engine: nothing is scheduled without monitoring"
	if [ "$engine" = sqlite ]; then
		mkfifo "$tmp/session"
		"${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/session" >"$tmp/session.out" 2>&1 &
		exec {session}>"$tmp/session"
		echo "select dbmonitor_start(0.2) ->> 'running';" >&"$session"
		until [ -s "$tmp/session.out" ]; do
			sleep 0.02
		done
	else
		postgresql shop >"$tmp/out" <<<'select dbmonitor_start(0.2);'
	fi
	like "$("$engine" shop <<<"select dbarchive_schedule('3:00')" || true)" 'cannot be "3:00"' "$engine: a time of day"
	like "$("$engine" shop <<<"select dbarchive_schedule('03:00', '{\"batch\": 1}')" || true)" 'unknown option "batch"' \
		"$engine: options of a purge"
	# rows of a table that no longer exists are purged, a failing policy is reported
	"$engine" shop >"$tmp/out" <<-END
		create table gone (id integer primary key);
		insert into gone values (1);
		select dbarchive_enable('gone') is null;
		delete from gone;
		drop table gone;
		create table odd (id integer primary key, at date);
		select dbarchive_policy('odd', '{"timestamp_column": "at"}') is null;
		alter table odd rename at to since;
		create table holder (id integer primary key);
		create table held_by (id integer primary key, holder_id integer);
		insert into held_by values (1, 9);
	END
	if [ "$engine" = sqlite ]; then
		"$engine" shop <<<'alter table held_by add column parent integer references holder (id); update held_by set parent = 9;'
	else
		"$engine" shop <<<'alter table held_by add foreign key (holder_id) references holder (id) not valid;'
	fi >"$tmp/out"
	sleep 0.01
	"$engine" shop <<<"select dbarchive_schedule('$(date -u -d '2 hours ago' +%H:%M)', '{\"older_than_days\": 0}');" >"$tmp/out"
	await "select count(*) from dbarchive_status() where next_run_at is not null and last_run_at is null" 8 "$engine: the next run is known"
	await_samples shop
	is "$("$engine" shop <<<"select count(*) from dbarchive_deleted()")" 4 "$engine: nothing happens two hours after the time"
	"$engine" shop <<<"select dbarchive_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{\"older_than_days\": 0, \"orphans\": \"quarantine\", \"vacuum\": true}');" >"$tmp/out"
	await "select count(*) from ${own}schedule where finished_at is not null" 1 "$engine: at the time it runs"
	is "$("$engine" shop <<<"select replace(table_name, 'public.', '') from dbarchive_deleted()")" thing \
		"$engine: ... and purges, marked rows, too, unless the options of a policy have another term"
	is "$("$engine" shop <<<"select v.id, a.id from visit as v, visit_archive as a")" '2 1' "$engine: ... and applies policies"
	is "$("$engine" shop <<<"select replace(last_error, 'public.', '') from dbarchive_status() where last_error is not null")" \
		'column at of table odd was renamed or dropped since policy "default" was stored: The policy could be about another column now.' "$engine: what fails is in the status"
	is "$("$engine" shop <<<"select count(*) from held_by")" 0 "$engine: ... and repairs orphans"
	if [ "$engine" = sqlite ]; then
		await "select count(*) from dbcare_events() where function_name = 'dbarchive_vacuum'" 1 "$engine: ... and frees space"
	else
		await "select vacuum_count from pg_stat_user_tables where relname = 'thing'" 1 "$engine: ... and frees space"
	fi
	is "$("$engine" shop <<<"select count(*) from page")" 1 "$engine: rows that are not deleted stay"
	first=$("$engine" shop <<<"select started_at from ${own}schedule")
	await_samples shop
	is "$("$engine" shop <<<"select started_at from ${own}schedule")" "$first" "$engine: it runs once"
	"$engine" shop <<<"select dbarchive_schedule(null);" >"$tmp/out"
	is "$("$engine" shop <<<"select count(*) from dbarchive_status() where next_run_at is not null")" 0 "$engine: null ends it"
done

# A table of another role, in PostgreSQL: its triggers must not run as the owner
# of dbcare's tables, nor may triggers of this role become another one.
engine=postgresql
postgresql shop >"$tmp/out" <<-'END'
	create role mallory;
	create table trap (id integer primary key, deleted_at timestamptz);
	insert into trap values (1);
	select dbarchive_enable('trap') is null;
	select dbarchive_delete('trap', 1) is null;
	alter table trap owner to mallory;
	create table seen (who text);
	create function escalate() returns trigger language plpgsql as $$
	begin
		begin
			execute 'reset session authorization';
		exception when others then
			insert into seen values (sqlerrm);
		end;
		insert into seen values (session_user);
		return null;
	end $$;
	create trigger escalate after delete on page for each row execute function escalate();
	select dbarchive_delete('page', 2) is null;
	update dbcare.schedule set started_at = null;
END
postgresql shop <<<"select dbarchive_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{\"older_than_days\": 0}');" >"$tmp/out"
await "select count(*) from dbcare.schedule where finished_at is not null" 1 'a second run'
is "$(postgresql shop <<<'select count(*) from trap')" 1 'marked rows of a table of another role stay'
like "$(postgresql shop <<<"select last_error from dbarchive_status() where table_name = 'public.trap'")" \
	'does not belong to role "postgres", which has scheduled the run' '... and the status says why'
like "$(postgresql shop <<<'select who from seen limit 1')" 'cannot be' 'a trigger cannot change its role'
await "select (select count(*) from dbmonitor_status()) + (select max(taken_at) > now() - interval '5 s' from dbcare.sample)::int" 2 \
	'samples are taken after the run'

# The owner of the schema of the extension puts another one in its place during a run
postgresql shop >"$tmp/out" <<-'END'
	create schema care authorization mallory;
	grant create on database shop to mallory;
	create table notes (id integer primary key, at date);
	insert into notes values (1, '2020-01-01');
	create table ran (who text);
	grant insert on ran to public;
	select dbarchive_policy('notes', '{"timestamp_column": "at", "delete_after_days": 1}') is null;
	create function swap() returns trigger language plpgsql as $$
	begin
		alter schema care rename to cared;
		create schema care;
		grant usage on schema care to public;
		create procedure care.dbarchive_purge(relation text, options jsonb, inout result jsonb) language plpgsql as $p$
		begin
			insert into public.ran values (current_user);
		end $p$;
		return null;
	end $$;
	alter function swap() owner to mallory;
	create trigger swap after delete on notes execute function swap();
	alter table notes owner to mallory;
	select dbarchive_schedule(null);
	alter extension dbcare set schema care;
END
postgresql shop <<<"select care.dbarchive_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{\"older_than_days\": 0}');" >"$tmp/out"
await "select count(*) from dbcare.schedule where finished_at is not null" 1 'a run while the schema of the extension is replaced'
is "$(postgresql shop <<<"select (select count(*) from notes) || ' ' || (select count(*) from ran)")" '0 0' \
	'calls no procedure of the schema that has its name then'
like "$(postgresql shop <<<"select errors from dbcare.schedule")" 'care.dbarchive_purge.* is not a function of the extension' \
	'... which the status says'
finish
