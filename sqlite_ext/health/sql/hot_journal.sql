-- columns: {finding}
-- Reads ignored of $7; connections that are not immutable roll back a hot
-- journal.
select 'warning' as severity, substr(file, 1 + length(rtrim(file, replace(file, '/', '')))) as object,
	null as value, null as detail, null as fix_sql, null as reason, null as probe
from (select json_extract($7, '$.ignored') as file)
where file is not null
