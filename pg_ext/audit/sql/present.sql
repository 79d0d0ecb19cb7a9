-- columns: statement, is_denied, is_hidden
-- A query of the rows of table $2 of schema $1 as the log has them: integers,
-- booleans and text are unchanged, other values are text of their type.  Whether
-- the caller may not read all of these columns, and whether row security hides
-- rows from the caller: the query runs as the owner of the table.
select pg_catalog.format('select (select pg_catalog.row_to_json("dbcare values".*)::text from (select %s) as "dbcare values") as row_data from %s%I.%I',
	pg_catalog.string_agg(pg_catalog.format(case when a.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype,
			'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype)
		then '%1$I.%2$I as %2$I'
		else 'case when %1$I.%2$I is distinct from null then pg_catalog.format(''%%s'', %1$I.%2$I) end as %2$I' end,
		c.relname, a.attname), ', ' order by a.attnum),
		-- rows of inheriting tables are not logged, those of partitions are
		case when c.relkind = 'p' then '' else 'only ' end, n.nspname, c.relname) as statement,
	not (pg_catalog.has_schema_privilege(n.oid, 'usage')
		and (pg_catalog.has_table_privilege(c.oid, 'select')
			or pg_catalog.bool_and(pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')))) as is_denied,
	pg_catalog.row_security_active(c.oid) as is_hidden
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
where n.nspname = $1 and c.relname = $2
group by n.oid, n.nspname, c.oid, c.relname, c.relkind
