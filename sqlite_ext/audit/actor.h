/*
 * actor.h
 *	  Who makes the changes of a transaction.
 */
#ifndef DBCSL_AUDIT_ACTOR_H
#define DBCSL_AUDIT_ACTOR_H

#include "sqlite_ext/core/host.h"

/* Registers what ends the claim with the transaction; returns a result code. */
extern int dbcsl_audit_register_scope(sqlite3 *db);

#endif /* DBCSL_AUDIT_ACTOR_H */
