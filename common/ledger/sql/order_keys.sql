-- columns: version, order_key
-- Sort keys of migrations that are not ordered by version.
select version, order_key from {.migration} where order_key is not null
union all
select l.version, l.order_key
from {.ledger} as l
where l.order_key is not null
	and not exists (select 1 from {.migration} as m where m.version = l.version)
