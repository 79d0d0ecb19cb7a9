-- columns: none
-- Stores why step $2 of run $1 has failed.
update {.schedule} set errors = {postgresql:(cast(errors as pg_catalog.jsonb) || pg_catalog.jsonb_build_object(cast($2 as text), cast($3 as text)))::pg_catalog.text}{sqlite:json_patch(errors, json_object($2, $3))}
where schedule_id = $1
