-- columns: query, ordering, columns, unknown
-- The query for the rows of table $2 of schema $1, shown as $3, up to a further
-- condition, and its order: the row as JSON, or with $5 a text for each column.
-- $4 are the columns, as JSON, or null; with $6 deleted rows, which with $7 are
-- marked and otherwise in the trash, where condition $8 finds them.  The columns, and one that
-- does not exist.
-- Only output functions run; see row/shape.
with tab as (
	select c.oid as relid, c.relname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), wanted as (
	select w.name, w.place
	from pg_catalog.jsonb_array_elements_text(cast(coalesce($4, '[]') as pg_catalog.jsonb)) with ordinality as w (name, place)
), col as (
	select a.attname, coalesce(w.place, a.attnum) as place, pg_catalog.quote_ident(a.attname) as quoted,
		case when $6 and not $7 then pg_catalog.format(case when $5 then 't.row_data::pg_catalog.json ->> %L' else 't.row_data::pg_catalog.jsonb -> %L' end, a.attname)
			else pg_catalog.format(case when a.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype,
				'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype)
			then case when $5 then '%1$I.%2$I::pg_catalog.text' else '%1$I.%2$I' end
			else 'case when %1$I.%2$I is distinct from null then pg_catalog.format(''%%s'', %1$I.%2$I) end' end,
			tab.relname, a.attname) end as value
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum > 0 and not a.attisdropped
	left join wanted as w on w.name = a.attname
	where $4 is null or w.name is not null
), list as (
	select case when $5 then pg_catalog.string_agg(value, ', ' order by place)
		when $6 and not $7 and $4 is null then 't.row_data::pg_catalog.jsonb::pg_catalog.text'
		else pg_catalog.format('(select pg_catalog.to_jsonb("dbcare values".*) from (select %s) as "dbcare values")::pg_catalog.text',
			pg_catalog.string_agg(value || ' as ' || quoted, ', ' order by place)) end as text,
		pg_catalog.json_agg(attname order by place)::text as names
	from col
)
select 'select ' || list.text || case when $6 and not $7 then ' from dbcare.trash as t where ' || $8
		else pg_catalog.format(' from %I.%I where ', $1, $2)
			|| case when not $7 then 'true' when $6 then 'deleted_at is not null' else 'deleted_at is null' end end as query,
	coalesce(case when $6 and not $7 then ' order by t.trash_id'
		else (select ' order by ' || pg_catalog.string_agg(pg_catalog.format('%I.%I', $2, a.attname), ', ' order by k.place)
			from tab
			join pg_catalog.pg_index as i on i.indrelid = tab.relid and i.indisprimary
			cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (number, place)
			join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
			where k.place <= i.indnkeyatts) end, '') as ordering,
	coalesce(list.names, '[]') as columns,
	(select w.name from wanted as w where not exists (select from col where col.attname = w.name) order by w.place limit 1) as unknown
from list
