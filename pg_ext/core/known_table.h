/*
 * known_table.h
 *	  The tables of dbcare's triggers.
 *
 * The first argument of such a trigger is the number of its table in
 * dbcare.known_table, which has the table's OID: a trigger that somebody else
 * has created, for the number of another table, is refused.
 */
#ifndef DBCPG_CORE_KNOWN_TABLE_H
#define DBCPG_CORE_KNOWN_TABLE_H

#include "pg_ext/core/compat.h"

#include "commands/trigger.h"

/* dbcare.known_table; InvalidOid if it does not exist. */
extern Oid dbcpg_known_tables(void);

/* The table that a trigger was created on: that of its partitions, too. */
extern Oid dbcpg_table_of_trigger(const TriggerData *data);

/* The number of this table.  Fails unless it is the one of the arguments. */
extern int64 dbcpg_number_of_trigger(const TriggerData *data);

/* The cluster and database that OIDs are of. */
extern const char *dbcpg_place(void);

#endif /* DBCPG_CORE_KNOWN_TABLE_H */
