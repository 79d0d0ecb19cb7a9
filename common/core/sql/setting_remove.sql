-- columns: none
-- Removes a stored setting.
delete from {.setting} where name = $1
