-- columns: table_name, mode, options, enabled_at, enabled_by, disabled_at, problem
-- The tables that are or were logged, and why changes of one that is may not be.
with trigger as (
	select cast(substr(name, length('dbcare_audit_') + 1) as integer) as table_id, max(tbl_name) as tab, count(*) as count,
		-- without a WHEN, and with an entry; a rename of the table changes no more than its name
		sum(substr(sql, 1, instr(sql, char(10) || 'insert into dbcare_audit_entry (')) glob '* on "*" begin' || char(10)) as intact
	from main.sqlite_schema
	where type = 'trigger' and name glob 'dbcare_audit_[0-9]*' and name not glob '*_column_[0-9]*'
	group by 1
), option as materialized (
	select * from {option_columns} as c
), current as (
	select * from {audited_options} as c
), shape as (
	select s.table_id, s.columns
	from main.dbcare_audit_shape as s
	where s.shape_id = (select max(l.shape_id) from main.dbcare_audit_shape as l where l.table_id = s.table_id)
), logged as (
	select s.table_id, json_extract(c.value, '$.name') as name
	from shape as s
	join temp.json_each(s.columns) as c
), named as (
	select table_id, name, 1 as is_logged, 0 as is_there, 0 as is_excluded from logged
	union all
	select t.table_id, x.name, 0, 1, 0
	from trigger as t
	join temp.pragma_table_xinfo(t.tab, 'main') as x
	where x.hidden = 0
	union all
	select o.table_id, o.now, 0, 0, 1 from option as o where o.word = 'exclude' and o.now is not null
), changed as (
	-- columns that are not both logged and there, in one pass
	select table_id, max(is_logged) as is_lost
	from (select table_id, max(is_logged) as is_logged, max(is_there) as is_there, max(is_excluded) as is_excluded from named group by table_id, name)
	where is_logged <> is_there and (is_logged or not is_excluded)
	group by table_id
)
select a.table_name, a.mode, (select c.options from current as c where c.table_id = a.table_id) as options, a.enabled_at, a.enabled_by, a.disabled_at,
	case when a.disabled_at is not null then null
		when t.count is null and not exists (select 1 from main.sqlite_schema as s where s.type = 'table' and {shown:s.name} = a.table_name)
			then 'it was dropped'
		when coalesce(t.count, 0) < 3 then 'its triggers are missing'
		when t.intact < t.count then 'its triggers were replaced: they do not fire for each change'
		when c.is_lost or c.is_lost = 0 and json_type(a.options, '$.include') is null
			then 'its columns have changed'
		when exists (select 1 from option as o where o.table_id = a.table_id and o.now is null) then 'a column of its options was dropped'
		when (select {shown:t.tab}) <> a.table_name then 'it was renamed to ' || (select {shown:t.tab}) end as problem
from main.dbcare_audited_table as a
left join trigger as t on t.table_id = a.table_id
left join changed as c on c.table_id = a.table_id
order by a.table_name, a.table_id
