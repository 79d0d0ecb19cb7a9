-- columns: statement, is_advice, problem, place
-- What table $2 of schema $1 still needs for mode flag: columns, an index, and a
-- view of the rows that are not deleted.  Such a view follows its table when that is
-- renamed, and gets the name then: the one that has it may be another table's.  As advice, unique indexes that ignore
-- deleted rows, and the index if the table is large.  Or what is in the way.
with tab as (
	select c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relrowsecurity, pg_catalog.format('%I.%I', n.nspname, c.relname) as shown,
		pg_catalog.left(c.relname, 58) || '_live' as live
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), wanted (name, type, fits) as (
	values ('deleted_at', 'timestamptz', array['timestamptz', 'timestamp', 'date']::pg_catalog.regtype[]),
		('deleted_by', 'text', array['text', 'varchar', 'name']::pg_catalog.regtype[]),
		('deletion_id', 'bigint', array['int8']::pg_catalog.regtype[])
), col as (
	select tab.shown, w.name, w.type, w.fits, a.atttypid
	from tab
	cross join wanted as w
	left join pg_catalog.pg_attribute as a on a.attrelid = tab.oid and a.attname = w.name and not a.attisdropped
), rest (list) as (
	select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum)
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped
	where a.attname not in (select name from wanted)
), shown as materialized (
	-- what views read, and which of them are like those that are made here; one of a
	-- role without the rights of the table's owner could run anything
	select v.oid, v.relname, v.relkind, v.relowner, pg_catalog.array_agg(distinct d.refobjid) as tables,
		pg_catalog.pg_has_role(v.relowner, tab.relowner, 'usage') as is_trusted, v.relkind = 'v' and pg_catalog.count(distinct d.refobjid) = 1
		and case when v.relkind = 'v' then pg_catalog.pg_get_viewdef(v.oid) end ~ ' WHERE \((([^ "]*|("[^"]*")+)\.)?deleted_at IS NULL\);$' as is_live
	from tab
	join pg_catalog.pg_class as v on v.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(tab.nspname))
		and (v.relname = tab.live or v.relkind = 'v' and pg_catalog.strpos(v.relname, '_live') > 0)
	left join pg_catalog.pg_rewrite as r on r.ev_class = v.oid
	left join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> v.oid
	group by v.oid, v.relname, v.relkind, v.relowner, tab.relowner
), own as (
	-- the view of the table, under the name of before
	select pg_catalog.min(s.relname::text) as name
	from tab
	join shown as s on s.is_live and s.is_trusted and tab.oid = any (s.tables)
	having not pg_catalog.bool_or(s.relname = tab.live)
), found as (
	select pg_catalog.format('alter table %s add column %I %s', col.shown, col.name, col.type) as statement, false as is_advice,
		cast(null as text) as problem, 1 as place
	from col
	where col.atttypid is null
	union all
	select null, false, pg_catalog.format('Column %s of table %s has type %s', col.name, col.shown,
		pg_catalog.format_type(col.atttypid, null)), 0
	from col
	where not col.atttypid = any (col.fits)
	union all
	-- nobody can write while it is created, or read, after columns were added
	select pg_catalog.format('create index %son %s (deletion_id) where deletion_id is not null',
			case when size.is_large and not leaf.is_root then 'concurrently ' else '' end, leaf.shown),
		size.is_large, null, case when leaf.is_root then 3 else 2 end
	from tab
	cross join lateral (select pg_catalog.sum(pg_catalog.pg_relation_size(p.relid)) > 8388608 as is_large
		from (select tab.oid as relid union select t.relid from pg_catalog.pg_partition_tree(tab.oid) as t) as p) as size
	cross join lateral (select tab.oid as relid, tab.shown, tab.relkind = 'p' as is_root
		union all
		select t.relid, t.relid::pg_catalog.text, false
		from pg_catalog.pg_partition_tree(tab.oid) as t
		where size.is_large and tab.relkind = 'p' and t.isleaf) as leaf
	where not exists (
		select from pg_catalog.pg_index as i
		join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attname = 'deletion_id' and a.attnum = i.indkey[0]
		where i.indrelid = leaf.relid and i.indisvalid)
	union all
	select pg_catalog.format('alter view %I.%I rename to %I', tab.nspname, tab.live, pg_catalog.left(tab.relname, 40) || '_live_' || s.oid), false, null, 4
	from tab
	join shown as s on s.relname = tab.live and s.is_live and not tab.oid = any (s.tables)
	union all
	select pg_catalog.format('alter view %I.%I rename to %I', tab.nspname, own.name, tab.live), false, null, 5
	from tab
	join own on own.name is not null
	union all
	select case when not view.hides_nothing then pg_catalog.format('create view %I.%I %sas select %s from %s where deleted_at is null',
			tab.nspname, tab.live, view.options, rest.list, tab.shown) end, false,
		case when view.hides_nothing then pg_catalog.format('Before PostgreSQL 15 no view keeps the row security of table %s', tab.shown) end,
		case when view.hides_nothing then 0 else 6 end
	from tab
	cross join rest
	cross join lateral (select tab.relrowsecurity and not is_15 as hides_nothing, case when is_15 then 'with (security_invoker = true) ' else '' end as options
		from (values (pg_catalog.current_setting('server_version_num')::int4 >= 150000)) as v (is_15)) as view
	where not exists (select from own where own.name is not null)
		and not exists (select from shown as s where s.relname = tab.live and tab.oid = any (s.tables))
	union all
	select null, false, pg_catalog.format(case when s.relkind <> 'v' then '%I.%I exists and is not a view'
		when tab.oid = any (s.tables) then '%I.%I exists and belongs to role %I'
		else '%I.%I exists and is a view of other tables' end, tab.nspname, tab.live, pg_catalog.pg_get_userbyid(s.relowner)), 0
	from tab
	join shown as s on s.relname = tab.live and case when tab.oid = any (s.tables) then not s.is_trusted else not s.is_live end
	union all
	select pg_catalog.format('create unique index on %s (%s) where deleted_at is null', tab.shown,
		(select pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, true), ', ' order by k)
			from pg_catalog.generate_series(1, i.indnkeyatts) as k)), true, null, 7
	from tab
	join pg_catalog.pg_index as i on i.indrelid = tab.oid and i.indisunique and not i.indisprimary and i.indpred is null
)
select statement, is_advice, problem, place
from found
order by place, statement, problem
