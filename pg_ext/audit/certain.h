/*
 * certain.h
 *	  What a session has learnt, and may have to forget.
 *
 * The running transaction may have made what it finds in dbcare's tables, or
 * have found what it has made itself: what it has learnt is certain when it
 * commits.  Any rollback before, also of a part of it, makes all of that void.
 */
#ifndef DBCPG_AUDIT_CERTAIN_H
#define DBCPG_AUDIT_CERTAIN_H

#include "pg_ext/core/compat.h"

/* Keeps what is uncertain, or forgets it. */
typedef void (*dbcpg_audit_settle)(bool keep);

/* Has a function called once, at the next rollback or when the transaction has
 * committed. */
extern void dbcpg_audit_note_uncertain(dbcpg_audit_settle settle);

#endif /* DBCPG_AUDIT_CERTAIN_H */
