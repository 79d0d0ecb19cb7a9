-- columns: table_id, enabled, problem
-- The number of table $2 of schema $1, which is shown as $3: that of its
-- triggers, or of a table with this name that was logged; 0: none.
with existing as (
	select cast(substr(name, length('dbcare_audit_') + 1) as integer) as table_id
	from main.sqlite_schema
	where type = 'trigger' and tbl_name = $2 collate nocase and $1 = 'main'
		and name glob 'dbcare_audit_[0-9]*'
)
select coalesce((select max(table_id) from existing),
		-- one that has triggers was renamed
		(select max(a.table_id) from main.dbcare_audited_table as a where a.table_name = $3
			and not exists (select 1 from main.sqlite_schema as o where o.type = 'trigger' and o.name = printf('dbcare_audit_%d_update', a.table_id))), 0) as table_id,
	exists (select 1 from existing) as enabled,
	case when not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk > 0)
		then 'it has no primary key' end as problem
