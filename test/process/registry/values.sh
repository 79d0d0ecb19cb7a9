#!/bin/bash
# Values in dbcare's own tables that should not be there, on PostgreSQL; SQLite
# has test/fault/registry/values.c.  Every column of every table has in turn a null,
# an empty text, a megabyte, JSON of another kind, numbers and times at their
# limits, without the table's constraints; then every function is called.  A call
# may fail, in words that name the value or its table, and never with an internal
# error; calls about other tables go on, and the server stays.  Prints TAP.
#
# usage: test/process/registry/values.sh [STEP [FIRST]]
#
# Of the calls on values one of STEP (default 3607) is tried, from the one numbered
# FIRST on (default chosen by the seed).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=kept
step=${1:-3607}
first=${2:-$((seed % step))}

# Something of everything dbcare keeps.
fill()
{
	cat <<-'END'
		create table parent (id integer primary key, name text);
		create table child (id integer primary key, parent_id integer references parent (id), age integer);
		insert into parent select i, 'name' from generate_series(1, 5) as i;
		set session_replication_role = replica;
		insert into child values (1, 1, 20), (2, 7, -1), (3, 8, -2);
		reset session_replication_role;
		select dbcare_install();
		select dbcare_set('actor', 'somebody');
		select dbmigrate_add('1', 'first', 'create table one (id integer primary key)', 'drop table one',
		    '{"verify_sql": "select count(*) = 0 from one"}');
		select dbmigrate_add('2', 'second', 'create view two as select * from one', 'drop view two', '{"depends_on": ["1"]}');
		select dbmigrate_apply();
		select dbmigrate_add('3', 'fails', 'select no_such()');
		select dbmigrate_apply('3', '{"on_error": "report"}');
		select dbmigrate_add('4', 'alone', 'create index concurrently on parent (name)', null,
		    '{"depends_on": ["2"], "environments": ["testing"]}');
		insert into dbcare.deployment (version, checksum, statement_no, begun, indexes_before)
		    select version, checksum, 1, true, '{}' from dbcare.migration where version = '4';
		insert into dbcare.deployment_script (checksum, script) select checksum, up_sql from dbcare.migration where version = '4';
		select dbmigrate_watch(true);
		create table outside (id integer primary key);
		create table schema_migrations (version varchar(128) primary key);
		insert into schema_migrations values ('20200101000000');
		select dbmigrate_adopt('{"keep_old": true}');
		select dbcheck_rule_add('young', 'child', 'age >= 0', '{"repair_sql": "age = 0"}');
		select dbcheck_repair('{"dry_run": false, "orphans": "quarantine", "rules": ["young"]}');
		call dbmigrate_backfill('filled', 'update parent set name = ''x''');
		select dbmonitor_start(3600);
		select dbmonitor_sample();
		select dbmonitor_sample();
		select dbhealth_suppress('unused_indexes', '*', 'none', (current_date + 100)::text);
		insert into dbcare.alert (alert_id, alert, severity, message, pending_at, raised_at, last_at)
		    values (nextval('dbcare.alert_alert_id_seq'), 'health_score', 'critical', 'm', now(), now(), now());
		insert into dbcare.query (fingerprint, query) values ('f', 'select 1') on conflict do nothing;
		insert into dbcare.query_seen (fingerprint, hour_at, calls, errors, total_ms, max_ms, row_count, sketch, last_at)
		    values ('f', now(), 1, 0, 1.5, 1.5, 1, '3:1 9:2', now());
		insert into dbcare.query_mark (source, fingerprint, calls, errors, total_ms, row_count, seen_at)
		    values ('s', 'f', 1, 0, 1.5, 1, now());
		insert into dbcare.query_plan values ('f', 'h', 'Seq Scan on t', now(), 3, 1.5, 'g', 'Result', 0.5, null, now(), now(), 's', 3, 4.5);
		insert into dbcare.slow_log (source, number, started_at, duration_ms, fingerprint, query, dropped)
		    values ('s', 1, now(), 1.5, 'f', 'select 1', 0);
		insert into dbcare.wait_event values (now(), 'f', 'Lock', 'relation', 1, 1);
		create table kept (id integer primary key);
		insert into kept values (1);
		select dbarchive_enable('kept');
		delete from kept;
		select dbarchive_hold('kept', 1, 'r');
		insert into dbcare.policy (policy_id, table_id, table_name, name, options, created_by) values (1, 0, 'public.kept', 'p', '{"file_column": "id"}', 'a');
		insert into dbcare.policy_run values (1, 'purge', now(), now(), 1, null);
		insert into dbcare.left_file (file_id, table_name, row_key, column_name, path, left_by) values (1, 'public.kept', '1', 'id', 'f', 'a');
		insert into dbcare.archive_file (file_id, table_id, table_name, policy, directory, name, row_count, bytes, sha256, archived_by)
		    values (1, 1, 'public.kept', 'p', '/d', 'f', 1, 1, 'h', 'a');
		insert into dbcare.schedule (schedule_id, at, options, scheduled_by) values (1, '03:00', '{}', 'a'), (2, '03:00', '{}', 'a');
		create table audited (id integer primary key, name text);
		select dbaudit_enable('audited');
		insert into dbcare.audit_role values ('nobody', '{}');
		insert into audited values (1, 'a'), (2, 'b');
		update audited set name = 'c' where id = 1;
		delete from audited where id = 2;
		insert into dbcare.audit_key values (1, repeat('0', 64));
		insert into dbcare.audit_seal values (1, now(), '', 0, 0, 0, 0, 0, now(), 0, '{}', '{}', repeat('0', 64), '', '', repeat('0', 64));
		select dbinit_run('{"name": "manifest", "migrations": [{"version": "1", "up": "create table made (id integer primary key)"}]}');
		select dbseed_add('seed', 'made', '[{"id": 1}]');
		select dbseed_apply();
		insert into dbcare.vacuum_due values ('public.t', 'dead rows', now(), now());
		insert into dbcare.check_run values ('missing_fk_index', now(), 1, 'warning', 1) on conflict do nothing;
	END
}

