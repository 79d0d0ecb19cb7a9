-- columns: name, now
-- The columns that the log of the table with number $1 masks or hashes: their names in
-- the options, and their present ones.
select c.name, c.now
from {option_columns} as c
where c.table_id = $1 and c.word in ('mask', 'hash') and c.now is not null
order by c.word desc, c.place
