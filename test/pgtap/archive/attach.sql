-- Tables that are attached as partitions, and detached: whichever of both keeps deleted
-- rows or logs changes, a change is captured once, and what is said of the tables holds.
set client_min_messages = warning;
drop database if exists ar_attach;
create database ar_attach;
\connect ar_attach
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select dbcare_install() is not null;
select no_plan();

-- the rows that were kept and those that were logged as deleted, and by which table
create function pg_temp.captured(row_number int) returns text language sql as $$
	select format('kept %s logged %s',
		(select string_agg(b.action, ' ') from dbcare.trash as b where b.action <> 'detach' and b.row_key::jsonb = to_jsonb(row_number)),
		(select string_agg(l.table_name, ' ') from dbaudit_log('{"action": "delete"}') as l where l.row_key::jsonb = to_jsonb(row_number))) $$;

-- what health checks find, and what keeps or logs the rows
create function pg_temp.found() returns text language sql as $$
	select string_agg(concat_ws(' ', check_id, object), ', ' order by check_id, object)
	from dbhealth_checks('{"checks": ["archive_triggers", "audit_triggers"]}') where severity <> 'ok' $$;

create table flagged (id int primary key, top int);
select dbarchive_enable('flagged', '{"mode": "flag"}') is not null;
create table how (id int primary key, parent text, child text, parent_logged bool, child_logged bool, link text);
insert into how
select row_number() over (), p, c, pl, cl, l
from (values (null), ('trash'), ('flag')) as a (p), (values (null), ('trash'), ('flag')) as b (c),
	(values (false), (true)) as d (pl), (values (false), (true)) as e (cl), (values (null), ('set null'), ('cascade')) as f (l);

create function pg_temp.try(h how) returns setof text language plpgsql as $$
declare
	base int := h.id * 1000;
	name text := format('parent %s%s, partition %s%s%s', coalesce(h.parent, 'none'), case when h.parent_logged then ' logged' end,
		coalesce(h.child, 'none'), case when h.child_logged then ' logged' end, ', on delete ' || h.link);
	kept text := case when 'trash' in (h.parent, h.child) or h.link = 'cascade' then 'delete' end;
	action_of_link text := case h.link when 'cascade' then 'delete' else 'detach' end;
	kept_above bool := h.parent = 'trash' or h.link = 'cascade';
	logged text := case when h.parent_logged then 'public.pt' when h.child_logged then 'public.p1' end;
