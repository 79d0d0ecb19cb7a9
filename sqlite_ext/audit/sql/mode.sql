-- columns: mode
-- The mode for the option $1.
select coalesce($1, 'portable') as mode
