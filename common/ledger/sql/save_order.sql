-- columns: none
-- Saves the sort key of an applied migration before it is unregistered.
update {.ledger} set order_key = (
	select m.order_key from {.migration} as m where m.version = $1)
where version = $1
