-- columns: names, texts, events, replica
-- How rows of table $2 of schema $1 are written: its columns, and their values
-- from the texts of "dbcare row"; the events, as in tgtype, that have triggers or
-- rules which session_replication_role ends; and a trigger or rule that it would
-- start.  Generated columns are not written.
with tab as (
	select c.oid
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), reaction (name, enabled, events) as (
	select t.tgname, t.tgenabled, t.tgtype::int & 28
	from tab join pg_catalog.pg_trigger as t on t.tgrelid = tab.oid
	union all
	select r.rulename, r.ev_enabled, case r.ev_type when '2' then 16 when '3' then 4 when '4' then 8 else 0 end
	from tab join pg_catalog.pg_rewrite as r on r.ev_class = tab.oid
)
select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) as names,
	pg_catalog.string_agg(pg_catalog.format('cast("dbcare row".%I as %s)', a.attname,
		pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum) as texts,
	coalesce((select pg_catalog.bit_or(r.events) from reaction as r where r.enabled = 'O'), 0) as events,
	(select pg_catalog.min(r.name::text) from reaction as r where r.enabled = 'R') as replica
from tab
join pg_catalog.pg_attribute as a on a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by 1
