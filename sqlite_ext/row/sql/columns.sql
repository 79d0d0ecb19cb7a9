-- columns: name, key_place, hidden, has_rowid, is_rowid
-- The columns of table $2 of schema $1: name, position in the primary key,
-- whether it is generated; whether the table has rowids, and whether one of its
-- columns is an alias of the rowid.
select c.name, c.pk as key_place, c.hidden, not t.wr as has_rowid,
	not t.wr and sum(c.pk > 0) over () = 1
		and not exists (select 1 from temp.pragma_index_list(t.name, t."schema") where origin = 'pk') as is_rowid
from temp.pragma_table_list($2) as t
join temp.pragma_table_xinfo(t.name, t."schema") as c
where t."schema" = $1 and t.name = $2
order by c.cid
