-- columns: column_name, is_gone, value
-- How table $4 of schema $3 has changed since batch $1 deleted rows of it, named
-- $2 then: columns that no longer exist, and new ones with the value, as JSON,
-- that rows have which were there before; null if that is not stored.
with kept as (
	select distinct k.name
	from dbcare.trash as t
	cross join lateral pg_catalog.json_object_keys(t.row_data::pg_catalog.json) as k (name)
	where t.batch_id = $1 and t.table_name = $2 and t.action = 'delete'
), lacking as (
	-- a row may lack a column that others have
	select a.attname
	from pg_catalog.pg_attribute as a
	where a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', $3, $4)) and a.attnum > 0 and not a.attisdropped
		and exists (select from dbcare.trash as t
			where t.batch_id = $1 and t.table_name = $2 and t.action = 'delete'
				and not pg_catalog.jsonb_exists(t.row_data::pg_catalog.jsonb, a.attname::text))
), col as (
	select a.*
	from pg_catalog.pg_attribute as a
	where a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', $3, $4)) and a.attnum > 0 and not a.attisdropped
)
select k.name as column_name, true as is_gone, cast(null as text) as value
from kept as k
where not exists (select from col where col.attname = k.name)
union all
select col.attname, false, case when col.attgenerated <> '' then null
	when col.atthasmissing and col.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype,
		'int8'::pg_catalog.regtype)
	then case (col.attmissingval::text::text[])[1] when 't' then 'true' when 'f' then 'false'
		else (col.attmissingval::text::text[])[1] end
	when col.atthasmissing then pg_catalog.to_json((col.attmissingval::text::text[])[1])::text
	when col.attnotnull then null else 'null' end
from col
join lacking on lacking.attname = col.attname
order by 2, 1
