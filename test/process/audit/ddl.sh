#!/bin/bash
# dbaudit_watch(): DDL and changed roles in the log of changes, sealed as the rows
# are.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# logged COLUMNS [CONDITION]: entries since the last look, the oldest first.
echo 0 >"$tmp/seen"
logged()
{
	postgresql shop <<<"select $1 from dbaudit_log() where id > $(cat "$tmp/seen") and ${2-true} order by id;"
	postgresql shop <<<'select coalesce(max(id), 0) from dbaudit_log();' >"$tmp/seen"
}

start_server server
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create role maker login;
	create role auditor;
	create schema work authorization maker;
	select dbcare_install();
	select dbcare_grant('auditor', 'audit');
END
like "$(PGUSER=maker postgresql shop <<<'select dbaudit_watch(true);')" 'permission denied' 'only a superuser turns it on'
postgresql shop <<<'create table work.before (a int);' >"$tmp/made"
is "$(postgresql shop <<<'select dbaudit_watch(true); select dbaudit_watch(true);')" \
	$'{"changed": true, "enabled": true}\n{"changed": false, "enabled": true}' 'dbaudit_watch() turns it on, once'
is "$(logged "action, before ->> 'function', before ->> 'enabled'")" 'protection dbaudit_watch true' 'which is logged'

# ---- the schema ----

PGUSER=maker PGAPPNAME=mill postgresql shop >"$tmp/made" <<-'END'
	create table work.item (id int primary key, note text);
	alter table work.item drop column note;
	grant select on work.item to public;
	create temp table scratch (a int);
	drop table work.item;
END
is "$(logged "actor, user_name, application, action, table_name, before ->> 'command', before ->> 'statement', before ? 'dropped'")" \
	'maker maker mill ddl work.item CREATE TABLE create table work.item (id int primary key, note text); f
maker maker mill ddl work.item.note ALTER TABLE alter table work.item drop column note; t
maker maker mill ddl work.item ALTER TABLE alter table work.item drop column note; f
maker maker mill ddl TABLE GRANT grant select on work.item to public; f
maker maker mill ddl work.item DROP TABLE drop table work.item; t' 'commands have who, what and the text; temporary tables have none'
postgresql shop >"$tmp/made" <<-'END'
	begin;
	create table work.undone (a int);
	rollback;
	do $$ begin for i in 1..150 loop execute format('create view work.v%s as select 1 as a', i); end loop; end $$;
	drop schema work cascade;
END
is "$(logged "before ->> 'command', jsonb_array_length(before -> 'dropped'), before ->> 'truncated'" "before ->> 'command' <> 'CREATE VIEW'")" \
	'DROP SCHEMA 100 true' 'of many objects a hundred are listed; what was rolled back is not'
postgresql shop >"$tmp/made" <<-'END'
	create foreign data wrapper nothing;
	create server s foreign data wrapper nothing;
	create user mapping for current_user server s options (password 'hunter2');
END
is "$(logged "before ->> 'command', before ->> 'statement'")" 'CREATE FOREIGN DATA WRAPPER 
CREATE SERVER 
CREATE USER MAPPING ' 'a statement that could have a password is left out'
postgresql shop <<<"create function f(int) returns int language sql as 'select 1'; drop function f(int);" >"$tmp/made"
is "$(logged "before ->> 'command', coalesce(before -> 'objects', before -> 'dropped') -> 0 ->> 'type', table_name")" \
	'CREATE FUNCTION function public.f(integer)
DROP FUNCTION function public.f(integer)' 'an entry has the type and the name of the object'

# ---- roles ----

postgresql postgres >"$tmp/made" <<-'END'
	create role clerk login password 'hunter2';
	alter role maker createrole;
	grant auditor to clerk;
	drop role if exists nobody;
END
is "$(postgresql shop <<<"select dbaudit_seal() is not null;")" t 'a seal looks for changed roles'
is "$(logged "action, table_name, row_key, before -> 'before' ->> 'createrole', before -> 'after' ->> 'createrole', before -> 'after' -> 'member_of' ? 'auditor'")" \
	'role pg_catalog.pg_authid "clerk"  false t
role pg_catalog.pg_authid "maker" false true ' 'changed roles are logged, from whatever database'
postgresql shop <<<"drop role clerk; select dbaudit_seal() is not null;" >"$tmp/made"
is "$(logged "row_key, before -> 'before' ->> 'login', jsonb_typeof(before -> 'after')")" '"clerk" true null' 'a dropped role, too'
postgresql shop <<<"select dbaudit_seal() is not null;" >"$tmp/made"
is "$(logged 'action')" '' 'and each change once'
is "$(postgresql shop <<<"select count(*) from dbcare.audit_entry as e where e::text ~ 'hunter2';")" 0 'no password is logged'

# ---- seals, rights, off ----

is "$(postgresql shop <<<"select dbaudit_seal() is not null; select * from dbaudit_verify(); select bool_and(hash is not null) from dbaudit_log();")" $'t\nt' \
	'entries are sealed as those of rows'
like "$(postgresql shop <<<"begin; set local session_replication_role = replica; update dbcare.audit_entry set changed = replace(changed, 'DROP TABLE', 'DROP VIEW') where action = 'ddl';
	select finding from dbaudit_verify() limit 1; rollback;")" 'entry_changed' 'and verified'
is "$(postgresql shop <<<"set role auditor; select count(*) > 5 from dbaudit_log('{\"action\": \"ddl\"}'); select count(*) from dbaudit_log('{\"action\": \"role\"}');")" $'t\n3' \
	'an auditor reads them'
is "$(postgresql shop <<<'select * from dbmigrate_drift();')" '' 'the event triggers are no drift'
like "$(postgresql shop <<<'select dbcare_log_ddl();')" 'for event triggers' 'the function is for event triggers'
is "$(postgresql shop <<<'select dbaudit_watch(false); create table after (a int);')" '{"changed": true, "enabled": false}' 'it is turned off'
is "$(logged "action, before ->> 'enabled'")" 'protection false' 'which is logged, and nothing after that'
postgresql shop <<<"create role late; select dbaudit_seal() is not null;" >"$tmp/made"
is "$(logged action)" '' 'nor are roles'
postgresql shop <<<"select dbaudit_watch(true); select dbcare_uninstall('{\"confirm\": \"shop\"}');" >"$tmp/made"
is "$(postgresql shop <<<"select count(*) from pg_event_trigger;")" 0 'dbcare_uninstall() drops the event triggers'
postgresql shop <<<"select dbaudit_watch(true); drop schema dbcare cascade; create table free (a int);" >"$tmp/made"
is "$(postgresql shop <<<"select count(*) from free;")" 0 'without dbcare tables DDL works'

finish
