-- columns: {finding}
-- Reads $3 and $4, the file system of the database, and in_file of $7.  A large
-- disk may be fuller than a small one: 50 GB free are sufficient.
select case when not in_file then 'not_applicable'
		when used is null then 'unknown'
		when used >= $2 then 'critical'
		else 'warning' end as severity,
	iif(in_file, substr(file, 1 + length(rtrim(file, replace(file, '/', '')))),
		null) as object,
	iif(in_file, used, null) as value,
	iif(in_file, cast($4 as text), null) as detail,
	null as fix_sql,
	case when not in_file then 'the database is not in a file'
		when used is null
		then 'the size of the file system could not be read' end as reason,
	null as probe
from temp.pragma_database_list
join (select round(100.0 * ($3 - $4) / nullif($3, 0), 1) as used,
	json_extract($7, '$.in_file') as in_file)
where name = 'main'
	and (not in_file or used is null or used >= $2
		or used >= $1 and $4 < 50 << 30)
