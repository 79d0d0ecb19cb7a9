/*
 * words_vacuum.h
 *	  What embedded SQL asks about VACUUM; see words.h.
 */
#ifndef DBC_TOOLS_WORDS_VACUUM_H
#define DBC_TOOLS_WORDS_VACUUM_H

/* [PostgreSQL] whether autovacuum keeps up with the table in row @: a small one
 * with many changes reaches any number of them between two of its visits */
#define DONE_LATELY(work)                                                \
	"(pg_catalog.current_setting('autovacuum') = 'on'\n"                 \
	"\t\tand not exists (select from"                                    \
	" pg_catalog.pg_options_to_table(@.reloptions) as p\n"               \
	"\t\t\twhere p.option_name = 'autovacuum_enabled'"                   \
	" and not cast(p.option_value as boolean))\n"                        \
	"\t\tand greatest(pg_catalog.pg_stat_get_last_" work "_time(@.oid)," \
	" pg_catalog.pg_stat_get_last_auto" work "_time(@.oid))\n"           \
	"\t\t\t>= pg_catalog.clock_timestamp() - interval '10 minutes')"

#endif /* DBC_TOOLS_WORDS_VACUUM_H */
