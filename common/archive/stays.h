/*
 * stays.h
 *	  Which rows must not be deleted: those that are held, and those that rows
 *	  refer to which are not deleted with them.
 */
#ifndef DBC_ARCHIVE_STAYS_H
#define DBC_ARCHIVE_STAYS_H

#include "common/archive/archive.h"

/* Which children are deleted with their parent, by a foreign key that cascades.
 */
typedef struct dbc_archive_followers
{
	bool cascade;	  /* all; otherwise those with mode flag ... */
	const char *past; /* ... for which this condition holds; or NULL: none */
} dbc_archive_followers;

/* The condition that a row of the table must stay.  The holds are literals:
 * call it in the transaction that deletes, after excluding holding rows. */
extern const char *dbc_archive_stays(dbc_host *host, const dbc_relation *table,
									 const dbc_archive_followers *followers);

/* Calls a function that is about holds for a table and those whose rows its
 * cascades delete; for none if no row of the database is held. */
extern void dbc_archive_visit_family(dbc_host *host, const dbc_relation *table,
									 void (*visit)(dbc_host *,
												   const dbc_relation *));

#endif /* DBC_ARCHIVE_STAYS_H */
