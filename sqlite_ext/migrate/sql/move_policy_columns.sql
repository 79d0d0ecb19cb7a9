-- columns: none
-- Has the policies of table $1, which dbcare has rebuilt, note its columns in their new order; it had the columns $2
-- before.  Names of columns that it no longer has, or that may have been other ones, are in a list behind the others.
with before (cid, name) as (
	select e.key, e.value from temp.json_each($2) as e
), now (cid, name) as (
	select x.cid, x.name
	from main.sqlite_schema as s
	join temp.pragma_table_xinfo(s.name, 'main') as x
	where s.type = 'table' and {shown:s.name} = $1
), {policy_columns}, other (policy_id, cid) as (
	select w.policy_id, w.cid from was as w left join before as b on b.cid = w.cid where b.name is not w.name
), gone (policy_id, name) as (
	select l.policy_id, l.name from lost as l
	union
	select w.policy_id, w.name
	from was as w
	where w.name not in (select n.name from now as n) or exists (select 1 from other as o where o.policy_id = w.policy_id and (o.cid = w.cid
		or o.cid < w.cid and (select count(*) from before) < (select 1 + max(l.cid) from was as l where l.policy_id = w.policy_id)))
)
update main.dbcare_policy as p
set columns = (select json_insert(json_group_array(iif(n.name in (select g.name from gone as g where g.policy_id = p.policy_id), null, n.name)), '$[#]',
		(select json_group_array(g.name) from gone as g where g.policy_id = p.policy_id))
	from (select name from now order by cid) as n)
where p.policy_id in (select q.policy_id from {policies} as q where q.table_name = $1)
