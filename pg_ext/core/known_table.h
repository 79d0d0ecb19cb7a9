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

/* Whether a trigger, of which tgenabled is given, fires in this session. */
extern bool dbcpg_trigger_fires(char enabled);

/* A trigger that captures the same rows for a table that this one's is a
 * partition of: of the same function, and of a type, for which an event of this
 * one has fired it, too.  NULL if there is none: a table that was attached as a
 * partition keeps its triggers. */
extern const Trigger *dbcpg_trigger_above(const TriggerData *data, int16 type);

/* Whether a trigger is about a table that this one was a partition of: those for
 * each statement stay when a partition is detached. */
extern bool dbcpg_was_detached(const TriggerData *data);

/* The number of this table.  Fails unless it is the one of the arguments. */
extern int64 dbcpg_number_of_trigger(const TriggerData *data);

/* The same; stores whether the changes of this table are logged with one that it
 * is a partition of, or until when they were. */
extern int64 dbcpg_note_part(const TriggerData *data, bool is_part);

/* The cluster and database that OIDs are of. */
extern const char *dbcpg_place(void);

#endif /* DBCPG_CORE_KNOWN_TABLE_H */
