-- columns: name
-- Table $1 and those that refer to it.
select s.name
from main.sqlite_schema as s
where s.type = 'table' and s.sql is not null
	and (s.name = $1 collate nocase
		or exists (select k.id
			from temp.pragma_foreign_key_list(s.name, 'main') as k
			where k."table" = $1 collate nocase))
order by s.name