begin
	drop table if exists pt, p1, top cascade;
	create table top (id int primary key);
	if 'flag' in (h.parent, h.child) then
		create table pt (like flagged including all) partition by range (id);
	else
		create table pt (id int primary key, top int) partition by range (id);
	end if;
	create table p0 partition of pt for values from (0) to (100);
	create table p1 (like pt including all);
	if h.link is not null then
		execute format('alter table pt add constraint link foreign key (top) references top on delete %1$s;
			alter table p1 add constraint link foreign key (top) references top on delete %1$s', h.link);
		perform dbarchive_enable('top', '{"mode": "trash"}');
	end if;
	if h.parent is not null then perform dbarchive_enable('pt', jsonb_build_object('mode', h.parent)); end if;
	if h.child is not null then perform dbarchive_enable('p1', jsonb_build_object('mode', h.child)); end if;
	if h.parent_logged then perform dbaudit_enable('pt'); end if;
	if h.child_logged then perform dbaudit_enable('p1'); end if;
	insert into top values (1), (2);
	insert into p1 values (base + 1, 1), (base + 2, 2), (base + 3, null);
	begin
		execute format('alter table pt attach partition p1 for values from (%s) to (%s)', base, base + 100);
	exception when others then
		return next fail(name || ': ' || sqlerrm);
		return;
	end;
	-- TRUNCATE fires no trigger of the table
	return next is(coalesce(pg_temp.found(), ''), concat_ws(', ',
		case when kept_above and h.child is distinct from 'trash' and h.link is distinct from 'cascade' then 'archive_triggers public.p1' end,
		case when h.parent_logged and not h.child_logged then 'audit_triggers public.pt' end), name || ': the health report when it was attached');
	if h.link is not null then
		delete from top where id = 1;
		return next is((select count(*) from dbcare.trash where action = action_of_link and row_key = (base + 1)::text), 1::bigint, name || ': what a foreign key does is kept once');
	end if;
	delete from pt where id = base + 1;
	return next is(pg_temp.captured(base + 1), format('kept %s logged %s', kept, logged), name || ': a row of the table');
	delete from p1 where id = base + 3;
	return next is(pg_temp.captured(base + 3), format('kept %s logged %s', kept, logged), name || ': a row of the partition');
	alter table pt detach partition p1;
	return next is(pg_temp.found(), null, name || ': the health report when it was detached');
	if h.link is not null then
		delete from top where id = 2;
		return next is((select count(*) from dbcare.trash where action = action_of_link and row_key = (base + 2)::text), 1::bigint, name || ': ... and of the detached table');
	end if;
	delete from p1 where id = base + 2;
	return next is(pg_temp.captured(base + 2), format('kept %s logged %s', case when h.child = 'trash' or h.link = 'cascade' then 'delete' end, case when h.child_logged then 'public.p1' end),
		name || ': a row of the detached table');
	perform dbarchive_disable(t) from (values ('pt', h.parent), ('p1', h.child), ('top', case when h.link is not null then 'trash' end)) as d (t, mode) where mode is not null;
	perform dbaudit_disable('pt') where h.parent_logged;
	perform dbaudit_disable('p1') where h.child_logged;
	delete from dbcare.trash;
end $$;
select pg_temp.try(how) from how order by id;

-- ---- TRUNCATE ----

create table tt (id int primary key) partition by range (id);
create table t1 partition of tt for values from (0) to (10);
create table t2 partition of tt for values from (10) to (20);
select dbarchive_enable('tt', '{"mode": "trash"}') is not null;
select throws_ok('truncate t1', '55000', 'table t1 cannot be truncated', 'a partition whose rows are kept with its table cannot be truncated');
alter table tt detach partition t1;
select lives_ok('truncate t1', '... but once it was detached');
select is(pg_temp.found(), 'archive_triggers public.t1', '... when the health report names the trigger that is left');
select dbarchive_disable('tt') is not null;
select is((select count(*) from pg_trigger where tgrelid in ('t1'::regclass, 't2'::regclass)), 0::bigint, '... until triggers are made anew');

-- what one session does that has not loaded the library, and one that has
create table tl (id int primary key) partition by range (id);
select dbarchive_enable('tt', '{"mode": "trash"}') is not null, dbaudit_enable('tl') is not null;
create table t3 partition of tt for values from (20) to (30) partition by range (id);
create table t4 partition of t3 for values from (20) to (30);
create table t5 (id int primary key);
alter table tt attach partition t5 for values from (30) to (40);
create table l1 partition of tl for values from (0) to (10);
create function pg_temp.truncates(names text) returns text language plpgsql as $$
declare
	why text;
	remedy text;
begin
	execute 'truncate ' || names;
	return 'done';
exception when others then
	get stacked diagnostics why = pg_exception_detail, remedy = pg_exception_hint;
	return sqlerrm || ': ' || why || coalesce(substring(remedy from ' dbarchive_enable\(\) for .*| or call dbaudit_enable\(\) for .*'), '');
end $$;
select is((select string_agg(table_name || ': ' || problem, ', ' order by table_name) from dbarchive_status() where problem is not null),
	'public.t3: its triggers are missing, disabled or out of date, public.t4: its triggers are missing, disabled or out of date, public.t5: its triggers are missing, disabled or out of date',
	'dbarchive_status() names partitions without a trigger for TRUNCATE');
select is(pg_temp.truncates(t), format('table %s cannot be truncated: Its deleted rows are kept, but it became a partition after dbarchive_enable() and has no trigger for TRUNCATE yet. dbarchive_enable() for the partitioned table creates the trigger, which refuses TRUNCATE.', n),
	'TRUNCATE of a partition without a trigger for it is refused: ' || t)
from (values ('t4', 't4'), ('t5', 't5'), ('t3', 't3'), ('t1, t5', 't5')) as a (t, n);
select is(pg_temp.truncates('l1'), 'table l1 cannot be truncated: Its changes are logged, but it became a partition after dbaudit_enable() and has no trigger for TRUNCATE yet. or call dbaudit_enable() for the partitioned table again, which creates the trigger that logs TRUNCATE.',
	'... of a table that is logged');
set session_replication_role = replica;
select is(pg_temp.truncates('t4, l1'), 'done', '... but not where no trigger would fire');
reset session_replication_role;
select dbarchive_enable('tt', '{"mode": "trash"}') is not null, dbaudit_enable('tl') is not null;
insert into l1 values (1);
select is(pg_temp.truncates('l1'), 'done', '... and logged when the table was enabled again');
select is((select string_agg(action, ' ' order by id) from dbaudit_log('{"table": "tl"}') where action <> 'protection'), 'insert delete truncate', '... with its rows');
-- a trigger of the table that it was a partition of captures nothing
create table tu (id int primary key) partition by range (id);
select dbarchive_enable('tu', '{"mode": "trash"}') is not null;
alter table tt detach partition t5;
alter table tu attach partition t5 for values from (0) to (100);
select alike(pg_temp.truncates('t5'), '%became a partition after%', 'TRUNCATE of a partition that has the trigger of another table');
alter table tl detach partition l1;
select is(pg_temp.found(), 'archive_triggers public.t5, audit_triggers public.tl', 'the health report names the trigger of the log that has stayed on a detached partition');
select dbaudit_enable('tl') is not null, dbarchive_enable('tu', '{"mode": "trash"}') is not null;
select is(pg_temp.found(), null, '... which dbaudit_enable() drops');
create table l2 partition of tl for values from (0) to (10);
create table l3 partition of tl for values from (10) to (20);
create role ar_owner;
create role ar_other;
grant all on schema public to ar_owner, ar_other;
select dbaudit_enable('tl') is not null;
alter table tl detach partition l2;
alter table tl detach partition l3;
alter table tl owner to ar_owner;
alter table l2 owner to ar_owner;
alter table l3 owner to ar_other;
select dbcare_grant('ar_owner', 'admin') is not null;
set role ar_owner;
select dbaudit_disable('tl') is not null;
reset role;
select is((select string_agg(tgrelid::regclass::text, ', ' order by 1) from pg_trigger where tgrelid in ('l2'::regclass, 'l3'::regclass)),
	'l3', '... as dbaudit_disable() does, but not that of a table of another role');
drop owned by ar_owner, ar_other;
drop role ar_owner, ar_other;
select dbarchive_disable('tt') is not null, dbarchive_disable('tu') is not null;

-- ---- the log of a table while it is a partition ----

create function pg_temp.fails(statement text) returns text language plpgsql as $$
begin
	execute statement;
	return 'no error';
exception when others then
	return sqlerrm;
end $$;
create function pg_temp.logged(relation text) returns text language sql as $$
	select string_agg(concat_ws(' ', table_name, action, row_key), ', ' order by id) from dbaudit_log(jsonb_build_object('table', relation)) where action <> 'protection' $$;
create function pg_temp.past(at text) returns text language sql as $$
	select string_agg(row_data ->> 'v', ' ' order by row_data ->> 'id') from dbaudit_table_as_of('a1', at) $$;
create table at (id int primary key, v text) partition by range (id);
create table am (id int primary key, v text) partition by range (id);
create table a1 (id int primary key, v text);
select dbaudit_enable('at') is not null, dbaudit_enable('am') is not null, dbaudit_enable('a1') is not null;
insert into a1 values (1, 'alone'), (2, 'alone'), (3, 'alone');
select clock_timestamp()::text as alone \gset
alter table am attach partition a1 for values from (0) to (10);
select is(pg_temp.past(:'alone'), 'alone alone alone', 'rows of the past of a table that was attached, before the next change');
alter table at attach partition am for values from (0) to (10);
update am set v = 'attached' where id = 1;
select is(pg_temp.logged('at'), 'public.at update 1', 'a change of a partition of a partition is logged with the topmost table');
select is(pg_temp.logged('am'), null, '... and with no other');
select is((select string_agg(concat_ws(' ', table_name, problem), ', ' order by table_name) from dbaudit_tables() where table_name like '%.a%'),
	'public.a1 it is a partition of public.am: its changes are logged with that table, public.am it is a partition of public.at: its changes are logged with that table, public.at',
	'... which the list of logged tables says');
select is(pg_temp.fails($$select * from dbaudit_table_as_of('a1', '2030-01-01Z')$$),
	'changes of table public.a1 are logged with the table that it is a partition of', '... and who asks for rows of the past of the partition');
truncate a1;
select is(pg_temp.logged('at'), 'public.at update 1, public.at delete 2, public.at delete 3, public.at delete 1, public.at truncate', 'TRUNCATE of the partition is logged once');
insert into a1 values (1, 'attached');
select clock_timestamp()::text as attached \gset
alter table at detach partition am;
alter table am detach partition a1;
update a1 set v = 'detached';
select clock_timestamp()::text as detached \gset
delete from a1;
select is(pg_temp.logged('a1'), 'public.a1 insert 1, public.a1 insert 2, public.a1 insert 3, public.a1 update 1, public.a1 delete 1', 'changes of the detached table are logged with it');
select is(pg_temp.past(:'detached'), 'detached', '... and tell its rows of the past');
select matches(pg_temp.fails(format('select * from dbaudit_table_as_of(''a1'', %L)', :'attached')), '^the log of table public.a1 begins at ', '... but none from before that');
alter table am attach partition a1 for values from (0) to (10);
select dbaudit_disable('am') is not null;
insert into a1 values (7, 'x');
select matches(pg_temp.logged('a1'), 'public.a1 insert 7$', 'a partition is still logged when its table is no longer');
select is(pg_temp.fails($$select dbaudit_disable('a1')$$), 'no error', '... until that ends, too');
select is((select count(*) from pg_trigger where tgrelid = 'a1'::regclass and tgname like 'dbcare%'), 0::bigint, '... and no trigger is left');

-- ---- triggers with the number of another database ----

create table copied (id int primary key);
create trigger dbcare_audit after insert or update or delete on copied for each row execute function dbaudit_capture('99');
create table copies (id int primary key) partition by range (id);
create table copies_1 partition of copies for values from (0) to (10);
create trigger dbcare_audit_99 after insert or update or delete on copies for each row execute function dbaudit_capture('99');
create trigger dbcare_audit_truncate before truncate on copies_1 for each statement execute function dbaudit_capture('99');
select lives_ok($$select dbaudit_enable('copied'), dbaudit_enable('copies')$$, 'a table is logged that has a trigger of another number');
insert into copied values (1);
insert into copies values (1);
truncate copies_1;
select is(pg_temp.logged('copied') || '; ' || pg_temp.logged('copies'), 'public.copied insert 1; public.copies insert 1, public.copies delete 1, public.copies truncate',
	'... by one of its own');
alter table copies detach partition copies_1;
select lives_ok('truncate copies_1', 'a partition that was logged with its table can be truncated once it was detached');
select * from finish();
\connect postgres
drop database ar_attach;
