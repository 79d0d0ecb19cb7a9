-- columns: statement
-- Drops the view that mode flag gave table $2, maybe under an earlier name: another view can have
-- its name.  $1 is the schema.
select printf('drop view "%w"."%w"', $1, v.name) as statement
from (select s.name, lower(s.sql) as text, lower(printf(' from "%w" where deleted_at is null', $2)) as source
	from main.sqlite_schema as s
	where s.type = 'view') as v
where v.text glob 'create view "*_live" as select "*' and substr(v.text, -length(v.source)) = v.source
order by v.name
