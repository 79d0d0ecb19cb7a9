-- When the last sample was taken, in seconds since 1970.
select cast({postgresql:extract(epoch from max(taken_at))}{sqlite:strftime('%s', max(taken_at))} as double precision) as taken
from {.sample}
