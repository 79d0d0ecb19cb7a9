-- columns: {finding}
-- Reads the lines about indexes of pragma_integrity_check: each ends with the
-- name of an index.  It ends after 100 problems of any kind; see
-- integrity_structure.sql.  With damaged pages every index may lack rows, and its
-- entries may be all that is left of them: then nothing is said of indexes.
with page as materialized (select 1 from temp.json_each(dbcare_damage(1))),
{checkable},
line (text, place) as materialized (
	select integrity_check, row_number() over (partition by name)
	from checkable
	join temp.pragma_integrity_check(checkable.name, 'main')
	where not exists (select 1 from page)),
named as (
	-- the longest name, if the name of one index ends like that of another
	select place, s.name, max(length(s.name))
	from line
	join main.sqlite_schema as s
		on s.type = 'index' and text glob '* index *'
			and substr(text, - length(' index ' || s.name)) = ' index ' || s.name
	group by place),
mismatch as (select name, min(place) as place from named group by name)
select 'critical' as severity, {shown:name} as object, null as value, text as detail,
	printf('REINDEX main."%w";', name) as fix_sql, null as reason, null as probe
from mismatch
join line using (place)
union all
select 'unknown', 'main', null, null, null,
	'integrity_check stopped at 100 problems: fix'
		|| ' the rows listed by dbcheck_constraints(), then repeat the check', null
from line
where place = 100 and not exists (select 1 from mismatch)
union all
select 'unknown', {shown:name}, null, null, null,
	reason, null
from unsafe
union all
select 'unknown', null, null, null, null,
	'pages are damaged: see integrity_structure', null
where exists (select 1 from page)
order by 2
