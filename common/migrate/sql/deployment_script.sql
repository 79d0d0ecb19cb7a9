-- columns: script
-- The text of a script with checksum $1.
select s.script from {.deployment_script} as s where s.checksum = $1
