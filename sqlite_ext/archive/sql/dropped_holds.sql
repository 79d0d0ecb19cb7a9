-- columns: hold_id, reason
-- The holds of the row with key $2 of table $1 that no longer exists.  SQLite has no roles:
-- $3 is null.
select h.hold_id, h.reason
from main.dbcare_hold as h
where {hold_table:h} = $1 and json(h.row_key) = json($2) and $3 is null
	and not exists (select 1 from main.sqlite_schema as s where s.type in ('table', 'view') and {shown:s.name} = $1)
order by h.hold_id
