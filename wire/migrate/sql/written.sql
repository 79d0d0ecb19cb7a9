-- columns: tables, counters, written
-- The tables of the user as the text of an array of OIDs; how many rows of each
-- this transaction has written, attempts that were rolled back included, as JSON;
-- and the tables for which $1, an earlier result of that, differs.
with tab as (
	select c.oid, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid)
		+ pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
		+ pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as rows
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where c.relkind in ('r', 'p') and {user_schema:n}
)
select coalesce(pg_catalog.array_agg(tab.oid), '{}')::text as tables,
	coalesce(pg_catalog.jsonb_object_agg(tab.oid, tab.rows) filter (where tab.rows > 0), '{}')::text as counters,
	coalesce(pg_catalog.array_agg(tab.oid) filter (where pg_catalog.current_setting('track_counts') = 'off'
		or tab.rows is distinct from coalesce(($1::pg_catalog.jsonb ->> tab.oid::text)::bigint, 0)), '{}')::text as written
from tab
order by 1
