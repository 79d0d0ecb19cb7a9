-- columns: version
-- Keeps other runners from migration $1 until the transaction ends.
select version from {.migration} where version = $1
{postgresql:for update}
