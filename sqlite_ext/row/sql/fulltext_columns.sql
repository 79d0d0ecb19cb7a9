-- columns: name
-- The columns of the full-text table $1 that are indexed or stored.
select name from temp.pragma_table_xinfo($1, 'main') where hidden = 0 order by cid
