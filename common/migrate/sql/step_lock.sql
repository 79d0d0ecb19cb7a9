-- columns: version
-- Locks migration $1 against other runners until the transaction ends.
select version from {.migration} where version = $1
{postgresql:for update}
