-- columns: none
-- Stores why the run has failed for table $1.
update {.schedule} set errors = {postgresql:(cast(errors as pg_catalog.jsonb) || pg_catalog.jsonb_build_object(cast($1 as text), cast($2 as text)))::pg_catalog.text}{sqlite:json_patch(errors, json_object($1, $2))}
where schedule_id = 1
