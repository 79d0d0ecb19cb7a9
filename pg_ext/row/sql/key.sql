-- columns: row_key, condition, problem, key_sql, key_values
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare.trash has it, and the condition that finds it; or what is wrong with
-- the key; and the expression for the key of any row; and the values of a key of several
-- columns as dbcare.trash has them.  Without a primary key a row is found by its ctid.
with given as (
	select cast($3 as pg_catalog.jsonb) as value
), tab as (
	select c.oid as relid, c.relname, i.indexrelid, coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) as root
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	where n.nspname = $1 and c.relname = $2
), key as (
	select a.attname, r.attnum as number, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
		a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype,
			'bool'::pg_catalog.regtype) as is_plain, k.place, pg_catalog.count(*) over () as columns,
		pg_catalog.format('%I.%I operator(%I.%s)', tab.relname, a.attname, opn.nspname, op.oprname) as equal
	from tab
	join pg_catalog.pg_index as i on i.indexrelid = tab.indexrelid
	cross join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[])) with ordinality as k (attnum, class, place)
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum = k.attnum
	join pg_catalog.pg_attribute as r on r.attrelid = tab.root and r.attname = a.attname
	join pg_catalog.pg_opclass as oc on oc.oid = k.class
	join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	join pg_catalog.pg_operator as op on op.oid = am.amopopr
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	where k.place <= i.indnkeyatts
	union all
	select 'ctid', null, 'pg_catalog.tid', false, 1, 1, pg_catalog.format('%I.ctid operator(pg_catalog.=)', tab.relname)
	from tab
	where tab.indexrelid is null
), cell as (
	select key.*, case when pg_catalog.jsonb_typeof(given.value) = 'object'
			then given.value ->> key.attname
			when key.columns = 1 and pg_catalog.jsonb_typeof(given.value) <> 'array' then given.value #>> '{}' end as text
	from key
	cross join given
), typed as (
	select cell.*, pg_catalog.format(case when cell.is_plain then '%I' else 'pg_catalog.format(''%%s'', %I)' end,
			cell.attname) as value,
		case when cell.is_plain and cell.text ~ '^(-?[0-9]+|true|false)$'
			then pg_catalog.to_json(cell.text)::text else pg_catalog.to_jsonb(cell.text)::text end as json
	from cell
)
select case when pg_catalog.bool_and(typed.columns = 1 and typed.attname <> 'ctid')
		then pg_catalog.min(case when typed.is_plain then pg_catalog.btrim(typed.json, '"') else typed.json end)
		else pg_catalog.jsonb_object_agg(typed.attname, case when typed.is_plain
			then pg_catalog.btrim(typed.json, '"')::pg_catalog.jsonb else typed.json::pg_catalog.jsonb end)::text end as row_key,
	pg_catalog.string_agg(pg_catalog.format('%s cast(%L as %s)', typed.equal, typed.text, typed.type), ' and '
		order by typed.place) as condition,
	case when pg_catalog.bool_or(typed.text is null)
		then pg_catalog.format('the key of the table is (%s)',
			pg_catalog.string_agg(pg_catalog.quote_ident(typed.attname), ', ' order by typed.place)) end as problem,
	case when pg_catalog.bool_and(typed.columns = 1 and typed.attname <> 'ctid')
		then pg_catalog.min(pg_catalog.format('pg_catalog.to_jsonb(%s)::pg_catalog.text', typed.value))
		else pg_catalog.format('pg_catalog.jsonb_build_object(%s)::pg_catalog.text',
			pg_catalog.string_agg(pg_catalog.format('%L, %s', typed.attname, typed.value), ', ')) end as key_sql,
	case when pg_catalog.bool_and(typed.columns > 1) then pg_catalog.jsonb_object_agg(coalesce(typed.number::text, ''),
		case when typed.is_plain then pg_catalog.btrim(typed.json, '"')::pg_catalog.jsonb else typed.json::pg_catalog.jsonb end)::text end as key_values
from typed
order by 1
