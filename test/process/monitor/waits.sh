#!/bin/bash
# dbmonitor_waits(): what statements wait for while samples are taken, without
# values, and that the history stays bounded.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ask NAME SQL: a session that waits, in the background.
ask()
{
	PGAPPNAME=$1 "${psql_shell[@]}" -d shop -c "$2" >"$tmp/$1.said" 2>&1 &
}

# sample: takes a sample.
sample()
{
	postgresql shop <<<"select dbmonitor_sample('{\"level\": \"none\"}') is not null;" >"$tmp/sample"
}

start_server server
postgresql_new shop
is "$(postgresql shop <<<'select count(*) from dbmonitor_waits();')" 0 'without samples there are no rows'
postgresql shop >"$tmp/made" <<-'END'
	create table item (id int primary key, note text);
	create role nobody;
	create role watcher;
	select dbcare_install();
	select dbcare_grant('watcher', 'monitor');
END
hold first shop 'lock table item;'
ask second "update item set note = 'hunter2' /* hunter2 */ where id = 1"
ask third "update item set note = 'secret' where id = 2"
ask fourth 'select pg_sleep(100)'
is "$(until_true shop "select count(*) = 3 from pg_stat_activity where wait_event_type in ('Lock', 'Timeout') and datname = 'shop';")" '' 'three wait'
sample
sample
is "$(postgresql shop <<<"select query, wait_event_type, wait_event, sum(samples), sum(sessions), bool_and(fingerprint ~ '^[0-9a-f]{16}$')
	from dbmonitor_waits() where wait_event_type is not null group by 1, 2, 3 order by 1;")" \
	$'select pg_sleep(?) Timeout PgSleep 2 2 t\nupdate item set note = ? where id = ? Lock relation 2 4 t' \
	'statements have their wait events, with samples and sessions'
is "$(postgresql shop <<<"select count(*) from dbmonitor_waits() where query like '%lock table%';")" 0 'idle sessions do not count'
is "$(postgresql shop <<<"select bool_and(extract(epoch from bucket_at)::int % 300 = 0 and bucket_at between now() - interval '10 minutes' and now()) from dbmonitor_waits();")" t \
	'periods are of five minutes'
is "$(postgresql shop <<<"select count(*) from dbcare.query as q where q::text ~ 'hunter2|secret';")" 0 'no value is stored'
is "$(postgresql shop <<<"select count(*) from dbmonitor_waits('{\"limit\": 1}'); select count(*) from dbmonitor_waits('{\"since\": \"2199-01-01\"}');")" \
	$'1\n0' 'limit and since select'
like "$(postgresql shop <<<"select * from dbmonitor_waits('{\"since\": \"yesterday\"}');")" 'option "since" cannot be "yesterday"' 'a wrong time is refused'
like "$(postgresql shop <<<'set role nobody; select * from dbmonitor_waits();')" 'permission denied' 'a role without a grant cannot read them'
is "$(postgresql shop <<<'set role watcher; select count(*) > 0 from dbmonitor_waits();')" t 'a monitoring role can'
postgresql shop <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'fourth';" >"$tmp/made"
release first

# ---- history ----

postgresql shop >"$tmp/made" <<-'END'
	delete from dbcare.wait_event;
	insert into dbcare.query (fingerprint, query) select 'f' || i, 'select ' || i from generate_series(1, 1000) as i;
	insert into dbcare.wait_event
	select t, 'f' || i, 'Lock', 'tuple', 1, i
	from generate_series(1, 110) as i, generate_series(date_trunc('hour', now()) - interval '20 days', now() - interval '10 minutes', '5 minutes') as t;
	update dbcare.sample set taken_at = taken_at - interval '10 minutes';
END
sample
is "$(postgresql shop <<<"select count(*) filter (where n > 100), min(bucket_at) > now() - interval '15 days', count(*) between 13 * 24 + 250 and 14 * 24 + 330
	from (select bucket_at, count(*) as n from dbcare.wait_event group by 1) as b;")" '0 t t' \
	'periods have 100 rows, are of an hour after a day, and stay for 14 days'
is "$(postgresql shop <<<"select distinct samples, sessions from dbcare.wait_event where fingerprint = 'f110' and bucket_at < now() - interval '27 hours';")" \
	'12 1320' 'an hour has the sums of its periods'
is "$(postgresql shop <<<"select count(*) from dbcare.query where fingerprint ~ '^f';")" 100 'texts that are no longer needed are deleted'
is "$(postgresql shop <<<"select dbmonitor_reset() ? 'samples'; select count(*) from dbmonitor_waits();")" $'t\n0' 'a reset deletes them'
finish
