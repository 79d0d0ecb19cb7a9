-- columns: relid, key, row_value, ordering, columns, key_record, located, keyless, place
-- SQL to read table $2 of schema $1: its OID, the key of a row as the log and the trash spell it, the row
-- as JSON, the order of rows, the columns of that JSON, those of the key, the
-- condition that finds a row by its key (in "dbcare row") or, without a primary
-- key, by its ctid (in "dbcare saved"), whether it uses the ctid, and where the
-- rows are if not here.  In the
-- JSON of a row, integers, booleans and text are unchanged, other values are
-- text of their type: only output functions run, no user function.
with col as (
	select a.attnum, a.attname, pg_catalog.quote_ident(a.attname) as quoted,
		case when a.attnum is not null then pg_catalog.format(
			case when a.atttypid in ('bool'::pg_catalog.regtype, 'int2'::pg_catalog.regtype,
				'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'text'::pg_catalog.regtype,
				'varchar'::pg_catalog.regtype)
			then '%1$I.%2$I'
			else 'case when %1$I.%2$I is distinct from null then pg_catalog.format(''%%s'', %1$I.%2$I) end' end,
			c.relname, a.attname) end as value,
		t.oid as relid, c.relname, c.relkind
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_class as t on t.oid = c.oid
	left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	where n.nspname = $1 and c.relname = $2
), primary_key as (
	select k.place, col.quoted, col.value, col.relname, k.attnum,
		pg_catalog.format_type(case when ty.typtype = 'd' then ty.typbasetype else a.atttypid end, null) as type,
		pg_catalog.format('%I.%s operator(%I.%s) "dbcare row".%s', col.relname, col.quoted, opn.nspname, op.oprname,
			col.quoted) as equal
	from pg_catalog.pg_index as i
	cross join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[])) with ordinality as k (attnum, class, place)
	join col on col.relid = i.indrelid and col.attnum = k.attnum
	join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
	join pg_catalog.pg_type as ty on ty.oid = a.atttypid
	join pg_catalog.pg_opclass as oc on oc.oid = k.class
	join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	join pg_catalog.pg_operator as op on op.oid = am.amopopr
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	where i.indisprimary and k.place <= i.indnkeyatts
), key as (
	select pg_catalog.count(*) as columns,
		pg_catalog.string_agg(p.value || ' as ' || p.quoted, ', ' order by p.place) as list,
		pg_catalog.min(p.value) as value,
		pg_catalog.string_agg(pg_catalog.format('%I.%s', p.relname, p.quoted), ', ' order by p.place) as ordering,
		pg_catalog.string_agg(p.quoted || ' ' || p.type, ', ' order by p.place) as record,
		pg_catalog.string_agg(p.equal, ' and ' order by p.place) as equal
	from primary_key as p
)
select col.relid::pg_catalog.int8 as relid,
	case key.columns when 0 then pg_catalog.format('pg_catalog.jsonb_build_object(''ctid'', %I.ctid::text)', col.relname)
		when 1 then pg_catalog.format('pg_catalog.to_jsonb(%s)', key.value)
		else pg_catalog.format('(select pg_catalog.to_jsonb("dbcare values".*) from (select %s) as "dbcare values")', key.list) end as key,
	pg_catalog.format('(select pg_catalog.row_to_json("dbcare values".*) from (select %s) as "dbcare values")',
		pg_catalog.string_agg(col.value || ' as ' || col.quoted, ', ' order by col.attnum)) as row_value,
	coalesce(key.ordering, pg_catalog.format('%I.ctid', col.relname)) as ordering,
	coalesce(pg_catalog.string_agg(col.quoted || ' text', ', ' order by col.attnum), '"none" text') as columns,
	coalesce(key.record, '"none" text') as key_record,
	coalesce(key.equal, pg_catalog.format('%I.ctid = "dbcare saved"."dbcare place"', col.relname)) as located,
	key.columns = 0 as keyless,
	case when {sharded:col.relid} then 'in shards'
		when col.relkind = 'f' then 'on another server' end as place
from col
cross join key
group by col.relid, col.relname, col.relkind, key.columns, key.list, key.value, key.ordering, key.record, key.equal
order by 1
