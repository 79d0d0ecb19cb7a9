-- columns: found
-- Whether $1 is a function that is not deterministic.
select exists (select 1 from temp.pragma_function_list
	where name = $1 collate nocase and not flags & 0x800) as found -- SQLITE_DETERMINISTIC
