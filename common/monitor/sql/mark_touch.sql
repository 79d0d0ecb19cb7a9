-- columns: none
-- Notes that somebody counts still.
update {.query_mark} set seen_at = cast($2 as {timestamp}) where source = $1
