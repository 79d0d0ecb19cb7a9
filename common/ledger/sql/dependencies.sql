-- columns: version, depends_on
-- The dependencies of all migrations.
select version, depends_on from {.dependency} order by version, depends_on
