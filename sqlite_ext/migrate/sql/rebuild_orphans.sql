-- How many rows of table $1 have no parent: per parent table.
select min("table"), min(parent), count(*)
from temp.pragma_foreign_key_check($1, 'main')
group by lower(parent)
order by lower(parent)
