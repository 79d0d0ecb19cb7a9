-- columns: trash_id, batch_id
-- as owner
-- The last row of the trash before number $3 of those that the rest of numbers $1
-- to $2 begins with: numbers have gaps, which cost less than counting rows.  SQLite
-- uses the first of several upper limits.
with first as (
	select min(trash_id) as trash_id
	from {.trash}
	where trash_id > $1 and trash_id <= $2
)
select t.trash_id, t.batch_id
from {.trash} as t
where t.trash_id > $1 and {postgresql:t.trash_id <= $2 and t.trash_id <= (select f.trash_id from first as f) + $3}{sqlite:t.trash_id <= min($2, (select f.trash_id from first as f) + $3)}
order by t.trash_id desc
limit 1
