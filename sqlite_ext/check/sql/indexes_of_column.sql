-- columns: name
-- The indexes without a condition of table $1 of schema $2 that begin with
-- column $3 and collation $4.
select l.name
from temp.pragma_index_list($1, $2) as l, temp.pragma_index_xinfo(l.name, $2) as x
where not l.partial and x.seqno = 0 and x.name = $3 collate nocase
	and x.coll = $4 collate nocase
order by l.name
