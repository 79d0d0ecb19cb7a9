-- columns: nocase, rtrim
-- Whether NOCASE and RTRIM are SQLite's: an application can register its own
-- collations by these names.
select 'aZ' = 'Az' collate nocase and 'ä' <> 'Ä' collate nocase
		and 'a' <> 'ä' collate nocase and 'a' <> 'a ' collate nocase as nocase,
	'a' = 'a ' collate rtrim and 'a' <> 'A' collate rtrim
		and 'a' <> ' a' collate rtrim and 'ä' <> 'Ä' collate rtrim as rtrim
