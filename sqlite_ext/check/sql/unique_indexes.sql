-- columns: name, origin, partial, cid, name, coll
-- The columns of the unique indexes of table $1 of schema $2; a primary key
-- first, then UNIQUE in the order of the definition, then CREATE UNIQUE INDEX.
select l.name, l.origin, l.partial, x.cid, x.name, x.coll
from temp.pragma_index_list($1, $2) as l, temp.pragma_index_xinfo(l.name, $2) as x
where l."unique" and x."key"
order by case l.origin when 'pk' then 0 when 'u' then 1 else 2 end,
	case l.origin when 'u' then length(l.name) end, l.name, x.seqno
