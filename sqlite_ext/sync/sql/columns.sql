-- columns: name, class, key, source, required, order, indexed
-- The columns of table $2 of schema $1 that are not generated, and what their
-- values are, see common/sync/table.h; the table as a source of rows.
-- A key that is no rowid has an index.  pragma_table_list, which looks at all
-- tables, is read only where a column needs it.
select x.name,
	case
		when x.type = 'INTEGER' and x.pk = 1 and max(x.pk) over () = 1
			and not exists (select 1 from temp.pragma_index_list($2, $1) as i where i.origin = 'pk') then 'integer'
		when x.type in ('INT', 'INTEGER')
			and exists (select 1 from temp.pragma_table_list($2) as l where l."schema" = $1 and l.strict) then 'integer'
		when x.type glob '*JSON*' then 'json'
		when x.type glob '*UUID*' or x.type glob '*GUID*' or x.type = 'UNIQUEIDENTIFIER' then 'uuid'
		when x.type glob '*TIMESTAMP*' or x.type glob '*DATETIME*' then 'timestamp'
		when x.type glob 'DATE*' then 'date'
		when x.type glob 'TIME*' then 'time'
		when x.type glob 'BOOL*' then 'boolean'
		when x.type = 'BLOB' or x.type = 'BYTEA' then 'blob'
		when x.type = 'CHAR' or x.type glob 'CHAR[( ]*' or x.type glob 'NCHAR*' or x.type glob 'BPCHAR*'
			or (x.type glob 'CHARACTER*' and x.type not glob '*VARYING*') then 'char'
		else 'any'
	end as class,
	x.pk as key,
	'"' || replace($1, '"', '""') || '"."' || replace($2, '"', '""') || '"' as source,
	x."notnull" <> 0 or x.pk > 0 as required,
	case
		when x.type glob '*UUID*' or x.type glob '*GUID*' or x.type = 'UNIQUEIDENTIFIER'
			then printf('case typeof("%w") when ''text'' then lower("%w") else "%w" end collate binary', x.name, x.name, x.name)
		else printf('"%w" collate binary', x.name)
	end as "order",
	x.pk > 0 and not exists (
		select 1 from temp.pragma_index_list($2, $1) as i join temp.pragma_index_xinfo(i.name, $1) as c
		where i.origin = 'pk' and c.cid = x.cid and (c.coll <> 'BINARY' or c."desc")
	) as indexed
from (select cid, name, pk, "notnull", upper(type) as type from temp.pragma_table_xinfo($2, $1) where hidden = 0) as x
order by x.cid
