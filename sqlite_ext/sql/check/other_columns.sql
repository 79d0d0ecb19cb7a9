-- The columns that the kept rows of step $2 of repair $1 have and table $4 of
-- schema $3 has not, which counts as lost, or the other way round.
with reserved (words) as (values ({reserved})),
kept as (
	select key as name
	from json_each((select row_data from main.dbcare_quarantine
		where repair_id = $1 and step = $2 order by quarantine_id limit 1))),
present as (
	select name from temp.pragma_table_xinfo($4, $3)),
other as (
	select name, 1 as lost from kept where name not in (select name from present)
	union all
	select name, 0 from present where name not in (select name from kept))
select iif(name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
	and not instr(words, ' ' || name || ' '), name, printf('"%w"', name)), lost
from other
join reserved
order by lost desc, name
