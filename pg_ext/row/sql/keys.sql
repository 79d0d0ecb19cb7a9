-- columns: condition
-- The condition that finds the rows of table $2 of schema $1 with the keys $3, a JSON array, each as in dbcare.audit_entry;
-- null if one of them is another
-- key than that of the table, or if values are arrays.
with tab as (
	select c.oid as relid, c.relname, i.indrelid, i.indkey, i.indclass, i.indnkeyatts
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	where n.nspname = $1 and c.relname = $2
), key as (
	select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) as type, k.place, t.typcategory = 'A' as is_array,
		pg_catalog.format('%I.%I operator(%I.%s)', tab.relname, a.attname, opn.nspname, op.oprname) as equal
	from tab
	cross join lateral rows from (pg_catalog.unnest(tab.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(tab.indclass::pg_catalog.oid[])) with ordinality as k (attnum, class, place)
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum = k.attnum
	join pg_catalog.pg_type as t on t.oid = a.atttypid
	join pg_catalog.pg_opclass as oc on oc.oid = k.class
	join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	join pg_catalog.pg_operator as op on op.oid = am.amopopr
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	where k.place <= tab.indnkeyatts
	union all
	select 'ctid', 'pg_catalog.tid', 1, false, pg_catalog.format('%I.ctid operator(pg_catalog.=)', tab.relname)
	from tab
	where tab.indrelid is null
), cell as (
	select g.number, key.*, case when pg_catalog.jsonb_typeof(g.value) = 'object'
			then g.value ->> key.attname
			when (select pg_catalog.count(*) from key) = 1 and pg_catalog.jsonb_typeof(g.value) <> 'array' then g.value #>> '{}' end as text
	from pg_catalog.jsonb_array_elements(cast($3 as pg_catalog.jsonb)) with ordinality as g (value, number)
	cross join key
), col as (
	select c.place, pg_catalog.min(c.equal) as equal, pg_catalog.bool_or(c.is_array or c.text is null) as is_other,
		pg_catalog.format('cast(%L as %s[])', pg_catalog.array_agg(c.text order by c.number), pg_catalog.min(c.type)) as list
	from cell as c
	group by c.place
)
select case when pg_catalog.bool_or(c.is_other) then null
	when pg_catalog.count(*) = 1 then pg_catalog.format('%s any (%s)', pg_catalog.min(c.equal), pg_catalog.min(c.list))
	-- a semijoin
	else pg_catalog.format('exists (select from rows from (%s) as "dbcare key" (%s) where %s)',
		pg_catalog.string_agg(pg_catalog.format('pg_catalog.unnest(%s)', c.list), ', ' order by c.place),
		pg_catalog.string_agg(pg_catalog.format('k%s', c.place), ', ' order by c.place),
		pg_catalog.string_agg(pg_catalog.format('%s "dbcare key".k%s', c.equal, c.place), ' and ' order by c.place)) end as condition
from col as c
