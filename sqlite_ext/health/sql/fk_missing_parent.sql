-- columns: {finding}
-- A foreign key never refers to another database.
select 'critical' as severity, {shown:f.child} as object, null as value, {shown:f."table"} as detail, null as fix_sql, null as reason, null as probe
from temp.dbcare_foreign_keys($foreign_keys) as f
where f.seq = 0
	-- not "not in", which reads the whole list because of nulls
	and iif(f."table" collate nocase in (
		select name from main.sqlite_schema where type in ('table', 'view')),
		false, true)
order by f.child, f.id
