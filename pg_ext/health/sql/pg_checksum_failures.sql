-- columns: {finding}
-- Counters of pg_stat_database, one row per database and one without a name
-- for the shared catalogs.  They are null, not zero, without checksums.
with counted as (
	select case when s.datname is null then 'the shared catalogs'
			else pg_catalog.quote_ident(s.datname) end as object,
		s.checksum_failures as failures,
		s.checksum_last_failure as last_failure
	from pg_catalog.pg_stat_database as s
	where s.checksum_failures > 0
)
select cast(null as text) as severity,
	c.object,
	cast(c.failures as double precision) as value,
	pg_catalog.to_char(c.last_failure at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from counted as c
union all
select 'not_applicable', null, null, null, null, 'data checksums are off', null
where pg_catalog.current_setting('data_checksums') = 'off'
order by 2
