-- columns: name, value
-- All stored settings.
select name, value from {.setting} order by name
