-- columns: version, order_key
-- The places of migrations that are not in the order of their versions.
select version, order_key from {.migration} where order_key is not null
union all
select l.version, l.order_key
from {.ledger} as l
where l.order_key is not null
	and not exists (select 1 from {.migration} as m where m.version = l.version)
