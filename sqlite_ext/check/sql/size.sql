-- columns: bytes
-- The size of schema $1 in bytes.
select page_count * page_size as bytes
from temp.pragma_page_count as c, temp.pragma_page_size as s
where c."schema" = $1 and s."schema" = $1
