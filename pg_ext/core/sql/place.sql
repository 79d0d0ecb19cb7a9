-- columns: place
-- kept
-- The cluster and database that OIDs are of.
select {place} as place
