-- columns: none
-- Notes where the files of a migration are now.
update {.migration} set source = $2 where version = $1
