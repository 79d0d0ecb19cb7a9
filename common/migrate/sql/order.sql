-- columns: none
-- Sets the place of a migration in the order of its tool; null: by version.
update {.migration} set order_key = $2 where version = $1
