-- columns: is_changed
-- Whether entries of table $1 of audited_table, which is $3 of schema $2 now, may have keys of
-- other types: equal ones can be written in another way.
with shape as (
	select (select pg_catalog.string_agg(case when c.value ->> 'type' in ('smallint', 'integer', 'bigint') then 'int' when c.value ->> 'type' ~ '^(text|character varying)' then 'text' else c.value ->> 'type' end, ',' order by cast(c.value ->> 'key' as int4))
		from pg_catalog.jsonb_array_elements(cast(s.columns as pg_catalog.jsonb)) as c (value)
		where c.value ->> 'key' is not null) as kinds
	from dbcare.audit_shape as s
	where s.table_id = $1
), present as (
	select pg_catalog.string_agg(case when a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype) then 'int' when a.atttypid in ('text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype) then 'text' else pg_catalog.format_type(a.atttypid, a.atttypmod) end, ',' order by k.place) as kinds
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (attnum, place)
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.attnum
	where n.nspname = $2 and c.relname = $3 and k.place <= i.indnkeyatts
)
select exists (select from shape as s cross join present as p where s.kinds is distinct from p.kinds and p.kinds is not null) as is_changed
