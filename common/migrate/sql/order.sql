-- columns: none
-- Gives a migration its place in the order of its tool; null: by version.
update {.migration} set order_key = $2 where version = $1
