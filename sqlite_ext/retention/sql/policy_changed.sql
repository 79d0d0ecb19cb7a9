-- columns: name
-- The names that columns of table $3 of schema $2 had when policy $1 was stored, and that may
-- no longer be theirs.  RENAME leaves a column in its place, and new ones come last; where
-- columns were dropped, only those before them are certain.  Names without a place are those of no column, see
-- migrate/move_policy_columns.sql.
with {policy_columns}, now (cid, name) as (
	select x.cid, x.name from temp.pragma_table_xinfo($3, $2) as x
), other (cid) as (
	select w.cid from was as w left join now on now.cid = w.cid where w.policy_id = $1 and now.name is not w.name
)
select w.name
from was as w
where w.policy_id = $1 and (w.cid in (select o.cid from other as o)
	or (select count(*) from now) < (select 1 + max(l.cid) from was as l where l.policy_id = $1) and w.cid > (select min(o.cid) from other as o))
union all
select l.name from lost as l where l.policy_id = $1
order by 1
