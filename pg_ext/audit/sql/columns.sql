-- columns: number, name, type, key, version, labels, is_logged, added, is_stored
-- The columns of table $2 of schema $1 that can be logged; key: place in the primary key;
-- version: what changes when ALTER TABLE changes the values, see row/shape.c; labels: of an
-- enum, as JSON; whether table $3 of audited_table logs it; added: the value, as JSON, that
-- rows have which were there before the column was, null if there cannot be one; whether
-- the catalog has this value, which ends when the table is rewritten.
with option as materialized (
	select o.word, o.now from {option_columns} as o where o.table_id = cast($3 as bigint)
)
select cast(a.attnum as bigint) as number, a.attname::text as name,
	pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
	cast(pg_catalog.array_position(i.indkey::pg_catalog.int2[], a.attnum) + 1
		- pg_catalog.array_lower(i.indkey::pg_catalog.int2[], 1) as bigint) as key,
	pg_catalog.format('%s.%s.%s', case c.relkind when 'p' then (select pg_catalog.sum(l.relfilenode::pg_catalog.int8)
		from pg_catalog.pg_partition_tree(c.oid) as p join pg_catalog.pg_class as l on l.oid = p.relid) else c.relfilenode::pg_catalog.int8 end, a.xmin, coalesce((select d.oid from pg_catalog.pg_attrdef as d
		where d.adrelid = c.oid and d.adnum = a.attnum), 0)) as version,
	(select pg_catalog.jsonb_object_agg(e.oid::text, e.enumlabel)::text
		from pg_catalog.pg_enum as e
		where e.enumtypid in (select case when b.typelem <> 0 then b.typelem else b.oid end
			from pg_catalog.pg_type as t
			join pg_catalog.pg_type as b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
			where t.oid = a.atttypid)) as labels,
	not exists (select from option as o where o.word = 'exclude' and o.now = a.attname::text)
		and (i.indkey is not null and a.attnum = any (i.indkey::pg_catalog.int2[])
			or not exists (select from dbcare.audited_table as t
				where t.table_id = cast($3 as bigint) and pg_catalog.jsonb_exists(cast(t.options as pg_catalog.jsonb), 'include'))
			or exists (select from option as o where o.word = 'include' and o.now = a.attname::text)) as is_logged,
	case when m.value is not null and a.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
		then case m.value when 't' then 'true' when 'f' then 'false' else m.value end
		when m.value is not null then pg_catalog.to_json(m.value)::text
		when not a.attnotnull and (c.relkind <> 'p' or not a.atthasdef) then 'null' end as added,
	m.value is not null as is_stored
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
cross join lateral (
	-- the catalog has it of the partitions, not of their table: one value, or it is not known
	select case when pg_catalog.count(distinct v.value) = 1 then pg_catalog.min(v.value) end as value
	from (select (a.attmissingval::text::text[])[1] as value
		where a.atthasmissing
		union all
		select (l.attmissingval::text::text[])[1]
		from pg_catalog.pg_partition_tree(case c.relkind when 'p' then c.oid end) as t
		join pg_catalog.pg_attribute as l on l.attrelid = t.relid and l.attname = a.attname and l.atthasmissing) as v) as m
left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
where n.nspname = $1 and c.relname = $2
order by a.attnum
