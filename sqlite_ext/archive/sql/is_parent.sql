-- columns: is_parent
-- kept
-- Whether foreign keys refer to table $2; its number $1 is PostgreSQL's.
select exists (select 1 from temp.dbcare_known as r where r.kind = 'reference' and r.key = $2) as is_parent
where $1 is not null
