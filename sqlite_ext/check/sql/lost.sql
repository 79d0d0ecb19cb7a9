-- columns: problem
-- The damage of table $1 of main.
select json_extract(value, '$.problem') as problem
from temp.json_each(dbcare_damage(1))
where json_extract(value, '$.type') = 'table' and json_extract(value, '$.name') = $1 collate nocase
order by id
