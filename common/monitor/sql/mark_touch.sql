-- columns: none
-- Records that a source is still in use.
update {.query_mark} set seen_at = cast($2 as {timestamp}) where source = $1
