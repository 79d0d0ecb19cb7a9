/*
 * follow.h
 *	  The entries about a row, whatever keys it had.
 */
#ifndef DBC_AUDIT_FOLLOW_H
#define DBC_AUDIT_FOLLOW_H

#include "common/audit/replay.h"
#include "common/row/spelling.h"

/* An entry that may be about the row. */
typedef struct dbc_audit_followed
{
	const dbc_value *cells; /* see dbc_audit_get_newer() */
	const char *stored;		/* the changed values as the log has them */
} dbc_audit_followed;

typedef struct dbc_audit_follower
{
	dbc_audit_followed *list; /* the newest first, each once */
	int count;
} dbc_audit_follower;

/* The spellings of a key that entries of a table of the log have. */
extern dbc_row_keys dbc_audit_spellings(dbc_host *host,
										const dbc_relation *table, int64_t id,
										const dbc_row_named *row);

/* The entries after a time about keys, and about keys that updates gave to rows
 * with such a key, or took from them.  The keys become rows of the replay that
 * do not exist, the given ones first. */
extern dbc_audit_follower dbc_audit_follow(dbc_audit_replay *replay,
										   dbc_value since,
										   const dbc_row_keys *keys);

#endif /* DBC_AUDIT_FOLLOW_H */
