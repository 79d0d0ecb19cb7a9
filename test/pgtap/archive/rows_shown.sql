-- No function shows, marks or holds a row that row security of its table hides from
-- the caller, live or deleted, in the trash, marked, logged or in quarantine; also
-- after the table was dropped and somebody else made one with its name.  The calls
-- are those of the catalog: a new function is tried, too.
set client_min_messages = warning;
drop database if exists ar_shown;
create database ar_shown;
drop role if exists ar_low, ar_other, ar_owner;
\connect ar_shown
create extension pgtap;
create extension dbcare;
select plan(12);
create role ar_low;
create role ar_other;
create role ar_owner;
create schema shop;
grant usage on schema shop to ar_low;
grant usage, create on schema shop to ar_other, ar_owner;
set role ar_owner;
create table shop.trashed (id int primary key, who name, value text);
create table shop.flagged (id int primary key, who name, value text, deleted_at timestamptz);
create table shop.parent (id int primary key);
create table shop.orphan (id int primary key, who name, value text, parent int);
create table shop.checked (id int primary key, who name, value text, path text);
do $$
declare
	name text;
begin
	foreach name in array '{trashed,flagged,orphan,checked}'::text[] loop
		execute format('alter table shop.%I enable row level security', name);
		execute format('create policy own on shop.%I using (who = current_user)', name);
		execute format('grant select, insert, update, delete on shop.%I to ar_low', name);
		execute format('insert into shop.%I select i, case when i > 8 then ''ar_low'' else ''other'' end, ''marker'' || i from generate_series(1, 9) as i', name);
	end loop;
end $$;
update shop.orphan set parent = id;
reset role;
select dbarchive_enable('shop.trashed', '{"mode": "trash"}') is not null, dbarchive_enable('shop.flagged', '{"mode": "flag"}') is not null,
	dbarchive_enable('shop.checked', '{"mode": "trash", "file_column": "path"}') is not null,
	dbaudit_enable(t) is not null from unnest('{shop.trashed,shop.flagged,shop.checked}'::text[]) as t;
update shop.trashed set value = value || ' x';
select dbarchive_delete(t, 1) is not null, dbarchive_delete(t, 2) is not null, dbarchive_hold(t, 1, 'marker') is not null,
	dbarchive_hold(t, 3, 'marker') is not null
from unnest('{shop.trashed,shop.flagged,shop.checked}'::text[]) as t;
alter table shop.orphan add foreign key (parent) references shop.parent not valid;
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false, "relation": "shop.orphan"}') is not null;
select dbaudit_seal() is not null;
select dbcare_grant('ar_low', a) is not null from unnest('{monitor,migrate,archive,audit,admin}'::text[]) as a;

-- Calls of all functions that read, and of those that act on a row that is hidden.
create table shop.calls as
select p.proname as name, format('%I(%s)', p.proname, string_agg(format('%I => %s', a.name, case a.name when 'relation' then '%1$L'
	when 'row_key' then '%2$s' when 'moment' then '''2100-01-01''' when 'reason' then '''x''' when 'filters' then '''{"id": {"gte": 0}}'''
	when 'row_data' then '''{"id": 1, "value": "new"}''' when 'columns' then '''["value"]''' when 'expression' then '''true'''
	when 'sql' then '''select 1''' when 'query' then '''select 1''' when 'until_at' then '''2100-01-01'''
	when 'options' then case when p.proname = 'dbarchive_export_rows' then '''{"deleted": true}''' else '''{}''' end
	when 'changes' then '''{"value": "new"}''' else '1' end), ', ' order by a.place)) as call
from pg_proc as p
join pg_depend as d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
join pg_extension as e on e.oid = d.refobjid and e.extname = 'dbcare'
cross join lateral unnest(p.proargnames) with ordinality as a (name, place)
where p.prokind = 'f' and a.place <= p.pronargs and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
	and not 'numeric'::regtype = any (p.proargtypes::oid[])
	and p.proname not in ('dbhealth_fleet', 'dbbackup_create', 'dbbackup_restore', 'dbbackup_verify', 'dbcare_uninstall', 'dbops_execute')
	and (a.place <= p.pronargs - p.pronargdefaults or a.name in ('relation', 'row_key') or a.name = 'options' and p.proname = 'dbarchive_export_rows')
group by p.oid, p.proname
union all
select p.proname, p.proname || '()'
from pg_proc as p
where p.proname ~ '^db(archive|audit|check|care|sync)_' and p.pronargs = p.pronargdefaults and p.prokind = 'f' and p.proname <> 'dbcare_uninstall';
grant select on shop.calls to ar_low;

