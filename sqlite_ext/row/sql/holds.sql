-- columns: hold_id, table_name, row_key, quoted, reason, is_kept, is_own, key_values
-- The holds of rows of table $1, of all if that is null; only those with a key of list $2, unless that is null.  Keys have the
-- present names of their columns.  The table of a hold has a trigger with its number, whatever its name is now; without that it is
-- known by its name.  is_kept: whether the trash has the row; is_own: always 1.
with found as (
	select h.hold_id, {hold_table:h} as table_name, {hold_key:h} as row_key, h.key_values, h.reason
	from main.dbcare_hold as h
)
select f.hold_id, f.table_name, f.row_key, quote(f.row_key) as quoted, f.reason,
	f.hold_id in (select h.hold_id from {held} where b.action = 'delete') as is_kept,
	1 as is_own, f.key_values
from found as f
where ($1 is null or f.table_name = $1) and ($2 is null or f.row_key in {listed:$2})
order by f.table_name, f.hold_id
