-- columns: version, author
-- The same as migrate/authors.sql for version $2 alone, by the indexes.
select t.version, t.author
from (select m.version, m.author from dbcare.migration as m where m.version = $2
	union all
	select l.version, l.author from dbcare.ledger as l
	where l.version = $2 and not exists (select from dbcare.migration as m where m.version = $2)) as t
join pg_catalog.pg_roles as r on r.rolname = coalesce($1, current_user)
where t.author is not null and not {trusted_author:t.author}
order by t.version
