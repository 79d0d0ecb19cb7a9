-- columns: table_name, mode, options, enabled_at, enabled_by, disabled_at, problem
-- The tables that are or were logged, and why changes of one that is may not be.
with trigger as (
	select t.tgrelid as relid, t.tgname as name, t.tgenabled as state, t.tgtype as type,
		t.tgqual is not null or t.tgattr[0] is not null as is_limited,
		-- who owns a table can write any argument
		cast(pg_catalog.substring(pg_catalog.encode(t.tgargs, 'escape'), E'^([0-9]{1,18})\\\\000') as bigint) as table_id
	from pg_catalog.pg_trigger as t
	where t.tgfoid = any {own_function:dbaudit_capture} and not t.tgisinternal and t.tgparentid = 0
), disabled as materialized (
	select t.tgrelid as relid from pg_catalog.pg_trigger as t
	where t.tgfoid = any {own_function:dbaudit_capture} and t.tgenabled in ('D', 'R')
), root as (
	select t.table_id, t.relid, t.state, t.is_limited, b.now as shown
	from trigger as t
	join {bound_tables} as b on b.table_id = t.table_id and b.relid = t.relid
	where t.type = 29
), part as (
	select r.table_id, r.relid from root as r
	union
	select r.table_id, p.relid from root as r cross join lateral pg_catalog.pg_partition_tree(r.relid) as p
), marked as (
	select a.table_id, pg_catalog.split_part(m.mark, ':', 1) as relid, pg_catalog.split_part(m.mark, ':', 2) as oid,
		pg_catalog.split_part(m.mark, ':', 3) as xmin
	from dbcare.audited_table as a
	cross join lateral pg_catalog.regexp_split_to_table(a.triggers, ' ') with ordinality as m (mark, place)
	where m.place > 1 and pg_catalog.split_part(a.triggers, ' ', 1) = {place}
), above as materialized (
	-- the logged table of which one is a partition; without joins, which would be of all tables with all
	select pg_catalog.max(m.table_id) as table_id, pg_catalog.min(m.shown) as shown
	from (select r.table_id, r.relid, null as shown from root as r
		union all
		select null, p.relid, r.shown from root as r cross join lateral pg_catalog.pg_partition_tree(r.relid) as p
		where p.relid <> r.relid and r.state not in ('D', 'R')) as m
	group by m.relid
	having pg_catalog.max(m.table_id) is not null and pg_catalog.min(m.shown) is not null
), option as materialized (
	select * from {option_columns} as c
)
select a.table_name, a.mode, n.options, {iso:a.enabled_at} as enabled_at, a.enabled_by, {iso:a.disabled_at} as disabled_at,
	case when a.disabled_at is not null then null
		when not exists (select from {bound_tables} as b where b.table_id = a.table_id) then 'it was dropped'
		when r.relid is null then 'its triggers are missing'
		when r.state in ('D', 'R') then 'its triggers are disabled'
		when r.is_limited then 'its triggers were replaced: they do not fire for each change'
		when exists (select from disabled as d join part as p on p.relid = d.relid and p.table_id = a.table_id)
			then 'the triggers of a partition are disabled'
		when a.above is not null then pg_catalog.format('it is a partition of %s: its changes are logged with that table', a.above)
		when exists (select from marked as m
				left join pg_catalog.pg_trigger as t on t.oid = cast(m.oid as pg_catalog.oid)
				where m.table_id = a.table_id and case when t.oid is null then m.relid = cast(cast(r.relid as pg_catalog.int8) as text)
					else m.xmin <> cast(t.xmin as text) end)
			then 'its triggers were disabled, replaced or renamed after dbaudit_enable()'
		when not exists (select from pg_catalog.pg_index as i where i.indrelid = r.relid and i.indisprimary)
			then 'its primary key was dropped: rows are logged by the columns that it had'
		when exists (select from part as p where p.table_id = a.table_id and not exists (select from trigger as t
				where t.relid = p.relid and t.type = 34 and t.state not in ('D', 'R')))
			then 'TRUNCATE is not logged for all partitions'
		when exists (select from option as o where o.table_id = a.table_id and o.now is null) then 'a column of its options was dropped'
		when r.shown <> a.table_name then 'it was renamed to ' || r.shown
		else (select pg_catalog.min(pg_catalog.format('trigger %I of table %s has its number', t.name, t.relid::pg_catalog.regclass))
			from trigger as t
			where t.table_id = a.table_id and not exists (select from part as p where p.table_id = a.table_id and p.relid = t.relid)) end as problem
from (select t.*, (select v.shown from above as v where v.table_id = t.table_id) as above from dbcare.audited_table as t) as a
join {audited_options} as n on n.table_id = a.table_id
left join root as r on r.table_id = a.table_id
order by a.table_name, a.table_id
