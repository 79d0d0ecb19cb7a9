-- columns: quoted, obstacle, estimate, operators, name, column_name, collation, literal, aliases
-- Table $2 of schema $1 and the key that orders its rows: the quoted table, what
-- prevents reading it in the order of the key, SQL for its number of rows, null, and
-- for each column its name, its quoted name, its collation, an expression that
-- returns its value as a literal, and, for the rowid, a JSON array of its names,
-- else null.  The key is the primary key if that allows no nulls, else the rowid.
-- The number of rows is estimated from the rowids, which takes no time.
with layout as (
	select wr as without_rowid, '"' || replace("schema", '"', '""') || '"."' || replace(name, '"', '""') || '"' as quoted
	from temp.pragma_table_list
	where "schema" = $1 and name = $2
), col as (
	select name, '"' || replace(name, '"', '""') || '"' as quoted, "notnull", pk
	from temp.pragma_table_xinfo($2, $1)
), declared as (
	select x.seqno as place, col.name, col.quoted, ' COLLATE "' || replace(x.coll, '"', '""') || '"' as collation,
		col."notnull" or l.without_rowid as is_there
	from layout as l, temp.pragma_index_list($2, $1) as i, temp.pragma_index_xinfo(i.name, $1) as x
	join col on col.name = x.name
	where i.origin = 'pk' and x."key"
), rowid (name, quoted) as (
	-- an INTEGER PRIMARY KEY has no index
	select coalesce((select col.name from col where pk and not exists (select 1 from declared)), free.name),
		coalesce((select col.quoted from col where pk and not exists (select 1 from declared)), free.name)
	from (select case when 'rowid' not in (select lower(name) from col) then 'rowid'
			when '_rowid_' not in (select lower(name) from col) then '_rowid_'
			when 'oid' not in (select lower(name) from col) then 'oid' end as name) as free
	where not (select without_rowid from layout)
), key as (
	select place, name, quoted, collation
	from declared
	where not exists (select 1 from declared where not is_there)
	union all
	select 0, name, quoted, ''
	from rowid
	where name is not null
		and (not exists (select 1 from declared) or exists (select 1 from declared where not is_there))
)
select l.quoted, case when $1 <> 'main' then 'elsewhere' when k.name is null then 'key' end as obstacle,
	-- each by itself: SQLite looks up one of them, but scans the table for both
	coalesce((select 'SELECT (SELECT max(' || quoted || ') FROM ' || l.quoted || ') - (SELECT min(' || quoted || ') FROM '
		|| l.quoted || ') + 1' from rowid), 'SELECT null') as estimate,
	null as operators, k.name, k.quoted as column_name, k.collation,
	-- up to SQLite 3.37 quote() returns a number
	replace('CASE typeof(t.@) WHEN ''text'' THEN CASE WHEN instr(t.@, char(0)) THEN ''+CAST(x'''''' || hex(t.@) || '''''' AS TEXT)'' ELSE quote(t.@) END'
		|| ' WHEN ''real'' THEN replace(quote(t.@), ''Inf'', ''9e999'') ELSE CAST(quote(t.@) AS TEXT) END', '@', k.quoted) as literal,
	case when k.place = 0 then (select json_group_array(value) from temp.json_each('["rowid", "_rowid_", "oid"]')
		where value not in (select lower(name) from col)) end as aliases
from layout as l
left join key as k
order by k.place
