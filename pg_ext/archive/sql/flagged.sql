-- columns: query
-- The query for the deleted rows of table $2 of schema $1: key and row as JSON,
-- for which only output functions run, when and by whom they were deleted, and
-- the batch.
with col as (
	select c.relname, a.attnum, i.indrelid is not null as is_key, pg_catalog.format(
		case when a.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype,
			'int8'::pg_catalog.regtype, 'text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype)
		then 't.%1$I'
		else 'case when t.%1$I is distinct from null then pg_catalog.format(''%%s'', t.%1$I) end' end, a.attname) as value,
		pg_catalog.quote_ident(a.attname) as quoted
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)
	where n.nspname = $1 and c.relname = $2
), image as (
	select pg_catalog.count(*) filter (where is_key) as keys,
		pg_catalog.min(value) filter (where is_key) as key,
		pg_catalog.string_agg(value || ' as ' || quoted, ', ' order by attnum) filter (where is_key) as key_list,
		pg_catalog.string_agg(value || ' as ' || quoted, ', ' order by attnum) as list
	from col
)
select pg_catalog.format('select %1$s, '
	'pg_catalog.to_char(cast(t.deleted_at as timestamptz) at time zone ''UTC'', %2$L), '
	't.deleted_by::pg_catalog.text, t.deletion_id, '
	'pg_catalog.to_char((cast(t.deleted_at as timestamptz) + pg_catalog.make_interval(days => %3$s)) at time zone ''UTC'', %2$L), '
	'(select pg_catalog.row_to_json(r.*) from (select %4$s) as r)::pg_catalog.text '
	'from %5$I.%6$I as t where t.deleted_at is not null order by t.deleted_at desc',
	case when keys = 1 then pg_catalog.format('pg_catalog.to_jsonb(%s)::pg_catalog.text', key)
		else pg_catalog.format('(select pg_catalog.to_jsonb(r.*) from (select %s) as r)::pg_catalog.text', key_list) end,
	'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"', cast($3 as pg_catalog.text), list, $1, $2) as query
from image
order by 1
