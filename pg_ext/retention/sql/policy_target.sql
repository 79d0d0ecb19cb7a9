-- columns: target, columns, same_key, images, statements, is_same, is_apart, problem
-- Where rows of table $2 of schema $1 are archived, as $3 says, or, if that is
-- null, in a table with _archive behind its name: that table, the columns of a
-- row, the condition that row dbcare_target, of that table, has the key of a row of the table,
-- the columns as texts, which are the same if the values are, and the statements that make it, or add columns that it lacks, as a JSON array.
-- It has the key of the table and no other constraint.
-- Whether it is the table itself; and why rows cannot be archived there.
with tab as (
	select c.oid as relid, c.relname, n.nspname, c.relowner,
		coalesce(pg_catalog.parse_ident(nullif($3, '')), array[n.nspname, pg_catalog."left"(c.relname, 55) || '_archive']) as wanted
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), target as (
	select tab.*, case when pg_catalog.cardinality(wanted) = 1 then array[tab.nspname::text] || wanted else wanted end as parts
	from tab
), named as (
	select target.*, pg_catalog.format('%I.%I', parts[1], parts[2]) as shown,
		(select t.oid from pg_catalog.pg_class as t join pg_catalog.pg_namespace as m on m.oid = t.relnamespace
			where m.nspname = parts[1] and t.relname = parts[2]) as target
	from target
), col as (
	select a.attnum, pg_catalog.quote_ident(a.attname) as quoted, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
		exists (select from pg_catalog.pg_attribute as b
			where b.attrelid = named.target and b.attname = a.attname and not b.attisdropped) as is_there,
		k.place, case when k.place is not null then pg_catalog.format('dbcare_target.%I operator(%I.%s) %I.%I', a.attname, opn.nspname, op.oprname, named.relname,
			a.attname) end as equal
	from named
	join pg_catalog.pg_attribute as a on a.attrelid = named.relid and a.attnum > 0 and not a.attisdropped
	left join pg_catalog.pg_index as i on i.indrelid = named.relid and i.indisprimary
	left join lateral rows from (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
		pg_catalog.unnest(i.indclass::pg_catalog.oid[])) with ordinality as k (attnum, class, place)
		on k.attnum = a.attnum and k.place <= i.indnkeyatts
	left join pg_catalog.pg_opclass as oc on oc.oid = k.class
	left join pg_catalog.pg_amop as am on am.amopfamily = oc.opcfamily and am.amopstrategy = 3
		and am.amoplefttype = oc.opcintype and am.amoprighttype = oc.opcintype
	left join pg_catalog.pg_operator as op on op.oid = am.amopopr
	left join pg_catalog.pg_namespace as opn on opn.oid = op.oprnamespace
)
select named.shown as target,
	(select pg_catalog.string_agg(quoted, ', ' order by attnum) from col) as columns,
	(select pg_catalog.string_agg(equal, ' and ' order by place) from col where place is not null) as same_key,
	(select pg_catalog.string_agg(pg_catalog.format('cast(%s as text) collate pg_catalog."C"', quoted), ', ' order by attnum) from col) as images,
	case when named.target is null then pg_catalog.json_build_array(
		pg_catalog.format('create table %s (%s, primary key (%s))', named.shown,
			(select pg_catalog.string_agg(quoted || ' ' || type, ', ' order by attnum) from col),
			(select pg_catalog.string_agg(quoted, ', ' order by place) from col where place is not null)),
		pg_catalog.format('alter table %s owner to %I', named.shown, pg_catalog.pg_get_userbyid(named.relowner)))
	else (select coalesce(pg_catalog.json_agg(pg_catalog.format('alter table %s add column %s %s', named.shown, quoted, type)
			order by attnum), '[]') from col where not is_there) end::text as statements,
	coalesce(named.target = named.relid, false) as is_same, false as is_apart,
	case when $3 = '' then 'A name is missing.'
		when parts[1] = 'dbcare' or parts[1] like 'pg\_%' then 'That name is reserved.'
		when pg_catalog.cardinality(parts) > 2 or pg_catalog.to_regnamespace(pg_catalog.quote_ident(parts[1])) is null then 'Its schema or database does not exist.'
		when (select t.relkind not in ('r', 'p', 'f') from pg_catalog.pg_class as t where t.oid = named.target)
			then 'That is not a table.'
	end as problem
from named
order by 1
