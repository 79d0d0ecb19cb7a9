-- columns: nocase, rtrim, ends_at_nul
-- Whether NOCASE and RTRIM are SQLite's: an application can register its own
-- collations by these names.  Whether a number in a text ends at a NUL, as since
-- SQLite 3.53.
select 'aZ' = 'Az' collate nocase and 'ä' <> 'Ä' collate nocase
		and 'a' <> 'ä' collate nocase and 'a' <> 'a ' collate nocase as nocase,
	'a' = 'a ' collate rtrim and 'a' <> 'A' collate rtrim
		and 'a' <> ' a' collate rtrim and 'ä' <> 'Ä' collate rtrim as rtrim,
	cast(5 as integer) = '5' || char(0) as ends_at_nul
