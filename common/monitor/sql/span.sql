-- columns: samples, first_at, last_at
-- The number of samples, and the time of the first and the last one.
select count(*) as samples, {iso:min(taken_at)} as first_at, {iso:max(taken_at)} as last_at
from {.sample}
