-- columns: version, author
-- The migrations whose texts were stored by a role that does not have the rights of
-- role $1, or of the current role: they would run with more rights than those of
-- their authors.
select t.version, t.author
from (select m.version, m.author from dbcare.migration as m
	union all
	select l.version, l.author from dbcare.ledger as l
	where not exists (select from dbcare.migration as m where m.version = l.version)) as t
join pg_catalog.pg_roles as r on r.rolname = coalesce($1, current_user)
where t.author is not null and not {trusted_author:t.author}
order by t.version
