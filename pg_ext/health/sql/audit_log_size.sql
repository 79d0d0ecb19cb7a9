-- columns: {finding}
-- The tables of the log, with their indexes, and the logged tables.
select cast(null as text) as severity,
	cast(null as text) as object,
	cast(round(cast(s.log / greatest(s.data, 1.0) as numeric), 1) as double precision) as value,
	s.log || ' bytes for ' || s.data || ' bytes' as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from (select (select pg_catalog.sum(pg_catalog.pg_total_relation_size(l.oid))
			from pg_catalog.unnest(array['dbcare.audit_entry', 'dbcare.audit_seal']::pg_catalog.regclass[]) as l (oid)) as log,
		(select coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(p.relid)), 0)
			from dbcare.audited_table as a
			join pg_catalog.pg_class as c
				join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
				on pg_catalog.format('%I.%I', n.nspname, c.relname) = a.table_name
			cross join lateral (select c.oid as relid
				union
				select t.relid from pg_catalog.pg_partition_tree(c.oid) as t) as p) as data) as s
where s.log > 10485760 and s.log >= s.data * cast($1 as double precision)
