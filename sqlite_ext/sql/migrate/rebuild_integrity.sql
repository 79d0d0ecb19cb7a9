-- What is wrong with table $1; "ok" if nothing is.
select integrity_check from temp.pragma_integrity_check($1, 'main')
