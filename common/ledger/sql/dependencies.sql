-- columns: version, depends_on
-- Which migration needs which.
select version, depends_on from {.dependency} order by version, depends_on
