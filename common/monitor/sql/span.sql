-- How many samples there are, and of what time.
select count(*), {iso:min(taken_at)}, {iso:max(taken_at)}
from {.sample}
