-- columns: row_key, condition, problem, key_sql, key_values, is_exact, normal, unqualified
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare.trash has it, and the condition that finds it; or what is wrong with
-- the key; and the expression for the key of any row; and the values of a key of several
-- columns as dbcare.trash has them.  Without a primary key a row is found by its ctid.
--
-- is_exact: whether equal keys have one spelling, so that they can be compared as text;
-- see row/match.sql for the others.  normal: of exact keys whose types take several
-- spellings, the query that gives the key and the values as dbcare.trash has them.  unqualified:
-- the condition for a table under another name.
with given as (
	select cast($3 as pg_catalog.jsonb) as value
), tab as (
	select c.oid as relid, c.relname, i.indexrelid, coalesce(pg_catalog.pg_partition_root(c.oid), c.oid) as root
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
	where n.nspname = $1 and c.relname = $2
), key as (
	-- values are cast to types without their limits, which would cut them
	select a.attname, r.attnum as number, pg_catalog.format_type(b.oid, -1) as type, b.oid::pg_catalog.regtype as base,
		case when a.atttypmod >= 0 then a.atttypmod else t.typtypmod end as typmod,
		a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype,
			'bool'::pg_catalog.regtype) as is_plain, b.typtype = 'e' as is_enum, k.place, pg_catalog.count(*) over () as columns,
		pg_catalog.format('operator(%I.%s)', opn.nspname, op.oprname) as equal, tab.relname,
		opn.nspname = 'pg_catalog' and op.oprname = '=' and coalesce(co.collisdeterministic, true)
			and (b.typtype = 'e' or b.oid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype,
				'bool'::pg_catalog.regtype, 'text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype, 'name'::pg_catalog.regtype,
				'"char"'::pg_catalog.regtype, 'oid'::pg_catalog.regtype, 'uuid'::pg_catalog.regtype, 'bytea'::pg_catalog.regtype,
				'date'::pg_catalog.regtype, 'time'::pg_catalog.regtype, 'timetz'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype,
				'timestamptz'::pg_catalog.regtype, 'macaddr'::pg_catalog.regtype, 'macaddr8'::pg_catalog.regtype,
				'inet'::pg_catalog.regtype, 'cidr'::pg_catalog.regtype, 'bit'::pg_catalog.regtype, 'varbit'::pg_catalog.regtype,
				'pg_lsn'::pg_catalog.regtype, 'xid8'::pg_catalog.regtype)
				or b.oid in ('numeric'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype) and (a.atttypmod >= 0 or t.typtypmod >= 0)) as is_exact
	from tab
	join pg_catalog.pg_index as i on i.indexrelid = tab.indexrelid
	cross join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[]), pg_catalog.unnest(i.indcollation::pg_catalog.oid[])) with ordinality as k (attnum, class, coll, place)
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum = k.attnum
	join pg_catalog.pg_type as t on t.oid = a.atttypid
	join pg_catalog.pg_type as b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
	join pg_catalog.pg_attribute as r on r.attrelid = tab.root and r.attname = a.attname
	left join pg_catalog.pg_collation as co on co.oid = k.coll
	join pg_catalog.pg_opclass as oc on oc.oid = k.class
	join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	join pg_catalog.pg_operator as op on op.oid = am.amopopr
	join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
	where k.place <= i.indnkeyatts
	union all
	select 'ctid', null, 'pg_catalog.tid', 'pg_catalog.tid'::pg_catalog.regtype, -1, false, false, 1, 1,
		'operator(pg_catalog.=)', tab.relname, true
	from tab
	where tab.indexrelid is null
), cell as (
	select key.*, case when key.columns = 1 and key.base = 'jsonb'::pg_catalog.regtype and not pg_catalog.jsonb_exists(given.value, key.attname)
				and pg_catalog.jsonb_typeof(given.value) in ('object', 'array')
			then given.value::text
			when pg_catalog.jsonb_typeof(given.value) = 'object'
			then given.value ->> key.attname
			when key.columns = 1 and pg_catalog.jsonb_typeof(given.value) <> 'array' then given.value #>> '{}' end as given
	from key
	cross join given
), limited as (
	-- as the column has it, unless it cannot have it
	select cell.*, case when cell.is_exact and cell.base = 'bpchar'::pg_catalog.regtype
				and pg_catalog.length(pg_catalog.rtrim(cell.given, ' ')) <= cell.typmod - 4
			then pg_catalog.rpad(pg_catalog.rtrim(cell.given, ' '), cell.typmod - 4)
			when cell.is_exact and cell.base = 'numeric'::pg_catalog.regtype
				and pg_catalog.round(cast(cell.given as numeric), ((cell.typmod - 4) & 2047 # 1024) - 1024) = cast(cell.given as numeric)
			then pg_catalog.round(cast(cell.given as numeric), ((cell.typmod - 4) & 2047 # 1024) - 1024)::text
			else cell.given end as text
	from cell
), typed as (
	select cell.*, pg_catalog.format(case when cell.is_plain then '%I' else 'pg_catalog.format(''%%s'', %I)' end,
			cell.attname) as value,
		pg_catalog.format(case when cell.is_plain then 'cast(%L as %s)' else 'pg_catalog.format(''%%s'', cast(%L as %s))' end,
			cell.text, cell.type) as normal,
		case when cell.is_plain and cell.text ~ '^(0|-?[1-9][0-9]*|true|false)$'
			then cell.text else pg_catalog.to_jsonb(cell.text)::text end as json,
		case cell.base when 'text'::pg_catalog.regtype then true when 'varchar'::pg_catalog.regtype then true
			when 'bpchar'::pg_catalog.regtype then true when 'numeric'::pg_catalog.regtype then true
			when 'uuid'::pg_catalog.regtype then cell.text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
			when 'date'::pg_catalog.regtype then cell.text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
			when 'bool'::pg_catalog.regtype then cell.text in ('true', 'false')
			else cell.is_plain and cell.text ~ '^(0|-?[1-9][0-9]*)$' or cell.attname = 'ctid'
				or cell.is_enum end as is_normal
	from limited as cell
), written as (
	select case when pg_catalog.bool_and(typed.columns = 1 and typed.attname <> 'ctid')
			then pg_catalog.min(typed.json)
			else pg_catalog.jsonb_object_agg(typed.attname, typed.json::pg_catalog.jsonb)::text end as row_key,
		pg_catalog.string_agg(pg_catalog.format('%I.%I %s cast(%L as %s)', typed.relname, typed.attname, typed.equal, typed.text, typed.type), ' and '
			order by typed.place) as condition,
		pg_catalog.string_agg(pg_catalog.format('%I %s cast(%L as %s)', typed.attname, typed.equal, typed.text, typed.type), ' and '
			order by typed.place) as unqualified,
		case when pg_catalog.bool_or(typed.text is null)
			then pg_catalog.format('the key of the table is (%s)',
				pg_catalog.string_agg(pg_catalog.quote_ident(typed.attname), ', ' order by typed.place)) end as problem,
		case when pg_catalog.bool_and(typed.columns = 1 and typed.attname <> 'ctid')
			then pg_catalog.min(pg_catalog.format('pg_catalog.to_jsonb(%s)::pg_catalog.text', typed.value))
			else pg_catalog.format('pg_catalog.jsonb_build_object(%s)::pg_catalog.text',
				pg_catalog.string_agg(pg_catalog.format('%L, %s', typed.attname, typed.value), ', ')) end as key_sql,
		case when pg_catalog.bool_and(typed.columns > 1) then pg_catalog.jsonb_object_agg(coalesce(typed.number::text, ''), typed.json::pg_catalog.jsonb)::text end as key_values,
		pg_catalog.bool_and(typed.is_exact) as is_exact,
		case when pg_catalog.bool_and(typed.is_exact and typed.text is not null) and pg_catalog.bool_or(not typed.is_normal)
			then case when pg_catalog.bool_and(typed.columns = 1)
				then pg_catalog.format('select pg_catalog.to_jsonb(%s)::pg_catalog.text as row_key, null::pg_catalog.text as key_values', pg_catalog.min(typed.normal))
				else pg_catalog.format('select pg_catalog.jsonb_build_object(%s)::pg_catalog.text as row_key, pg_catalog.jsonb_build_object(%s)::pg_catalog.text as key_values',
					pg_catalog.string_agg(pg_catalog.format('%L, %s', typed.attname, typed.normal), ', '),
					pg_catalog.string_agg(pg_catalog.format('%L, %s', typed.number, typed.normal), ', ')) end end as normal
	from typed
)
select w.row_key, w.condition, w.problem, w.key_sql, w.key_values, w.is_exact, w.normal, w.unqualified
from written as w
order by 1
