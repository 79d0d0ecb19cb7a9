-- columns: event, rule
-- For each event on table $2 of schema $1 that a rule replaces without returning rows,
-- the name of a rule: 0 INSERT, 1 UPDATE, 2 DELETE.
select cast(case w.ev_type when '3' then 0 when '2' then 1 else 2 end as bigint) as event,
	pg_catalog.quote_ident((pg_catalog.array_agg(w.rulename order by w.rulename) filter (where w.is_instead))[1]) as rule
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_rewrite as w on w.ev_class = c.oid
where n.nspname = $1 and c.relname = $2
	and w.ev_type in ('2', '3', '4') and w.ev_enabled <> 'D'
group by w.ev_type
having pg_catalog.bool_or(w.is_instead) and not pg_catalog.bool_or(w.ev_action::text ~ ':returningList \(')
order by 1
