-- Reads $3 and $4, the file system of the database.  A large one that is nearly
-- full still has room: no warning while 50 GB are free.
select case when file = '' then 'not_applicable'
		when used is null then 'unknown'
		when used >= $2 then 'critical'
		else 'warning' end,
	nullif(substr(file, 1 + length(rtrim(file, replace(file, '/', '')))), ''),
	iif(file = '', null, used),
	iif(file = '', null, cast($4 as text)),
	null,
	case when file = '' then 'the database is not in a file'
		when used is null
		then 'the size of the file system could not be read' end,
	null
from pragma_database_list
join (select round(100.0 * ($3 - $4) / nullif($3, 0), 1) as used)
where name = 'main'
	and (file = '' or used is null or used >= $2
		or used >= $1 and $4 < 50 << 30)
