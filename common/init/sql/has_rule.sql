-- columns: name, policy
select name, cast(null as text) as policy
from {.rule}
