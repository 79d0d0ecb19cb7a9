-- How many rows of table $1, and of those that refer to it, have no parent: per
-- child and parent table.
select min(v."table"), min(v.parent), count(*)
from main.sqlite_schema as s
join temp.pragma_foreign_key_check(s.name, 'main') as v
where s.type = 'table' and s.sql is not null
	and (s.name = $1 collate nocase
		or exists (select from_table.id
			from temp.pragma_foreign_key_list(s.name, 'main') as from_table
			where from_table."table" = $1 collate nocase))
group by lower(v."table"), lower(v.parent)
order by lower(v."table"), lower(v.parent)
