-- columns: {finding}
-- Without checksums, damage on disk is detected late or never.
select 'info' as severity,
	'data_checksums' as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
where pg_catalog.current_setting('data_checksums') = 'off'
order by 1
