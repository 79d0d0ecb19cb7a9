-- columns: bytes
-- The size of relation $1 with its indexes and TOAST as VACUUM and ANALYZE last saw
-- it, without waiting for its locks; null if $1 is the name of no relation.
select cast(pg_catalog.sum(greatest(c.relpages, 0)) as bigint)
	* cast(pg_catalog.current_setting('block_size') as bigint) as bytes
from pg_catalog.pg_class as c
where c.oid in (
	select r.oid
	from (select pg_catalog.to_regclass($1) as oid
		where $1 ~ '^("([^"]|"")+"|[a-z_][a-z0-9_$]*)\.("([^"]|"")+"|[a-z_][a-z0-9_$]*)$') as o
	cross join lateral (
		select o.oid
		union all select t.reltoastrelid from pg_catalog.pg_class as t where t.oid = o.oid
		union all select i.indexrelid from pg_catalog.pg_index as i where i.indrelid = o.oid
	) as r (oid))
