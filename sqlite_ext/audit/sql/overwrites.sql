-- columns: overwrites
-- Whether the connection overwrites what it deletes.
select secure_delete = 1 as overwrites from temp.pragma_secure_delete
