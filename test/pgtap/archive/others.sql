-- Restores, undos and holds of tables whose triggers belong to other roles, by callers who do not own the table.
set client_min_messages = warning;
drop database if exists ar_others;
create database ar_others;
\connect ar_others
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();
select dbcare_install() \gset

create role others_owner;
create role others_member;
create role others_third;
create role others_writer;
create role others_stranger;
grant others_owner to others_member;
select dbcare_grant('others_member', 'archive'), dbcare_grant('others_member', 'audit'), dbcare_grant('others_writer', 'archive'), dbcare_grant('others_writer', 'audit') \gset
grant execute on function dbaudit_undo(bigint, jsonb) to others_member, others_writer;
create table t (id int primary key, v text, n numeric check (n is null or n > 0));
create table ran (as_role text);
grant insert, select on ran to public;
create function note_role() returns trigger language plpgsql as $$begin insert into public.ran values (current_user); return null; end$$;
alter function note_role() owner to others_third;
create trigger note_role after insert or update or delete on t for each row execute function note_role();
alter table t owner to others_owner;
grant select, insert, update, delete on t to others_writer;
select dbarchive_enable('t'), dbaudit_enable('t') \gset
insert into t values (1, 'a'), (2, 'b'), (3, 'c');
delete from t where id in (1, 2);
update t set v = 'x' where id = 3;
select max(id) as updated from dbaudit_log() where action = 'update' \gset
delete from ran;

-- no trigger fires: whose they are does not matter
set role others_member;
select is(dbarchive_restore('t', 1) ->> 'triggers_not_fired', '["note_role"]', 'a member of the owner restores');
select is(dbaudit_undo(:updated) ->> 'triggers_not_fired', '["note_role"]', '... undoes');
select is(dbarchive_hold('t', 3, 'case') ->> 'row_key', '3', '... holds');
select is(dbarchive_release('t', 3) ->> 'row_key', '3', '... and ends a hold');
reset role;
select is((select count(*) from ran), 0::bigint, 'no trigger of the third role ran');
select bag_eq('select id, v from t', $$values (1, 'a'), (2, 'b'), (3, 'c')$$, 'the rows are there');

delete from t where id = 1;
update t set v = 'x' where id = 3;
select max(id) as updated from dbaudit_log() where action = 'update' \gset
delete from ran;
select is(dbarchive_restore('t', 1) ->> 'rows', '1', 'a superuser restores');
select is(dbaudit_undo(:updated) ->> 'rows', '1', '... and undoes');
select is((select count(*) from ran), 0::bigint, 'nor did it run then');

-- they would fire as somebody who does not trust the other
delete from t where id = 1;
update t set v = 'x' where id = 3;
select max(id) as updated from dbaudit_log() where action = 'update' \gset
create function pg_temp.failure(statement text) returns text language plpgsql as $$
declare
	detail text; hint text;
begin
	execute statement;
	return 'done';
exception when others then
	get stacked diagnostics detail = pg_exception_detail, hint = pg_exception_hint;
	return format('%s: %s %s %s', sqlstate, sqlerrm, detail, hint);
end$$;
grant usage on schema public to public;
select is(pg_temp.failure(format('select dbaudit_undo(%s, ''{"triggers": "fire"}'')', :updated)), '42501: the changes cannot be undone code of role "others_third" would run with the rights of role "others_owner". Leave out {"triggers": "fire"}.', 'a superuser fires no triggers of roles who do not trust each other');
select is(regexp_replace(pg_temp.failure($$select dbarchive_restore('t', 1, '{"triggers": "fire"}')$$), 'batch \d+', 'batch'), '42501: batch cannot be restored code of role "others_third" would run with the rights of role "others_owner". Leave out {"triggers": "fire"}.', '... nor in a restore');
alter table t enable always trigger note_role;
select is(regexp_replace(pg_temp.failure($$select dbaudit_undo($$ || :updated || ')'), 'batch \d+', 'batch'), '42501: the changes cannot be undone code of role "others_third" would run with the rights of role "others_owner". ', 'nor those that are ENABLE ALWAYS');
alter table t enable trigger note_role;

-- privileges on the rows alone are not enough to put them past triggers
set role others_writer;
select is(regexp_replace(pg_temp.failure($$select dbarchive_restore('t', 1)$$), 'batch \d+', 'batch'), '42501: batch cannot be restored must be owner of table public.t. Call the function as a role with the rights of its owner.', 'a role with privileges on the table may not restore');
select is(pg_temp.failure(format('select dbaudit_undo(%s)', :updated)), '42501: the changes cannot be undone must be owner of table public.t. Call the function as a role with the rights of its owner.', '... nor undo');
select is(dbarchive_hold('t', 3, 'case') ->> 'row_key', '3', '... it may hold what it may read');
select is(pg_temp.failure($$select dbarchive_release('t', 3)$$), '42501: must be owner of table public.t  ', '... but not end the hold');
set role others_stranger;
select is(pg_temp.failure($$select dbarchive_restore('t', 1)$$), '42501: permission denied for function dbarchive_restore  ', 'a stranger may nothing');
reset role;
select * from finish();
\connect postgres
drop database ar_others;
drop role others_owner, others_member, others_third, others_writer, others_stranger;
