-- Reads ignored of $7; other connections never leave a hot journal.
select 'warning', substr(file, 1 + length(rtrim(file, replace(file, '/', '')))),
	null, null, null, null, null
from (select json_extract($7, '$.ignored') as file)
where file is not null
