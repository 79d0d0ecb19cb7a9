-- columns: hold_id, table_name, row_key, quoted, reason, is_own, key_values, is_moved
-- The holds of rows of table $1, of all if that is null; only those with a key of list $2, unless that is null.  Keys have the
-- present names of their columns.  The table of a hold has a trigger with its number, whatever its name is now; without that it is
-- known by its name.  is_own: always 1.  is_moved: whether the table was created again with
-- another key, or other names of its columns, so that they do not tell which row it is.
with found as (
	select h.hold_id, {hold_table:h} as table_name, {hold_key:h} as row_key, h.key_values, h.reason, h.key_columns,
		exists (select 1 from temp.dbcare_known as t where t.kind = 'hold' and t.key = cast(h.table_id as text)) as is_known
	from main.dbcare_hold as h
	-- without a look for the present names of the tables of all
	where $1 is null or h.table_name = $1 or h.table_name in (select o.was from {old_names} as o where o.now = $1)
		or h.table_id in (select cast(k.key as integer) from temp.dbcare_known as k where k.kind = 'hold' and k.shown = $1)
)
select f.hold_id, f.table_name, f.row_key, quote(f.row_key) as quoted, f.reason,
	1 as is_own, f.key_values,
	not f.is_known and {key_columns:f.table_name} not in ('[]', f.key_columns) as is_moved
from found as f
where ($1 is null or f.table_name = $1) and ($2 is null or f.row_key in {listed:$2})
order by f.table_name, f.hold_id
