-- The temporary triggers: name and SQL.
select name, sql from temp.sqlite_schema where type = 'trigger' order by rowid
