-- columns: samples, first_at, last_at
-- How many samples there are, and of what time.
select count(*) as samples, {iso:min(taken_at)} as first_at, {iso:max(taken_at)} as last_at
from {.sample}
