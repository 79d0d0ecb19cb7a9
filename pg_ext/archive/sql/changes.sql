-- columns: change, old_name, new_name, value_before, value_now
-- What has become of the columns $1 of kept rows in table $3 of schema $2; $4: it is the
-- table that had the rows, else one of its name, which must have the same columns.  For
-- change see archive/stage.c; value_now of a column that was added is the value, as JSON,
-- that rows have which were there before.
with shape as (
	select s.columns::pg_catalog.jsonb as value
	from dbcare.row_shape as s
	where s.shape_id = $1
	limit 1
), old as (
	select w.*, case when $4 then w.n::text else w.name end as identity
	from shape
	cross join lateral pg_catalog.jsonb_to_recordset(shape.value -> 'columns') as w (n int4, name text, type text, collated oid,
		version text, fallback oid, generated boolean, labels jsonb)
), tab as (
	select c.oid as relid, c.relfilenode::text <> shape.value ->> 'file' as is_rewritten
	from shape
	cross join pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $2 and c.relname = $3
), col as (
	select a.*, case when $4 then a.attnum::text else a.attname::text end as identity, a.xmin::text as version, tab.is_rewritten, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum > 0 and not a.attisdropped
), pair as (
	select old.n, old.name as old_name, col.attname::text as new_name, old.type as old_type, col.type as new_type,
		old.collated, old.labels, col.attnum, col.attcollation, col.attnotnull, col.attgenerated <> '' as is_generated,
		coalesce(old.generated, false) as was_generated, col.atthasmissing, col.attmissingval, col.atttypid, col.is_rewritten,
		-- ALTER TYPE makes a new default
		old.version <> col.version and col.is_rewritten and (old.fallback is null or not exists (select from pg_catalog.pg_attrdef as d
			where d.oid = old.fallback and d.adrelid = col.attrelid and d.adnum = col.attnum)) as is_changed
	from old
	full join col on col.identity = old.identity
)
select case
		when p.attnum is null and p.old_name in (select o.attname from col as o) then 'replaced'
		when p.attnum is null then 'gone'
		when p.n is null and p.is_generated then 'computed'
		when p.n is null and not $4 then 'foreign'
		when p.n is null and not p.atthasmissing and (p.is_rewritten or p.attnotnull) then 'unknown'
		when p.n is null then 'added'
		when p.is_generated and (p.is_changed or not p.was_generated) then 'computed'
		when not $4 and (p.old_type <> p.new_type or p.collated <> p.attcollation) then 'type'
		when $4 and p.is_changed then 'changed'
		when $4 and exists (select from pg_catalog.jsonb_each_text(p.labels) as l
			where not exists (select from pg_catalog.pg_enum as e where e.oid = l.key::pg_catalog.oid and e.enumlabel = l.value)) then 'labels'
		when p.old_name <> p.new_name then 'renamed' end as change,
	p.old_name, p.new_name, p.old_type as value_before,
	case when p.n is not null then p.new_type
		when p.atthasmissing and p.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
		then case (p.attmissingval::text::text[])[1] when 't' then 'true' when 'f' then 'false' else (p.attmissingval::text::text[])[1] end
		when p.atthasmissing then pg_catalog.to_json((p.attmissingval::text::text[])[1])::text
		else 'null' end as value_now
from pair as p
order by coalesce(p.n, p.attnum + 2000), p.attnum
