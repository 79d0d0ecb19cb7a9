-- columns: mode
-- The mode for the option $1.
select case when coalesce($1, 'strict') = 'strict' then 'strict' end as mode
