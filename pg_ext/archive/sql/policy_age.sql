-- columns: condition, shown, bytes, lock
-- The condition that a row of table $2 of schema $1 is $4 days old by its column
-- $3; null if that is not a date or time.  One without time zone is in UTC.
-- And expressions for the column as text, and the bytes of a row;
-- and the statement that locks the table against new foreign keys.
select case when a.atttypid in ('date'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype, 'timestamptz'::pg_catalog.regtype)
	then pg_catalog.format('%I.%I operator(pg_catalog.<=) cast(%L as %s)', c.relname, a.attname,
		case when a.atttypid = 'timestamptz'::pg_catalog.regtype then b.at::text else (b.at at time zone 'UTC')::text end,
		pg_catalog.format_type(a.atttypid, null)) end as condition,
	pg_catalog.format('%I.%I::pg_catalog.text', c.relname, a.attname) as shown,
	pg_catalog.format('pg_catalog.pg_column_size(%I.*)', c.relname) as bytes,
	pg_catalog.format('lock table %I.%I in row exclusive mode', n.nspname, c.relname) as lock
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join (select pg_catalog.clock_timestamp() - pg_catalog.make_interval(days => cast($4 as int4)) as at) as b
where n.nspname = $1 and c.relname = $2 and a.attname = $3
order by 1
