-- columns: statement, table_name, mode
-- The statements by which what dbcare keeps of a table follows its new name; and
-- the mode.  The trigger has the name as of the last dbarchive_enable().
-- A table follows the one whose old name is now its own.
with recursive renamed as (
	select pg_catalog.convert_from(pg_catalog.substring(t.tgargs, 1, greatest(pg_catalog.octet_length(t.tgargs) - 1, 0)), pg_catalog.getdatabaseencoding()) as was,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as now
	from pg_catalog.pg_extension as x
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = x.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid and p.proname = 'dbarchive_capture'
	join pg_catalog.pg_trigger as t on t.tgfoid = p.oid and t.tgname = 'dbcare_trash' and t.tgnargs = 1
		and coalesce(pg_catalog.to_jsonb(t) ->> 'tgparentid', '0') = '0'
	join pg_catalog.pg_class as c on c.oid = t.tgrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where x.extname = 'dbcare'
), follow (was, depth) as (
	select was, 0 from renamed
	union
	select r.was, f.depth + 1 from follow as f join renamed as r on r.now = f.was where f.depth < 100
)
select pg_catalog.format('update dbcare.%1$I as t set %2$I = %3$L where t.%2$I = %4$L' || k.unless, k.name, k.col, r.now, r.was) as statement,
	r.now as table_name, (select a.mode from dbcare.archived_table as a where a.table_name = r.was) as mode
from renamed as r
cross join (values ('archived_table', 'table_name', ' and not exists (select from dbcare.archived_table as o where o.table_name = %3$L)'),
	('policy', 'table_name', ' and not exists (select from dbcare.policy as o where o.table_name = %3$L and o.name = t.name)'),
	('hold', 'table_name', ''), ('left_file', 'table_name', ''), ('trash', 'table_name', ''), ('trash', 'root', '')) as k (name, col, unless)
where r.was <> r.now
order by (select max(f.depth) from follow as f where f.was = r.was), r.now, k.name, k.col
