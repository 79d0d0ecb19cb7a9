-- columns: {finding}, suggestion
-- Indexes equal to another index of their table except for uniqueness, from
-- pg_index.  Expressions are compared as SQL, since stored ones contain their
-- position in the statement.  The strictest index is kept (a deferrable one is
-- less strict, and belongs to a constraint); among equals, the one required by
-- a constraint, the replica identity or CLUSTER. The catalog has the size of the
-- last ANALYZE or VACUUM, so that of the file is read, unless this would wait
-- for a lock.
with locked as (
	select l.relation
	from pg_catalog.pg_locks as l
	join pg_catalog.pg_database as d on d.oid = l.database
	where d.datname = pg_catalog.current_database() and l.locktype = 'relation'
		and l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_catalog.pg_backend_pid()
), duplicate as (
	select i.indexrelid, i.indrelid, i.same, i.indisunique, i.indimmediate,
		pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' as nulls_not_distinct,
		n.nspname, x.relname, x.relkind, x.relispartition, x.relpages,
		i.indisreplident or i.indisclustered or x.relispartition
			or i.indexrelid in (select con.conindid from pg_catalog.pg_constraint as con) as needed,
		-- other access methods have options beyond pg_index
		case when am.amname <> 'btree' then pg_catalog.substring(
			pg_catalog.pg_get_indexdef(i.indexrelid), ' USING .*') end as definition
	from (
		select i.*, pg_catalog.count(*) over same as copies, pg_catalog.min(i.indexrelid) over same as same
		from pg_catalog.pg_index as i
		where i.indisvalid and i.indisready and i.indislive and not i.indisexclusion
			-- other indexes need no exact comparison
			and (i.indrelid, i.indkey[0]) in (select o.indrelid, o.indkey[0]
				from pg_catalog.pg_index as o
				group by o.indrelid, o.indkey[0]
				having pg_catalog.count(*) > 1)
		window same as (partition by i.indrelid, i.indnkeyatts, i.indkey::text,
			i.indclass, i.indcollation, i.indoption::text,
			pg_catalog.pg_get_expr(i.indexprs, i.indrelid),
			pg_catalog.pg_get_expr(i.indpred, i.indrelid))
	) as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
	join pg_catalog.pg_am as am on am.oid = x.relam
	join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
	where i.copies > 1
		and {user_schema:n}
		and {not_in_extension:i.indrelid}
), ranked as (
	select t.*,
		pg_catalog.row_number() over preference as place,
		pg_catalog.first_value(t.relname) over preference as first_name
	from duplicate as t
	window preference as (partition by t.same, t.definition
		order by t.indisunique desc, t.indimmediate desc, t.nulls_not_distinct desc, t.needed desc, t.relname)
)
select cast(null as text) as severity,
	pg_catalog.format('%I.%I', r.nspname, r.relname) as object,
	case when r.relkind <> 'i' then null
		when r.indexrelid in (select l.relation from locked as l)
		then r.relpages * cast(pg_catalog.current_setting('block_size') as double precision)
		else cast(pg_catalog.pg_relation_size(r.indexrelid) as double precision) end as value,
	pg_catalog.format('index %I.%I', r.nspname, r.first_name) as detail,
	case when not r.needed then pg_catalog.format('DROP INDEX%s %I.%I;',
		case when r.relkind = 'i' then ' CONCURRENTLY' end, r.nspname, r.relname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe,
	case when r.needed then pg_catalog.format('Drop the constraint that index %1$I.%2$I belongs to if that of index %1$I.%3$I'
		' says the same; if it is the replica identity, or the table is clustered by it, choose the other index for that first.',
		r.nspname, r.relname, r.first_name) end as suggestion
from ranked as r
where r.place > 1 and not r.relispartition
order by r.nspname, r.relname
