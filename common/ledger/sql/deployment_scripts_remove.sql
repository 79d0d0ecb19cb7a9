-- columns: none
-- Deletes the texts of scripts without progress.
delete from {.deployment_script} where checksum not in (select d.checksum from {.deployment} as d)
