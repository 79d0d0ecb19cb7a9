-- columns: none
-- Has the links that rows of batch $1 of table $2 with the columns $5 lost before they were deleted name the rowids at
-- which the rows are now: the copies are those of step $3 of set $4, in the order of the batch.
with copy as (
	select place, row_number() over (order by quarantine_id) as number
	from main.dbcare_quarantine
	where repair_id = $4 and step = $3
), row as (
	select trash_id, place, row_number() over (order by trash_id) as number
	from main.dbcare_trash as t
	where {in_batch} and t.action = 'delete' and t.table_name = $2 and t.shape_id = $5
), link as materialized (
	select l.trash_id, l.place
	from main.dbcare_trash as l
	where l.image is not null and l.table_name = $2
), moved as materialized (
	select r.trash_id, r.place as was, c.place as now
	from row as r
	join copy as c on c.number = r.number and c.place <> r.place
	where exists (select 1 from link)
), deletion as materialized (
	select d.trash_id, d.place
	from main.dbcare_trash as d
	where d.action = 'delete' and d.table_name = $2 and exists (select 1 from moved)
), follower as (
	-- the row at a rowid is the same one until the next deletion
	select l.trash_id, max(m.now) as now
	from moved as m
	cross join link as l on l.place = m.was and l.trash_id < m.trash_id
	left join deletion as d on d.place = m.was and d.trash_id > l.trash_id and d.trash_id < m.trash_id
	group by l.trash_id
	having count(d.trash_id) = 0
)
update main.dbcare_trash as l
set place = f.now
from follower as f
where l.trash_id = f.trash_id
