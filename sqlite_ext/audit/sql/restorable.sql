-- columns: is_partitioned
-- Whether table $2 of schema $1 has partitions.
select $1 is null and $2 is null as is_partitioned