# What tries values.
tools()
{
	cat <<-'END'
		set client_min_messages = error;
		create schema sweep;
		create table sweep.value (type text, value text);
		insert into sweep.value values
		    ('text', 'null'), ('text', quote_literal('')), ('text', 'repeat(''aé'', 350000)'),
		    ('text', quote_literal('{"a": 1')), ('text', quote_literal('{"a": [1]}')),
		    ('text', quote_literal('[[[[1]]]]')), ('text', quote_literal('-7')), ('text', quote_literal('"x"')),
		    ('int', 'null'), ('int', '2147483647'), ('int', '-2147483648'), ('int', '-1'), ('int', '0'),
		    ('bigint', '9223372036854775807'), ('bigint', '-9223372036854775808'),
		    ('oid', '0'), ('oid', '4294967295'), ('float', 'null'), ('float', quote_literal('NaN')), ('float', quote_literal('Infinity')),
		    ('float', quote_literal('-Infinity')), ('float', '1e308'), ('float', '-1'),
		    ('bool', 'null'), ('bool', 'true'), ('bool', 'false'),
		    ('time', 'null'), ('time', quote_literal('infinity')), ('time', quote_literal('-infinity')),
		    ('time', quote_literal('4713-01-01 00:00+00 BC')), ('time', quote_literal('294276-12-31 00:00+00')),
		    ('array', 'null'), ('array', quote_literal('{}')), ('array', quote_literal('{NULL}')),
		    ('array', quote_literal('{{a,b},{c,d}}')), ('array', quote_literal('[5:6]={a,b}'));

		create table sweep.type (type regtype primary key, kinds text[]);
		insert into sweep.type values ('text', '{text}'), ('integer', '{int}'), ('bigint', '{int,bigint}'),
		    ('float8', '{float}'), ('boolean', '{bool}'), ('timestamptz', '{time}'), ('text[]', '{array}'), ('oid', '{oid}');

		create view sweep.trial as
		select row_number() over (order by a.attrelid::regclass::text, a.attnum, v.value) as number,
		    a.attrelid::regclass as relation, a.attname as col, v.value,
		    case when c.relname ~ '^(rule|repair|quarantine)' then '^dbcheck_'
		        when c.relname ~ '^(monitor|sample|table_sample|query|slow_log|wait_event|check_run|alert)' then '^dbmonitor_|^dbhealth_growth'
		        when c.relname in ('archived_table', 'trash', 'hold', 'policy', 'policy_run', 'left_file', 'archive_file', 'schedule') then '^dbarchive_|^dbbackup_status'
		        when c.relname ~ '^audit' then '^dbaudit_'
		        when c.relname = 'event' then '^dbcare_events'
		        when c.relname = 'manifest' then '^dbinit_'
		        when c.relname ~ '^seed' then '^dbseed_'
		        when c.relname in ('suppression', 'vacuum_due') then '^dbhealth_' else '^dbmigrate_|^dbcare_progress|^dbinit_validate' end as readers
		from pg_class as c
		join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		left join sweep.type as t on t.type = a.atttypid
		left join sweep.value as v on v.type = any (t.kinds)
		where c.relnamespace = 'dbcare'::regnamespace and c.relkind = 'r';

		create table sweep.call (number serial, name text, class text, call text, expected text);

		-- "SQLSTATE message detail" of a call, which is undone; 00000 if it works
		create function sweep.outcome(call text) returns text language plpgsql as $$
		declare
		    state text; message text; detail text; place text;
		begin
		    execute call;
		    raise exception 'undone' using errcode = 'UNDON';
		exception when others or query_canceled or assert_failure then
		    get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail,
		        place = pg_exception_context;
		    return case when state = 'UNDON' then '00000'
		        -- a value that its type does not take is told by the statement
		        else state || ' ' || message || ' ' || detail || case when state like '22%' then place else '' end end;
		end $$;

		-- Puts a value into a column, whatever the table demands; a key that does
		-- not take the value is dropped, and true returned.
		create function sweep.put(relation regclass, col text, value text) returns boolean language plpgsql as $$
		declare
		    statement text := format('update %s set %I = %s', relation, col, value);
		    keyless boolean := false;
		    name text;
		begin
		    set local session_replication_role = replica;
		    for name in select conname from pg_constraint where conrelid = relation and contype = 'c' loop
		        execute format('alter table %s drop constraint %I', relation, name);
		    end loop;
		    execute format('alter table %s alter %I drop identity if exists', relation, col);
		    begin
		        execute format('alter table %s alter %I drop not null', relation, col);
		    exception when invalid_table_definition then
		        null; -- a key
		    end;
		    begin
		        execute statement || format(' where ctid = (select max(ctid) from %s)', relation);
		        begin
		            execute statement;
		        exception when unique_violation then
		            null;
		        end;
		    exception when unique_violation or not_null_violation or program_limit_exceeded then
		        keyless := true;
		        -- since 18 NOT NULL is one, too
		        for name in select conname from pg_constraint where conrelid = relation and contype <> 'n' loop
		            execute format('alter table %s drop constraint %I', relation, name);
		        end loop;
		        for name in select indexrelid::regclass from pg_index where indrelid = relation and not indisprimary loop
		            execute format('drop index %s', name);
		        end loop;
		        execute format('alter table %s alter %I drop not null', relation, col);
		        execute statement;
		    end;
		    set local session_replication_role = origin;
		    return keyless;
		end $$;

		-- What an outcome says that it should not; null: nothing.
		create function sweep.complaint(t sweep.trial, keyless boolean, c sweep.call, outcome text) returns text
		language sql as $$
		    select case
		        when left(outcome, 5) in (left(c.expected, 5), '00000') then null
		        -- what other areas have is of no interest to a call that reads
		        when c.class = 'READ' and t.relation::text !~ '\.(setting|bookkeeping)$' and c.name !~ t.readers
		            then 'reads another area'
		        when outcome like '42P10 %' and keyless then null
		        -- what a sound row of that kind can mean
		        when outcome ~ '^(0A000|55000|25001 migration|42704 (alert|batch|repair|file) 1|23505 another row|22.* saved by repair 1|22023 batch 1 cannot be restored|XX001 the recor)' then null
		        -- what is no SQL
		        when outcome like '42%' and t.col ~ '_sql$|^(expression|condition|statement)$' then null
		        when outcome !~ '^(XX00[^1]|5[378])' and (strpos(outcome, t.relation::text) > 0
		            or strpos(outcome, format('column "%s" of relation', t.col)) > 0
		            or strpos(outcome, case when t.value ~ '^repeat' then 'aéaéaé' else left(trim('''' from t.value), 20) end) > 0)
		            then null
		        else 'does not tell what is wrong'
		    end $$;

		-- Tries a value with those calls that are one of STEP, and returns
		-- complaints.
		create function sweep.try(t sweep.trial, step integer, first integer) returns setof text language plpgsql as $$
		declare
		    c sweep.call; keyless boolean; outcome text; complaint text; complaints text[] := '{}';
		begin
		    begin
		        keyless := sweep.put(t.relation, t.col, t.value);
		        for c in select * from sweep.call where (t.number * 101 + number) % step = first order by number loop
		            outcome := sweep.outcome(c.call);
		            complaint := sweep.complaint(t, keyless, c, outcome);
		            if complaint is not null then
		                complaints := complaints || format('%s.%s = %s: %s: %s: %s', t.relation, t.col, left(t.value, 30),
		                    c.name, complaint, left(outcome, 300));
		            end if;
		        end loop;
		        raise exception 'undone' using errcode = 'UNDON';
		    exception when sqlstate 'UNDON' then
		        null;
		    end;
		    return query select unnest(complaints);
		end $$;
	END
	for class in READ WRITE; do
		functions_of postgresql | while read -r name of kind; do
			[ "$of" = "$class" ] || continue
			printf "insert into sweep.call (name, class, call) values ('%s', '%s', \$call\$select %s from %s(%s) as r\$call\$);\n" \
				"$name" "$class" "$([ "$kind" = ROWS ] && echo 'count(r)' || echo 'length(r::text)')" "$name" "$(arguments_of "$name" postgresql)"
		done
	done
	echo 'update sweep.call set expected = left(sweep.outcome(call), 5);'
}

start_server server
postgresql_new "$db"
is "$(fill | postgresql "$db" | grep -v '^{')" '' "dbcare's tables are filled without errors"
is "$(postgresql "$db" <<<"select relname from pg_class as c where relnamespace = 'dbcare'::regnamespace and relkind = 'r'
	and query_to_xml(format('select count(*) from %s', c.oid::regclass), false, true, '')::text like '%>0<%'")" \
	'' '... in every table'
is "$(tools | postgresql "$db")" '' 'the calls of the sweep are prepared'
is "$(postgresql "$db" <<<"select relation, col from sweep.trial where value is null")" '' 'every type has test values'

postgresql "$db" <<-END >"$tmp/complaints"
	set client_min_messages = error;
	set statement_timeout = '60s';
	select format('select sweep.try((select t from sweep.trial as t where number = %s), $step, $first)', number)
	from sweep.trial as t
	where exists (select from sweep.call as c where (t.number * 101 + c.number) % $step = $first)
	order by number
	\gexec
END
is "$(cat "$tmp/complaints")" '' "each call succeeds or fails with a message ($first of $step)"

# ---- procedures ----

# They commit, so each trial has a copy of the database.
procedures=$(functions_of postgresql | sed -n 's/ PROC .*//p')

# try_procedures [NUMBER]: "name SQLSTATE message" of each procedure in a copy
# with that value, or without any.
try_procedures()
{
	local name

	postgresql postgres <<<"drop database if exists copy with (force); create database copy template $db"
	{
		[ $# -eq 0 ] || echo "select sweep.put(t.relation, t.col, t.value) from sweep.trial as t where number = $1;"
		for name in $procedures; do
			printf 'call %s(%s);\n\\echo %s :SQLSTATE :LAST_ERROR_MESSAGE\n' \
				"$name" "$(arguments_of "$name" postgresql)" "$name"
		done
	} | psql -qAtX -d copy 2>"$tmp/errors" | grep -E '^(dbmigrate|dbhealth|dbarchive)_' | sed 's/ 00000 .*/ 00000/'
}

try_procedures >"$tmp/sound"
is "$(wc -l <"$tmp/sound")" "$(wc -w <<<"$procedures")" 'every procedure works before'
complaints=
tried=0
for trial in $(postgresql "$db" <<<"select number from sweep.trial where number % $((step / 6 + 1)) = $first % $((step / 6 + 1))
	and relation::text ~ '\.(migration|ledger|deployment|backfill|history_head|setting)\$' order by 1"); do
	tried=$((tried + 1))
	complaints+=$(try_procedures "$trial" | grep -vxFf "$tmp/sound" |
		grep -E ' (XX00[^1]|5[78]|53[^4])|^[a-z_]+ *$' | sed "s/^/$trial /" || true)
done
is "$complaints" '' "each procedure succeeds or fails with a message ($tried values)"

is "$(grep -E 'terminated by signal|PANIC|TRAP' "$tmp/server/log" || true)" '' 'the server has not crashed'
finish
