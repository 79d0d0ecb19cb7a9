-- columns: name
-- The names that columns of table $3 of schema $2 had when policy $1 was stored, and that may
-- no longer be theirs.  RENAME leaves a column in its place, and new ones come last; where
-- columns were dropped, only those before them are certain.
with was (cid, name) as (
	select e.key, e.value
	from main.dbcare_policy as p
	join temp.json_each(p.columns) as e
	where p.policy_id = $1
), now (cid, name) as (
	select x.cid, x.name from temp.pragma_table_xinfo($3, $2) as x
), other (cid) as (
	select w.cid from was as w left join now on now.cid = w.cid where now.name is not w.name
)
select w.name
from was as w
where w.cid in (select o.cid from other as o)
	or (select count(*) from now) < (select count(*) from was) and w.cid > (select min(o.cid) from other as o)
order by w.cid
