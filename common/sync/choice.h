/*
 * choice.h
 *	  The tables that a call is about.
 */
#ifndef DBC_SYNC_CHOICE_H
#define DBC_SYNC_CHOICE_H

#include "common/sync/file.h"

/* Whether a schema is the one that files do not name: main or public. */
extern bool dbc_sync_is_usual_schema(dbc_host *host, const char *schema);

/* The tables of the option tables, ended by NULL, or if that is NULL all user
 * tables. */
extern const dbc_relation *
dbc_sync_choose_tables(dbc_host *host, const char *const *names, int *ntables);

/* Tables that are found by their names. */
typedef struct dbc_sync_names dbc_sync_names;

extern const dbc_sync_names *
dbc_sync_sort_tables(dbc_host *host, const dbc_relation *tables, int ntables);

/* The table among those of this database that a section of a file is of; NULL
 * if there is none. */
extern const dbc_relation *dbc_sync_find_table(const dbc_sync_names *names,
											   const dbc_sync_section *section);

/* A table of this database with the key of a section; fails unless it has the
 * same columns. */
extern const dbc_sync_table *dbc_sync_match(dbc_host *host,
											const dbc_sync_section *section,
											const dbc_relation *relation);

/* The name of a table of a file. */
extern const char *dbc_sync_section_name(dbc_host *host,
										 const dbc_sync_section *section);

#endif /* DBC_SYNC_CHOICE_H */
