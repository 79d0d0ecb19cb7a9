-- columns: none
-- Keeps the place of an applied migration that is no longer registered.
update {.ledger} set order_key = (
	select m.order_key from {.migration} as m where m.version = $1)
where version = $1
