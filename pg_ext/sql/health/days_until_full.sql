-- A forecast needs samples of the size over several days; without them there
-- is nothing to judge.
select 'not_applicable' as severity,
	cast(null as text) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	cast(null as text) as fix_sql,
	'no samples of the size of the database are stored' as reason,
	cast(null as text) as probe
order by 1
