-- columns: statement
-- Statements that create the triggers of table $2 of schema $1, which has the
-- number $3, with the treatment, name and number of columns $4, which count in this
-- database; with $8, they also fire in replicas.  Row triggers are inherited by partitions, those for TRUNCATE are
-- not: that of a partitioned table has its number in the name, since a partition may have its own.  $5, $6, $7 and $9 are for SQLite: $4 has the others.
with tab as (
	select c.oid as relid, c.relkind
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), capture as (
	select p.oid, pg_catalog.format('%I.%I', n.nspname, p.proname) as name,
		pg_catalog.format('%I.%I(%L, ''place'', %L, %L%s)', n.nspname, p.proname, $3::text, {place}, cast(tab.relid as pg_catalog.int8),
		(select pg_catalog.string_agg(pg_catalog.format(', %L, %L, %L', g.list ->> 0, g.list ->> 1, g.list ->> 2), '' order by g.place)
		from pg_catalog.jsonb_array_elements(cast($4 as pg_catalog.jsonb)) with ordinality as g (list, place))) as call
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	cross join tab
	where p.oid = any {own_function:dbaudit_capture} and cast($5 as text) is not null and cast($6 as bigint) is not null
		and cast($7 as text) is not null and $9 is not null
), part as (
	select relid from tab
	union
	select p.relid from tab cross join lateral pg_catalog.pg_partition_tree(tab.relid) as p
), trigger as (
	select relid, 'dbcare_audit' || case when relkind = 'p' then '_' || $3 else '' end as name, 'after insert or update or delete' as event, 'row' as level
	from tab
	union all
	select p.relid, 'dbcare_audit_truncate' || case when p.relid <> tab.relid then '_' || $3 else '' end, 'before truncate', 'statement'
	from part as p
	cross join tab
), statement as (
	-- triggers are created as the owner of their table
	select distinct 0 as place, pg_catalog.format('grant execute on function %s() to %I', capture.name,
		pg_catalog.pg_get_userbyid(c.relowner)) as text
	from part
	join pg_catalog.pg_class as c on c.oid = part.relid
	cross join capture
	where not pg_catalog.has_function_privilege(c.relowner, capture.oid, 'execute')
	union all
	select 1 as place, pg_catalog.format('create trigger %I %s on %s for each %s execute function %s', t.name, t.event,
		t.relid::pg_catalog.regclass, t.level, capture.call) as text
	from trigger as t
	cross join capture
	union all
	select 2, pg_catalog.format('alter table %s enable always trigger %I', t.relid::pg_catalog.regclass, t.name)
	from trigger as t
	where $8
)
select s.text as statement
from statement as s
order by s.place, s.text
