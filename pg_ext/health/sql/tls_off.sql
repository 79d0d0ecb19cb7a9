-- columns: {finding}
-- ssl is off and listen_addresses names more than this machine.
select 'warning' as severity,
	'ssl' as object,
	cast(null as double precision) as value,
	pg_catalog.string_agg(a.address, ', ' order by a.place) as detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.regexp_split_to_table(pg_catalog.current_setting('listen_addresses'), ',')
	with ordinality as item (text, place)
cross join lateral (select pg_catalog.btrim(item.text, ' "'), item.place) as a (address, place)
where pg_catalog.current_setting('ssl') = 'off'
	and a.address !~* '^(|localhost|127\.[0-9.]+|::1)$'
having pg_catalog.count(*) > 0
order by 2
