-- columns: relid, path, untrusted, is_small, owns, trusts
-- What the connection needs to know to run queries on table $2 of schema $1:
-- its OID; the schemas to search for the code of its owner, as the extension
-- does; a role whose code would run with rights that it does not have; whether
-- the table has few rows; whether the user has its owner's rights, and the owner
-- those of the user.  With $3 all code of the owner counts,
-- with $4 that of defaults, with $5 that of triggers, rules and tables that refer to
-- this one.  Planning runs code, too: in indexes, bounds and statistics, and that of operator classes,
-- whose owner need not be the superuser who has created them.  Only superusers
-- create base types.
--
-- Functions of PostgreSQL count as code of the owner of an expression: some run a text as SQL,
-- write files, or read a value of a type whose name or number they get.  Those do not that
-- are immutable, are about times, or write values as text.  Indexes, keys of partitions and generated
-- columns have immutable ones only, and volatile defaults are not computed.
--
-- Owners whose rights the user has always count: they can add code to their tables and types at any
-- time, which no lock for reading prevents, and which the snapshot of the transaction does not show.
-- Others have nothing of the user that a query of the user on their table would not give them.
with recursive tab as (
	select c.oid as relid, c.relowner, n.nspname, n.nspowner, n.nspacl
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), changed (oid) as (
	-- deleting or changing a row of a table does so with rows that refer to it, and
	-- so on
	select tab.relid from tab
	union
	select further.oid
	from changed
	cross join lateral (
		select h.inhrelid as oid from pg_catalog.pg_inherits as h where h.inhparent = changed.oid
		union all
		select con.conrelid
		from pg_catalog.pg_constraint as con
		where $5 and con.contype = 'f' and con.confrelid = changed.oid
	) as further
), below (oid) as (
	select changed.oid from changed
	union
	select con.confrelid
	from changed
	join pg_catalog.pg_constraint as con on con.contype = 'f' and con.conrelid = changed.oid
	union
	select h.inhrelid from below join pg_catalog.pg_inherits as h on h.inhparent = below.oid
), above (oid) as (
	-- the bounds of a partition are those of its ancestors, too
	select below.oid from below
	union
	select h.inhparent
	from above
	join pg_catalog.pg_class as c on c.oid = above.oid and c.relispartition
	join pg_catalog.pg_inherits as h on h.inhrelid = above.oid
), rel as (
	select r.oid, r.relowner, r.relkind
	from (select below.oid from below union select above.oid from above) as p
	join pg_catalog.pg_class as r on r.oid = p.oid
), part (classid, objid) as (
	select 'pg_catalog.pg_class'::pg_catalog.regclass, rel.oid from rel
	union
	select 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
	from rel join pg_catalog.pg_index as i on i.indrelid = rel.oid
	union
	select 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid
	from rel join pg_catalog.pg_constraint as con on con.conrelid = rel.oid
	union
	select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
	from rel join pg_catalog.pg_statistic_ext as s on s.stxrelid = rel.oid
	union
	select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
	from rel join pg_catalog.pg_trigger as t on t.tgrelid = rel.oid
	where $5
	union
	select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid
	from rel join pg_catalog.pg_rewrite as w on w.ev_class = rel.oid
	where $5
	union
	select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid
	from rel
	join pg_catalog.pg_attribute as a on a.attrelid = rel.oid and (a.attgenerated <> '' or $4)
	join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
), reached (classid, objid) as (
	select part.classid, part.objid from part
	union
	select further.classid, further.objid
	from reached as r
	cross join lateral (
		select d.refclassid as classid, d.refobjid as objid
		from pg_catalog.pg_depend as d
		where d.classid = r.classid and d.objid = r.objid and d.refclassid in (
			'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
			'pg_catalog.pg_operator'::pg_catalog.regclass, 'pg_catalog.pg_opclass'::pg_catalog.regclass)
		union all
		select 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid
		from pg_catalog.pg_constraint as con
		where r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and con.contypid = r.objid
		union all
		-- comparing arrays and rows finds an operator class when it runs, conversion to JSON a cast
		select 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid
		from pg_catalog.pg_opclass as c
		where r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and c.opcintype = r.objid
		union all
		select 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid
		from pg_catalog.pg_cast as c
		where r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and c.castsource = r.objid
		union all
		-- the columns of a row
		select 'pg_catalog.pg_class'::pg_catalog.regclass, t.typrelid
		from pg_catalog.pg_type as t
		where r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = r.objid
	) as further
	where further.objid >= 16384
), family (oid) as (
	select c.opcfamily
	from reached as r
	join pg_catalog.pg_opclass as c on r.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass and c.oid = r.objid
), expression (owner, tree, is_default) as (
	select c.relowner, con.conbin::pg_catalog.text, false
	from reached as r
	join pg_catalog.pg_constraint as con on r.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and con.oid = r.objid
	join pg_catalog.pg_class as c on c.oid = con.conrelid
	where con.contype = 'c'
	union all
	select c.relowner, s.stxexprs::pg_catalog.text, false
	from reached as r
	join pg_catalog.pg_statistic_ext as s on r.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and s.oid = r.objid
	join pg_catalog.pg_class as c on c.oid = s.stxrelid
	union all
	select c.relowner, d.adbin::pg_catalog.text, true
	from reached as r
	join pg_catalog.pg_attrdef as d on r.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.oid = r.objid
	join pg_catalog.pg_class as c on c.oid = d.adrelid
), code (owner) as (
	select p.proowner
	from family
	join pg_catalog.pg_amproc as m on m.amprocfamily = family.oid
	join pg_catalog.pg_proc as p on p.oid = m.amproc
	union all
	select p.proowner
	from family
	join pg_catalog.pg_amop as m on m.amopfamily = family.oid
	join pg_catalog.pg_operator as o on o.oid = m.amopopr
	join pg_catalog.pg_proc as p on p.oid = o.oprcode
	union all
	-- who chooses where a foreign table connects to
	select s.srvowner
	from rel
	join pg_catalog.pg_foreign_table as f on f.ftrelid = rel.oid
	join pg_catalog.pg_foreign_server as s on s.oid = f.ftserver
	union all
	select coalesce(p.proowner, o.oprowner, t.typowner)
	from reached as r
	left join pg_catalog.pg_proc as p on r.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = r.objid
	left join pg_catalog.pg_operator as o on r.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = r.objid
	-- only domains, also inside composite types and arrays, have code; others can get a cast
	left join pg_catalog.pg_type as t on r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = r.objid
		and (t.typtype in ('d', 'c', 'r') or pg_catalog.pg_has_role(t.typowner, 'USAGE'))
	union all
	select e.owner
	from expression as e
	cross join lateral pg_catalog.regexp_matches(e.tree, ':(?:opfunc|func)id ([0-9]+)', 'g') as f (id)
	join pg_catalog.pg_proc as p on p.oid = f.id[1]::pg_catalog.oid
	where not (p.provolatile = 'i' or (p.provolatile = 'v' and e.is_default)
		or (p.provolatile = 's' and (p.proname in ('array_to_string', 'concat', 'concat_ws', 'current_setting', 'format', 'to_char', 'to_number')
			or exists (select from pg_catalog.unnest(p.proargtypes::pg_catalog.oid[] operator(pg_catalog.||) p.prorettype) as u (type)
				join pg_catalog.pg_type as t on t.oid = u.type and t.typcategory in ('D', 'T')))))
	union all
	select c.relowner
	from reached as r
	join pg_catalog.pg_trigger as t on r.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and t.oid = r.objid
		and not t.tgisinternal
	join pg_catalog.pg_class as c on c.oid = t.tgrelid
	union all
	select c.relowner
	from reached as r
	join pg_catalog.pg_rewrite as w on r.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = r.objid
	join pg_catalog.pg_class as c on c.oid = w.ev_class
)
select tab.relid::bigint as relid,
	case when not exists (select from pg_catalog.aclexplode(coalesce(tab.nspacl, pg_catalog.acldefault('n', tab.nspowner))) as a
			where a.privilege_type = 'CREATE' and (a.grantee = 0 or not pg_catalog.pg_has_role(
				case pg_catalog.pg_get_userbyid(a.grantee) when 'pg_database_owner'
					then (select d.datdba from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
					else a.grantee end, tab.relowner, 'USAGE')))
		then pg_catalog.format('pg_catalog, %I, pg_temp', tab.nspname)
		else 'pg_catalog, pg_temp' end as path,
	(select pg_catalog.pg_get_userbyid(pg_catalog.min(u.owner::bigint)::pg_catalog.oid)
		from (select rel.relowner as owner from rel
			where $3 or rel.relkind = 'v' or pg_catalog.pg_has_role(rel.relowner, 'USAGE')
			union all
			select code.owner from code where code.owner is not null) as u
		where not pg_catalog.pg_has_role(u.owner, current_user, 'USAGE')) as untrusted,
	(select pg_catalog.sum(pg_catalog.pg_relation_size(rel.oid)) from rel) < 524288 as is_small,
	pg_catalog.pg_has_role(tab.relowner, 'USAGE') as owns,
	pg_catalog.pg_has_role(tab.relowner, current_user, 'USAGE') as trusts
from tab
order by 1
