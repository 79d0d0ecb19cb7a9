/*
 * uncovered.h
 *	  Tables whose rows go with those of another table, and are not kept.
 */
#ifndef DBC_PG_ARCHIVE_UNCOVERED_H
#define DBC_PG_ARCHIVE_UNCOVERED_H

#include "pg_ext/core/compat.h"

#include "utils/rel.h"

/* The tables whose foreign keys refer to this one and act when its rows are
 * deleted, without the trigger, which calls the function, that keeps what they
 * change: a JSON array of their names, or NULL if there are none. */
extern const char *dbcpg_archive_uncovered(Relation table, Oid function);

#endif /* DBC_PG_ARCHIVE_UNCOVERED_H */