-- The calls whose results have a row of somebody else.
create function pg_temp.shows() returns setof text language plpgsql as $$
declare
	c record;
	got text;
begin
	for c in select s.name, t.name as table_name, format(s.call, t.name, t.key) as call
		from shop.calls as s
		cross join (values ('shop.trashed', 1), ('shop.trashed', 4), ('shop.flagged', 1), ('shop.flagged', 4), ('shop.checked', 1), ('shop.orphan', 1), ('shop.orphan', 4)) as t (name, key)
	loop
		begin
			execute 'select string_agg(r::text, '' '') from ' || c.call || ' as r' into got;
			if got ~ 'marker[1-8]' or got ~ '"reason": "marker"' then
				return next c.call;
			end if;
			raise exception using errcode = 'P0099';
		exception
			when sqlstate 'P0099' then null;
			when others then
				if sqlerrm ~ 'marker[1-8]' then
					return next c.call || ': ' || sqlerrm;
				end if;
		end;
	end loop;
end $$;
select cmp_ok((select count(*)::int from shop.calls), '>', 80, 'there are calls to try');
-- the control: the owner sees them
select ok((select count(distinct split_part(s, '(', 1)) from pg_temp.shows() as s) > 8, 'the owner is shown them');
set role ar_low;
select is((select string_agg(s, E'\n') from pg_temp.shows() as s), null, 'no call shows a hidden row');
select is((select count(*)::int from dbarchive_deleted() where table_name like 'shop.%'), 0, 'lists of all tables have none');
select is((select sum(deleted_rows)::int from dbarchive_status() where table_name like 'shop.%'), 0, 'and no count has');

select is((select string_agg(format('%s: %s', t.name, t.rows), ', ') from (select 'trash' as name, count(*) as rows from dbcare.trash
	union all select 'hold', count(*) from dbcare.hold union all select 'quarantine', count(*) from dbcare.quarantine
	union all select 'left_file', count(*) from dbcare.left_file union all select 'audit_entry', count(*) from dbcare.audit_entry) as t
	where t.rows > 0), null, 'no table of dbcare does');

-- rows that others have are not marked, restored or held
create function pg_temp.act(statement text) returns text language plpgsql as $$
begin
	execute statement;
	return statement;
exception when others then
	return null;
end $$;
select is((select string_agg(pg_temp.act(s), E'\n') from unnest(array['select dbarchive_delete(''shop.flagged'', 4)',
	'select dbarchive_restore(''shop.flagged'', 2)', 'select dbarchive_hold(''shop.flagged'', 4, ''x'')', 'select dbarchive_hold(''shop.trashed'', 4, ''x'')',
	'select dbarchive_delete(''shop.trashed'', 4)', 'select dbarchive_restore(''shop.trashed'', 2)']) as s), null, 'no act on a hidden row');
reset role;
select is((select count(*)::int from shop.flagged where deleted_at is not null), 2, 'the rows are as they were');

-- ---- others take the names ----

drop table shop.trashed, shop.flagged, shop.orphan, shop.checked cascade;
set role ar_other;
create table shop.trashed (id int primary key, who name, value text);
create table shop.flagged (id int primary key, who name, value text, deleted_at timestamptz, deleted_by text, deletion_id bigint);
create table shop.orphan (id int primary key, who name, value text, parent int);
create table shop.checked (id int primary key, who name, value text, path text);
grant all on shop.trashed, shop.flagged, shop.orphan, shop.checked to ar_low;
reset role;
set role ar_low;
select is((select string_agg(s, E'\n') from pg_temp.shows() as s), null, 'no call shows a row of the dropped tables');
select is((select string_agg(format('%s: %s', t.name, t.rows), ', ') from (select 'trash' as name, count(*) as rows from dbcare.trash
	union all select 'hold', count(*) from dbcare.hold union all select 'quarantine', count(*) from dbcare.quarantine
	union all select 'left_file', count(*) from dbcare.left_file union all select 'audit_entry', count(*) from dbcare.audit_entry) as t
	where t.rows > 0), null, '... and no table of dbcare does');
reset role;
select dbcare_grant('ar_other', a) is not null from unnest('{archive,audit,admin}'::text[]) as a;
grant select on shop.calls to ar_other;
set role ar_other;
select is((select string_agg(s, E'\n') from pg_temp.shows() as s), null, 'nor to the owner of the new ones');
select is((select count(*)::int from dbarchive_deleted() where table_name like 'shop.%'), 0, '... who has no deleted rows');
reset role;
drop owned by ar_low, ar_other, ar_owner;
drop role ar_low, ar_other, ar_owner;
select * from finish();
