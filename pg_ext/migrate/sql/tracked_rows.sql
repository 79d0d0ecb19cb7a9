-- columns: name, query_before, query_now
-- Tables whose rows may have changed, from the results of
-- migrate/tracked_tables.sql before and now and the tables that were written,
-- with queries for digests of the common columns; null where there is no table.
with before as (
	select b.*
	from pg_catalog.jsonb_to_recordset(cast(coalesce($1, '[]') as pg_catalog.jsonb))
		as b (name text, file text, oid pg_catalog.oid, columns pg_catalog.jsonb)
), now as (
	select n.*
	from pg_catalog.jsonb_to_recordset(cast(coalesce($2, '[]') as pg_catalog.jsonb))
		as n (name text, file text, oid pg_catalog.oid, columns pg_catalog.jsonb)
), pair as (
	select coalesce(b.name, n.name) as name, b.oid is not null as was, n.oid is not null as is,
		(select pg_catalog.string_agg(pg_catalog.quote_ident(k.name), ', ' order by k.name collate "C")
			from pg_catalog.jsonb_object_keys(coalesce(b.columns, n.columns)) as k (name)
			where n.columns is null or n.columns ? k.name) as columns
	from before as b
	full join now as n on n.name = b.name
	where b.oid is null or n.oid is null or b.oid <> n.oid or b.file is distinct from n.file
		or b.columns <> n.columns or b.oid = any (cast($3 as pg_catalog.oid[]))
), digest as (
	select p.name, p.was, p.is, pg_catalog.format('select pg_catalog.count(*) || '' '' || '
		'coalesce(pg_catalog.sum(pg_catalog.hashtextextended(cast(row(%s) as text), 0)), 0) from %s', p.columns, p.name) as query
	from pair as p
)
select d.name, case when d.was then d.query end as query_before, case when d.is then d.query end as query_now
from digest as d
order by d.name collate "C"
