-- columns: {finding}
-- Foreign keys of a table on the same columns to the same columns of the same
-- table, in any order, with the same operators.  The first one is kept, a valid
-- one before others; the second one is only dropped if it is equivalent: later
-- versions have more properties, and triggers can be disabled.
with fk as (
	select con.oid, con.conrelid, con.confrelid, con.conname, con.convalidated,
		(select pg_catalog.array_agg(array[cast(k.attnum as bigint), k.key_attnum, cast(k.equal as bigint)]
				order by k.attnum, k.key_attnum)
			from rows from (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey),
				pg_catalog.unnest(con.conpfeqop)) as k (attnum, key_attnum, equal)) as pairs,
		row(con.confupdtype, con.confdeltype, con.confmatchtype, con.condeferrable, con.condeferred,
			con.convalidated, pg_catalog.to_jsonb(con) -> 'confdelsetcols',
			pg_catalog.to_jsonb(con) -> 'conenforced', pg_catalog.to_jsonb(con) -> 'conperiod',
			array(select t.tgenabled from pg_catalog.pg_trigger as t
				where t.tgconstraint = con.oid order by t.tgenabled))::text as behaviour
	from pg_catalog.pg_constraint as con
	where con.contype = 'f' and con.conparentid = 0
		and con.conrelid in (select other.conrelid from pg_catalog.pg_constraint as other
			where other.contype = 'f' and other.conparentid = 0
			group by other.conrelid, other.confrelid having pg_catalog.count(*) > 1)
), ranked as (
	select fk.*,
		pg_catalog.row_number() over preference as place,
		pg_catalog.first_value(fk.conname) over preference as first_name,
		pg_catalog.first_value(fk.behaviour) over preference as first_behaviour
	from fk
	window preference as (partition by fk.conrelid, fk.confrelid, fk.pairs
		order by fk.convalidated desc, fk.conname)
)
select 'warning' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.format('%I repeats %I', r.conname, r.first_name) as detail,
	case when r.behaviour = r.first_behaviour then pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I;',
		n.nspname, c.relname, r.conname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from ranked as r
join pg_catalog.pg_class as c on c.oid = r.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where r.place > 1
	and {user_schema:n}
	and {not_in_extension:c.oid}
order by n.nspname, c.relname, r.conname
